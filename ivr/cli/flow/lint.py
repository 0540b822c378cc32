"""`ivr flow lint`: every mistake, with its place and the way out."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.flow.reading import PATHS, print_findings, read, row
from ivr.cli.options import json_option, settings_options


@click.command("lint")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=PATHS)
@json_option
@settings_options
@click.pass_context
def command(context: click.Context, paths: tuple[Path, ...], as_json: bool) -> None:
    """Check flows: files, folders of them, or all of the setting flows.dir.

    Each finding names its file, line and column, what is wrong, and the way out. Exit code 1 when there is an
    error; warnings tell what callers will dislike.
    """
    from ivr.cli import common

    reading, files = read(list(paths))
    findings = [finding for finding in reading.findings if Path(finding.place.file) in files]
    if as_json:
        common.print_json([row(finding) for finding in findings])
    else:
        print_findings(findings, len(files))
    if any(finding.severity == "error" for finding in findings):
        context.exit(1)
