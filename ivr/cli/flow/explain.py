"""`ivr flow explain`: what an error code means, where the designer is, without a browser."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ivr.flow.explained import Example

LABELS = {True: ("right:", "green"), False: ("wrong:", "red"), None: ("given:", "cyan")}


@click.command("explain")
@click.argument("codes", metavar="[CODE]...", nargs=-1)
def command(codes: tuple[str, ...]) -> None:
    """Say what an error code means, and how to write it right: `ivr flow explain F104`.

    Without a code, all there are with a few words each.
    """
    from ivr.errors import IvoryError
    from ivr.registry import did_you_mean
    from ivr.testing.explained import entries, families

    words = {code: text for family in families() for code, text in family.codes.items()}
    if not codes:
        for family in families():
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
        for part in entries()[code].parts:
            click.echo()
            if isinstance(part, str):
                click.echo(click.wrap_text(_plain(part), min(shutil.get_terminal_size().columns, 100)))
            else:
                _show(part)
        click.echo()


def _show(example: Example) -> None:
    label, colour = LABELS[example.right]
    click.echo(click.style(f"{label} {example.about}".rstrip(), colour))
    for line in example.text.splitlines():
        click.echo(f"    {line}".rstrip())


def _plain(markdown: str) -> str:
    """A paragraph without its links and line ends."""
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", " ".join(markdown.split()))
