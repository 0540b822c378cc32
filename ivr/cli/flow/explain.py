"""`ivr flow explain`: what an error code means, where the designer is, without a browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ivr.cli.options import terminals_language
from ivr.translations import LANGUAGES

if TYPE_CHECKING:
    from ivr.flow.explained import Example

COLOURS = {True: "green", False: "red", None: "cyan"}
_PIECE = re.compile(  # a word, or a Chinese sign, with the marks that stay beside it
    r" ?[“《（]*(?:[\u2e80-\u9fff]|[^ \u2e80-\u9fff\uff00-\uffef“”]+|.)[，。；：、？！）》”…]*"
)


@click.command("explain")
@click.argument("codes", metavar="[CODE]...", nargs=-1)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=terminals_language,
    help="The language of the explanation; else the terminal's.",
)
def command(codes: tuple[str, ...], language: str) -> None:
    """Say what an error code means, and how to write it right: `ivr flow explain F104`.

    Without a code, all there are with a few words each.
    """
    from ivr.errors import IvoryError
    from ivr.registry import did_you_mean
    from ivr.testing.explained import entries, families

    told = families(language)
    words = {code: text for family in told for code, text in family.codes.items()}
    if not codes:
        for family in told:
            click.echo(click.style(family.title, bold=True))
            for code, text in sorted(family.codes.items()):
                click.echo(f"  {code}  {text}")
    for code in map(str.upper, codes):
        if code not in words:
            hint = did_you_mean(code, list(words)) if code else ""
            raise IvoryError(
                f'there is no code "{code[:20]}"',
                hint=hint if hint.startswith("did") else "`ivr flow explain` lists them",
            )
        click.echo(click.style(f"{code} {words[code]}", bold=True))
        width = min(shutil.get_terminal_size().columns, 100)
        for part in entries(language)[code].parts:
            click.echo()
            if isinstance(part, str):
                click.echo("\n".join(_lines(_plain(part), width)))
            else:
                _show(part, language)
        click.echo()


def _show(example: Example, language: str) -> None:
    click.echo(click.style(example.label(language), COLOURS[example.right]))
    for line in example.text.splitlines():
        click.echo(f"    {line}".rstrip())


def _plain(markdown: str) -> str:
    """A paragraph without its links and line ends."""
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", " ".join(markdown.split()))


def _lines(text: str, width: int) -> Iterator[str]:
    """A paragraph in lines that fit; Chinese breaks between any two signs, and takes two columns for each."""
    from wcwidth import wcswidth

    line = ""
    for piece in _PIECE.findall(text):
        if line and wcswidth(line + piece) > width:
            yield line
            piece, line = piece.lstrip(), ""
        line += piece
    yield line
