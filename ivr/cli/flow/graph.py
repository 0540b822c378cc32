"""`ivr flow graph`: a flow as a picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.options import settings_options

if TYPE_CHECKING:
    from ivr.flow.graph import Graph

FORMATS = ("svg", "png", "mermaid", "json")
SUFFIXES = {".svg": "svg", ".png": "png", ".mmd": "mermaid", ".mermaid": "mermaid", ".json": "json"}
ENDINGS = {"svg": ".svg", "png": ".png", "mermaid": ".mmd", "json": ".json"}


@click.command("graph")
@click.argument("flow", required=False)
@click.option(
    "--format", "kind", type=click.Choice(FORMATS), help="What to draw; else the file's ending tells, or svg."
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write: .svg, .png, .mmd or .json; else stdout.",
)
@click.option(
    "--all",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Draw every flow into a file of DIR.",
)
@click.option("--language", metavar="TAG", default="", help="Language of prompts; the flow's first.")
@click.option(
    "--theme",
    type=click.Choice(("auto", "light", "dark")),
    default="auto",
    show_default=True,
    help="Colours; auto follows the reader.",
)
@settings_options
@click.pass_context
def command(
    context: click.Context,
    flow: str | None,
    kind: str | None,
    output: Path | None,
    folder: Path | None,
    language: str,
    theme: str,
) -> None:
    """Draw FLOW (a name, or a file): its nodes, and the ways between them.

    Read it from the top down. Each line carries the key or the words that a caller takes it by; dashed ones
    are taken when something fails. A flow that lint complains of is drawn, too, and a target that does not
    exist stands out; but every option must be right in itself. Where one is not (F1xx, or a file that is no
    YAML: F0xx), nothing is drawn, and what is wrong is listed.
    """
    from ivr.cli import common
    from ivr.cli.flow.reading import count
    from ivr.errors import IvoryError

    if (flow is None) == (folder is None):
        raise click.UsageError("name a flow, or draw them all with --all DIR")
    if output is not None and folder is not None:
        raise click.UsageError("--output is for one flow; --all names its files itself")
    chosen = _format(kind, output)
    if output is None and folder is None and chosen in ("svg", "png") and sys.stdout.isatty():
        hint = f"write it to a file: -o {Path(flow or 'flow').stem}{ENDINGS[chosen]}"
        raise IvoryError(f"{chosen.upper()} in a terminal is no picture", hint=hint)
    graphs, broken = _graphs(flow, language)
    if folder is not None:
        for name, graph in graphs.items():
            _write(folder / f"{name}{ENDINGS[chosen]}", _drawn(graph, chosen, theme))
        common.talk().print(f"{count(len(graphs), 'flow')} drawn in {folder}", markup=False, soft_wrap=True)
        if broken:
            context.exit(1)
        return
    drawn = _drawn(next(iter(graphs.values())), chosen, theme)
    if output is None:
        click.echo(drawn, nl=False)
    else:
        _write(output, drawn)
        common.talk().print(f"{output} written", markup=False, soft_wrap=True)


def _format(kind: str | None, output: Path | None) -> str:
    """What to draw. Raises UsageError where the file's ending says none of it, or another than was asked."""
    if output is None:
        return kind or "svg"
    ending = output.suffix.lower()
    said = SUFFIXES.get(ending)
    if said is None and (ending or kind is None):
        raise click.UsageError(f"{output} should end in .svg, .png, .mmd or .json, which says what to draw")
    if said and kind and said != kind:
        raise click.UsageError(
            f"{output} would not hold what --format {kind} draws: end it in {ENDINGS[kind]}"
        )
    return kind or said or "svg"


def _graphs(flow: str | None, language: str) -> tuple[dict[str, Graph], bool]:
    """The graph of one flow, or of all there are; and whether files could not be read, whose findings are
    printed."""
    from ivr.cli import common
    from ivr.cli.flow.reading import chosen, print_findings
    from ivr.drawing import source

    file = Path(flow) if flow and Path(flow).suffix in (".yaml", ".yml") else None
    asked, beside = chosen([file or common.load().settings.flows.dir])
    flows, errors = source.read([*asked, *beside])
    if flow is None:
        findings = [finding for error in errors for finding in error.findings]
        if findings:
            print_findings(findings, len(errors))
        return {name: source.drawable(name, flows) for name in flows}, bool(errors)
    if file:
        flow = next((name for name, (loaded, _) in flows.items() if Path(loaded.file) == file), "")
    own = [
        error for error in errors if error.place and Path(error.place.file) == (file or _guess(asked, flow))
    ]
    if own and flow not in flows:
        print_findings([finding for error in own for finding in error.findings], 1)
        common.talk().print("nothing was drawn: mend these first", style="red")
        raise click.exceptions.Exit(1)
    return {flow: source.drawable(flow, flows, language)}, False


def _guess(files: list[Path], flow: str) -> Path | None:
    """The file that a flow of this name most likely stands in, where it cannot be read."""
    return next((file for file in files if file.stem == flow), None)


def _drawn(graph: Graph, kind: str, theme: str) -> bytes:
    import json

    from ivr.drawing.data import data
    from ivr.drawing.mermaid import mermaid
    from ivr.drawing.png import png
    from ivr.drawing.scene import scene
    from ivr.drawing.svg import svg

    if kind == "json":
        return (json.dumps(data(graph), ensure_ascii=False, indent=2) + "\n").encode()
    if kind == "mermaid":
        return mermaid(graph).encode()
    if kind == "png":
        return png(scene(graph), theme=theme)
    return svg(scene(graph), theme=theme).encode()


def _write(file: Path, content: bytes) -> None:
    from ivr.errors import IvoryError

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise IvoryError(f"{file} cannot be written: {error.strerror}", hint="choose another place") from None
