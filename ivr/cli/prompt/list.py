"""`ivr prompt list`: everything that the flows always say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.speech.sentences import Sentence


@click.command("list")
@click.argument("flow", nargs=-1)
@click.option("--language", metavar="TAG", default="", help="Only sentences in this language: zh-CN.")
@click.option("--unrecorded", is_flag=True, help="Only sentences that nobody has recorded.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a script for a recording studio.")
@json_option
@settings_options
def command(flow: tuple[str, ...], language: str, unrecorded: bool, as_csv: bool, as_json: bool) -> None:
    """List everything that the flows always say, and what there is of it as sound.

    Of a sentence with values in it, such as "You owe {{ amount }}.", the parts between the values are listed:
    they are spoken ahead, and the values when a call has them.

    `--csv` gives a table with a file name for each sentence. Files that come back under these names are taken
    in by `ivr prompt record FOLDER`.
    """
    from ivr.cli import common
    from ivr.cli.prompt.sentences import chain, flows
    from ivr.speech.sentences import script, sentences

    found = sentences(flows(flow), chain(), language)
    if unrecorded:
        found = [each for each in found if each.sound != "recorded"]
    if as_json:
        common.print_json([each.row() for each in found])
    elif as_csv:
        click.echo(script(found), nl=False)
    else:
        _print(found)


def _print(found: Sequence[Sentence]) -> None:
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("language", "sentence", "sound", "seconds", "used in"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "seconds" else "left")
    for each in found:
        table.add_row(
            each.speech.language,
            Text(each.speech.text),
            Text(each.sound or "–", "green" if each.sound == "recorded" else "" if each.sound else "yellow"),
            f"{each.seconds:.1f}" if each.path else f"~{each.seconds:.1f}",
            Text("\n".join(each.places), "dim"),
        )
    common.out().print(table)
