"""`ivr webhook set`: one hears of something else from now on, or elsewhere."""

from __future__ import annotations

from typing import Any

import click

from ivr.cli.noted import noted
from ivr.cli.options import json_option, settings_options
from ivr.cli.webhook.place import description_options


@click.command("set")
@click.argument("name", metavar="ID")
@click.option("--url", help="Where it is.")
@description_options
@json_option
@settings_options
def command(name: str, as_json: bool, **options: Any) -> None:
    """Change the webhook ID; `--flow ''` and `--group ''` end a restriction."""
    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.store.webhooks import endpoints
    from ivr.webhooks import audited, desk

    values = place.given(**options)
    if not values:
        raise click.UsageError("Say what is to be changed.")
    with place.webhooks() as (store, settings):
        before = endpoints.get(store, name)
        endpoint = desk.change(store, settings, name, values, by=place.by(), now=place.now())
        noted(store, "webhook.change", name, audited.endpoint(before), audited.endpoint(endpoint))
    if as_json:
        common.print_json(desk.shown(endpoint))
    else:
        common.talk().print(f"webhook {name} changed", style="green", markup=False)
