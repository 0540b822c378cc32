"""`ivr webhook dead`: what was given up."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("dead")
@click.argument("name", metavar="[ID]", default="")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most.")
@json_option
@settings_options
def command(name: str, limit: int, as_json: bool) -> None:
    """Show the dead letters of the webhook ID, or of all: events that were tried until hope was lost."""
    from ivr.cli.webhook import place
    from ivr.store.webhooks import endpoints, outbox

    with place.webhooks() as (store, _):
        if name:
            endpoints.get(store, name)
        found = outbox.latest(store, name, state=outbox.DEAD, limit=limit)
    place.print_deliveries(found, as_json, "no event was given up")
