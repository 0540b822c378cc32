"""`ivr prompt voices`: what may be written under `voices`."""

from __future__ import annotations

from typing import Any

import click

from ivr.cli.options import json_option, settings_options


@click.command("voices")
@click.option("--language", metavar="TAG", default="", help="Only voices for this language: zh-CN, or zh.")
@json_option
@settings_options
def command(language: str, as_json: bool) -> None:
    """List the voices that the engines of the settings have, as flows and `speech.voices` name them.

    An engine that is a program or a server cannot be asked; its own words tell.
    """
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common
    from ivr.cli.prompt.sentences import chain
    from ivr.errors import SpeechError
    from ivr.i18n import base

    rows: list[dict[str, Any]] = []
    for engine in chain().engines:
        offers = engine.offers
        if offers is None:
            common.talk().print(f"{engine.name} cannot tell which voices it has", markup=False)
            continue
        try:
            usual = engine.voice(language) if language else ""
        except SpeechError:
            usual = ""
        wanted = {base(language), base(usual)}
        for offer in offers:
            bases = {base(tag) for tag in (offer.name, *offer.languages)}
            if not language or bases & wanted:
                rows.append(
                    {
                        "engine": engine.name,
                        "voice": offer.name,
                        "about": offer.about,
                        "languages": list(offer.languages),
                        "usual": offer.name == usual,
                    }
                )
    if as_json:
        common.print_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("engine", "voice", "languages", "about"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        style = "bold" if row["usual"] else ""
        table.add_row(
            row["engine"], Text(row["voice"], style), " ".join(row["languages"]), Text(row["about"])
        )
    common.out().print(table)
