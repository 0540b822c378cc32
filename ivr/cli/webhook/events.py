"""`ivr webhook events`: what can be told."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("events")
@json_option
@settings_options
def command(as_json: bool) -> None:
    """List the types of events; with --json each with the JSON Schema of its `data`."""
    from ivr.cli import common
    from ivr.webhooks.types import TYPES

    if as_json:
        common.print_json(
            {name: {"told": one.told, "data": one.data.model_json_schema()} for name, one in TYPES.items()}
        )
        return
    for name, one in TYPES.items():
        click.echo(f"{click.style(f'{name:20}', bold=True)} {one.told}")
