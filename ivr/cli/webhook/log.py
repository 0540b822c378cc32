"""`ivr webhook log`: what was posted, and what came of it."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("log")
@click.argument("name", metavar="[ID]", default="")
@click.option("--state", type=click.Choice(["waiting", "delivered", "dead"]), help="Only these.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most.")
@json_option
@settings_options
def command(name: str, state: str | None, limit: int, as_json: bool) -> None:
    """Show the latest events for the webhook ID, or for all; with --json also what is posted."""
    from ivr.cli.webhook import place
    from ivr.store.webhooks import endpoints, outbox

    with place.webhooks() as (store, _):
        if name:
            endpoints.get(store, name)
        found = outbox.latest(store, name, state=state or "", limit=limit)
    place.print_deliveries(found, as_json, "nothing was posted yet")
