"""`ivr webhook rotate`: another secret, while the former still signs."""

from __future__ import annotations

from datetime import timedelta

import click

from ivr.cli.noted import noted
from ivr.cli.options import json_option, settings_options


@click.command("rotate")
@click.argument("name", metavar="ID")
@click.option("--overlap", type=click.FloatRange(0, 8760), default=24.0, show_default=True, metavar="HOURS",
              help="How long the former secret signs beside the new one.")  # fmt: skip
@json_option
@settings_options
def command(name: str, overlap: float, as_json: bool) -> None:
    """Give the webhook ID another secret. Until the overlap is over each post carries both signatures."""
    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.webhooks import desk

    with place.webhooks() as (store, _):
        key = desk.rotate(store, name, by=place.by(), now=place.now(), overlap=timedelta(hours=overlap))
        noted(store, "webhook.rotate", name, after={"overlap": overlap})
    if as_json:
        common.print_json({"id": name, "secret": key})
    place.tell_secret(key, f"webhook {name} has another secret", as_json)
