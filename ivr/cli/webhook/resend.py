"""`ivr webhook resend`: what was given up is posted again."""

from __future__ import annotations

import click

from ivr.cli.noted import noted
from ivr.cli.options import json_option, settings_options


@click.command("resend")
@click.argument("name", metavar="ID")
@click.argument("events", metavar="EVENT...", nargs=-1)
@json_option
@settings_options
def command(name: str, events: tuple[str, ...], as_json: bool) -> None:
    """Post dead letters of the webhook ID again: all, or each EVENT, of which one may have been delivered."""
    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.store.webhooks import endpoints, outbox

    with place.webhooks() as (store, _):
        endpoints.get(store, name)
        count = outbox.resend(store, name, place.now(), events or None)
        noted(store, "webhook.resend", name, after={"events": count})
    if as_json:
        common.print_json({"id": name, "events": count})
        return
    plural = "event" if count == 1 else "events"
    common.talk().print(f"{count} {plural} will be posted again", style="green" if count else "yellow")
