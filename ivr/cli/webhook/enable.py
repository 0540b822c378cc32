"""`ivr webhook enable`: it is posted to again."""

from __future__ import annotations

import click

from ivr.cli.noted import noted
from ivr.cli.options import settings_options


@click.command("enable")
@click.argument("name", metavar="ID")
@settings_options
def command(name: str) -> None:
    """Post to the webhook ID again, first what waited when it was disabled."""
    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.webhooks import desk

    with place.webhooks() as (store, _):
        desk.enable(store, name, by=place.by(), now=place.now())
        noted(store, "webhook.enable", name, after={"enabled": True})
    common.talk().print(f"webhook {name} is on", style="green", markup=False)
