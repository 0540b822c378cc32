"""`ivr webhook add`: one more system is told of what happens."""

from __future__ import annotations

import sys
from typing import Any

import click

from ivr.cli.noted import noted
from ivr.cli.options import json_option, settings_options
from ivr.cli.webhook.place import description_options


@click.command("add")
@click.argument("url")
@click.option("--id", "name", default="", help="Its id; made of the host when left out.")
@click.option("--secret", default="", help="A secret the receiver has already; `-` reads it from stdin.")
@description_options
@json_option
@settings_options
def command(url: str, name: str, secret: str, as_json: bool, **options: Any) -> None:
    """Post events to URL. Without --event it hears of everything."""
    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.webhooks import audited, desk

    if secret == "-":  # noqa: S105 the sign for standard input
        secret = sys.stdin.readline().strip()
    with place.webhooks() as (store, settings):
        endpoint, key = desk.add(
            store,
            settings,
            url=url,
            name=name,
            secret=secret,
            by=place.by(),
            now=place.now(),
            **place.given(**options),
        )
        noted(store, "webhook.add", endpoint.id, after=audited.endpoint(endpoint))
    if as_json:
        common.print_json({**desk.shown(endpoint), "secret": key})
    place.tell_secret(key, f"webhook {endpoint.id} added", as_json)
