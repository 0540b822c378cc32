"""`ivr webhook disable`: nothing is posted to it for now."""

from __future__ import annotations

import click

from ivr.cli.noted import noted
from ivr.cli.options import settings_options


@click.command("disable")
@click.argument("name", metavar="ID")
@click.option("--reason", default="", metavar="TEXT", help="Why, for whoever asks.")
@settings_options
def command(name: str, reason: str) -> None:
    """Post nothing to the webhook ID. What waits for it stays; what happens meanwhile it never hears of."""
    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.webhooks import desk

    with place.webhooks() as (store, _):
        desk.disable(store, name, by=place.by(), now=place.now(), reason=reason)
        noted(store, "webhook.disable", name, after={"enabled": False, "reason": reason})
    common.talk().print(f"webhook {name} is off", style="green", markup=False)
