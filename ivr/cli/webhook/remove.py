"""`ivr webhook remove`: one hears of nothing any more."""

from __future__ import annotations

import click

from ivr.cli.noted import noted
from ivr.cli.options import settings_options


@click.command("remove")
@click.argument("name", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@settings_options
def command(name: str, yes: bool) -> None:
    """Take the webhook ID out, with its log and all that waits for it."""
    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.store.webhooks import endpoints
    from ivr.webhooks import audited

    with place.webhooks() as (store, _):
        endpoint = endpoints.get(store, name)
        if yes or click.confirm(f"Remove {name} ({endpoint.url})?", err=True):
            was = endpoints.remove(store, name)
            noted(store, "webhook.remove", name, audited.endpoint(was))
            common.talk().print(f"webhook {name} removed", style="green", markup=False)
