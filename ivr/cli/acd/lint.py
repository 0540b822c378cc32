"""`ivr acd lint`: every mistake of a routing plan, with its place and the way out."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.options import json_option, settings_options


@click.command("lint")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(dir_okay=False, path_type=Path))
@json_option
@settings_options
@click.pass_context
def command(context: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Check routing plans: FILE, or that of the setting acd.plan.

    Each finding names its file, line and column, what is wrong, and the way out. Exit code 1 when there is an
    error; warnings tell what is most likely a slip. `ivr flow explain A211` says more about a code.
    """
    from ivr.cli import common
    from ivr.cli.acd.turns import draft, of_file
    from ivr.cli.flow.reading import print_findings, row
    from ivr.errors import Finding, FlowError

    findings: list[Finding] = []
    paths = files or (draft(),)
    for path in paths:
        try:
            findings += of_file(path).findings
        except FlowError as error:
            findings += error.findings
    if as_json:
        common.print_json([row(finding) for finding in findings])
    else:
        print_findings(findings, len(paths), "plan")
    if any(finding.severity == "error" for finding in findings):
        context.exit(1)
