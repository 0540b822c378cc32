"""`ivr flow`: check flows, list them, and talk to one in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.options import given, json_option, settings_options

if TYPE_CHECKING:
    from ivr.errors import Finding
    from ivr.flow.model import LoadedFlow
    from ivr.runtime.library import Reading

PATHS = click.Path(exists=True, path_type=Path)


@click.group("flow")
def command() -> None:
    """Check flows, and talk to them."""


@command.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=PATHS)
@json_option
@settings_options
@click.pass_context
def lint(context: click.Context, paths: tuple[Path, ...], as_json: bool) -> None:
    """Check flows: files, folders of them, or all of the setting flows.dir.

    Each finding names its file, line and column, what is wrong, and the way out. Exit code 1 when there is an
    error; warnings tell what callers will dislike.
    """
    from ivr.cli import common

    reading, files = _read(list(paths))
    findings = [finding for finding in reading.findings if Path(finding.place.file) in files]
    if as_json:
        common.print_json([_row(finding) for finding in findings])
    else:
        _print_findings(findings, len(files))
    if any(finding.severity == "error" for finding in findings):
        context.exit(1)


@command.command("list")
@json_option
@settings_options
def list_(as_json: bool) -> None:
    """List the flows, with their numbers and whether they may serve."""
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common

    reading, files = _read([])
    broken = {Path(finding.place.file) for finding in reading.errors}
    flows = sorted(reading.flows.values(), key=lambda loaded: loaded.id)
    if as_json:
        common.print_json([_summary(loaded) for loaded in flows])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("flow", "title", "languages", "numbers", "nodes", "file"):
        table.add_column(heading, overflow="fold")
    for loaded in flows:
        flow = loaded.flow
        title = " · ".join(flow.title.values()) if isinstance(flow.title, dict) else flow.title
        table.add_row(
            Text(loaded.id, "cyan"),
            Text(title),
            " ".join(flow.languages),
            " ".join(flow.numbers),
            str(len(flow.nodes)),
            Text(loaded.file),
        )
    common.out().print(table)
    for file in sorted(broken & files):
        message = f"{file} has errors and cannot serve; `ivr flow lint {file}` lists them"
        common.talk().print(message, style="red", markup=False, soft_wrap=True)


@command.command()
@click.argument("flow")
@click.option("--play", is_flag=True, help="Hear it, too.")
@click.option("--ani", default="13800000000", show_default=True, help="The number you call from.")
@settings_options
@click.pass_context
def run(context: click.Context, flow: str, play: bool, ani: str) -> None:
    """Talk to FLOW (a name, or a file) in this terminal.

    Type keys: 0-9 * # A-D; q or Ctrl-D hangs up. From a pipe, each line is pressed when the prompt before it
    is over; `wait 2`, `hear TEXT`, `say TEXT` and `hangup` are lines, too. It is the real worker on the
    embedded switch.
    """
    from ivr.cli import patched  # noqa: F401, I001 first of all

    import tempfile

    from ivr.cli import common
    from ivr.cli.calls import tree
    from ivr.cli.keyboard import converse
    from ivr.cli.rendering import laboratory
    from ivr.lab.player import Player
    from ivr.lab.talk import Talk

    if Path(flow).suffix == ".yaml":
        flow = _serving(context, Path(flow))
    loaded = common.load()
    common.configure_log(loaded, usual="warning")
    player = Player.find() if play else None
    if play and player is None:
        common.talk().print(
            "There is nothing here to play sounds with; install alsa-utils, or read on.", style="yellow"
        )
    with (
        tempfile.TemporaryDirectory(prefix="ivory-") as folder,
        laboratory(loaded.settings, Path(folder)) as lab,
    ):
        journey = Talk(lab, flow, ani, common.out(), player).run(converse)
        common.out().print()
        common.out().print(tree(journey))
    if journey.call.end == "failed":
        context.exit(1)


def _serving(context: click.Context, file: Path) -> str:
    """The name of the flow in a file that may serve; else its findings are printed, and that is all."""
    from ivr.errors import IvoryError

    if not file.is_file():
        raise IvoryError(f"there is no file {file}")
    reading, _ = _read([file])
    for loaded in reading.flows.values():
        if Path(loaded.file) == file:
            given(context)["flows.dir"] = str(file.parent)
            return loaded.id
    _print_findings([finding for finding in reading.errors if Path(finding.place.file) == file], 1)
    raise click.exceptions.Exit(1)


def _read(paths: list[Path]) -> tuple[Reading, set[Path]]:
    """The flows of `paths` (all there are when empty), and the files that were asked for.

    The files beside them are read, too: a flow may refer to its neighbours."""
    from ivr.cli import common
    from ivr.runtime import library

    flows = common.load().settings.flows
    asked: list[Path] = []
    for path in paths or [flows.dir]:
        asked += [path] if path.is_file() else library.files(path)
    beside = [file for folder in {file.parent for file in asked} for file in sorted(folder.glob("*.yaml"))]
    return library.read(list(dict.fromkeys([*asked, *beside])), flows.sounds), set(asked)


def _summary(loaded: LoadedFlow) -> dict[str, Any]:
    return {
        "id": loaded.id,
        "title": loaded.flow.title,
        "languages": loaded.flow.languages,
        "numbers": loaded.flow.numbers,
        "nodes": len(loaded.flow.nodes),
        "version": loaded.version,
        "file": loaded.file,
    }


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hint,
    }


def _print_findings(findings: list[Finding], files: int) -> None:
    from rich.text import Text

    from ivr.cli import common

    for finding in findings:
        colour = "red" if finding.severity == "error" else "yellow"
        line = Text.assemble(
            (f"{finding.place} ", "bold"), (f"{finding.code} ", f"bold {colour}"), (finding.message, colour)
        )
        if finding.hint:
            line.append(f"; {finding.hint}", "dim")
        common.out().print(line, soft_wrap=True)
    errors = sum(finding.severity == "error" for finding in findings)
    summary = (
        f"{_count(files, 'flow')}: {_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}"
    )
    common.talk().print(summary, style="red" if errors else "green")


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
