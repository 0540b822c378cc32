"""`ivr webhook source`: systems that post to us."""

from __future__ import annotations

from datetime import timedelta

import click

from ivr.cli.noted import noted
from ivr.cli.options import json_option, settings_options


@click.group("source")
def command() -> None:
    """Systems that post to us: each signs with a secret of its own."""


@command.command("list")
@json_option
@settings_options
def list_(as_json: bool) -> None:
    """List the sources."""
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.store.webhooks import sources
    from ivr.webhooks import senders

    with place.webhooks() as (store, _):
        found = sources.every(store)
    if as_json:
        common.print_json([senders.shown(one) for one in found])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("name", "state", "secrets", "changed", "description"):
        table.add_column(heading, overflow="fold")
    for one in found:
        cells = (one.name, "on" if one.enabled else "disabled", str(len(one.secrets)),
                 f"{one.changed.astimezone():%Y-%m-%d %H:%M}", one.description)  # fmt: skip
        table.add_row(*map(Text, cells))
    if found:
        common.out().print(table)
    else:
        common.talk().print("nobody may post; `ivr webhook source add NAME` changes that")


@command.command("add")
@click.argument("name")
@click.option("--description", default="", metavar="TEXT", help="What it is.")
@json_option
@settings_options
def add(name: str, description: str, as_json: bool) -> None:
    """Let the system NAME post to us."""
    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.webhooks import audited, senders

    with place.webhooks() as (store, _):
        source, key = senders.add(store, name, by=place.by(), now=place.now(), description=description)
        noted(store, "webhook.source.add", name, after=audited.source(source))
    if as_json:
        common.print_json({**senders.shown(source), "secret": key})
    place.tell_secret(key, f"source {name} added", as_json)


@command.command("rotate")
@click.argument("name")
@click.option("--overlap", type=click.FloatRange(0, 8760), default=24.0, show_default=True, metavar="HOURS",
              help="How long the former secret is believed beside the new one.")  # fmt: skip
@json_option
@settings_options
def rotate(name: str, overlap: float, as_json: bool) -> None:
    """Give the source NAME another secret."""
    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.webhooks import senders

    with place.webhooks() as (store, _):
        key = senders.rotate(store, name, by=place.by(), now=place.now(), overlap=timedelta(hours=overlap))
        noted(store, "webhook.source.rotate", name, after={"overlap": overlap})
    if as_json:
        common.print_json({"name": name, "secret": key})
    place.tell_secret(key, f"source {name} has another secret", as_json)


@command.command("enable")
@click.argument("name")
@settings_options
def enable(name: str) -> None:
    """Believe the source NAME again."""
    _switch(name, enabled=True)


@command.command("disable")
@click.argument("name")
@settings_options
def disable(name: str) -> None:
    """Believe nothing of the source NAME for now."""
    _switch(name, enabled=False)


@command.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@settings_options
def remove(name: str, yes: bool) -> None:
    """Forget the source NAME."""
    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.store.webhooks import sources
    from ivr.webhooks import audited

    with place.webhooks() as (store, _):
        sources.get(store, name)
        if yes or click.confirm(f"Forget {name}?", err=True):
            was = sources.remove(store, name)
            noted(store, "webhook.source.remove", name, audited.source(was))
            common.talk().print(f"source {name} forgotten", style="green", markup=False)


def _switch(name: str, *, enabled: bool) -> None:
    from ivr.cli import common
    from ivr.cli.webhook import place
    from ivr.webhooks import senders

    with place.webhooks() as (store, _):
        senders.enable(store, name, enabled, by=place.by(), now=place.now())
        verb = "enable" if enabled else "disable"
        noted(store, f"webhook.source.{verb}", name, after={"enabled": enabled})
    common.talk().print(f"source {name} is {'on' if enabled else 'off'}", style="green", markup=False)
