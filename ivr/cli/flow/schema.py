"""`ivr flow schema`: the language for editors, as JSON Schema."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.translations import LANGUAGES


@click.command("schema")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it there instead of printing it.",
)
@click.option("--tests", is_flag=True, help="That of files of tests, in place of flows.")
@click.option(
    "--docs",
    metavar="URL",
    default="",
    help="Where your team reads Ivory's docs folder; what the editor shows then leads there.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="The language of what the editor shows.",
)
def command(output: Path | None, tests: bool, docs: str, language: str) -> None:
    """Print the JSON Schema of flow files, or of their tests, with which editors complete and explain them.

    It knows the node types that are installed, plugins' included: make it again when that changes.
    """
    from ivr import registry
    from ivr.flow import json_schema
    from ivr.flow.json_schema.translated import translated
    from ivr.testing import json_schema as of_tests

    content = of_tests.schema(docs) if tests else json_schema.schema(registry.load_all("ivr.nodes"), docs)
    text = json_schema.dumps(translated(content, language))
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(text, output)


def _write(text: str, output: Path) -> None:
    from ivr.cli import common
    from ivr.errors import IvoryError

    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise IvoryError(f"{output} cannot be written: {error.strerror}", hint="name another file") from None
    common.talk().print(f"written: {output}", style="green", markup=False, soft_wrap=True)
