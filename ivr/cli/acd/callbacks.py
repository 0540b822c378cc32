"""`ivr acd callbacks`: who is to be called back, and what became of those who were."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("callbacks")
@click.argument("group", default="")
@click.option("--still", is_flag=True, help="Only those who are still to be called.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Callbacks at most."
)
@json_option
@settings_options
def command(group: str, still: bool, limit: int, as_json: bool) -> None:
    """Show the latest callbacks, of GROUP or of all. Each is waiting, dialling, done, failed, expired or
    cancelled."""
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common
    from ivr.store import callbacks
    from ivr.store.schema import open_current

    with open_current(common.load().settings.store.url, patience=5.0) as store:
        found = callbacks.latest(store, group, still=still, limit=limit)
    if as_json:
        common.print_json(found)
        return
    if not found:
        common.talk().print("nobody is to be called back" if still else "nobody was called back")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("asked", "number", "group", "state", "tries", "by", "why"):
        table.add_column(heading, justify="right" if heading == "tries" else "left", overflow="fold")
    for one in found:
        asked = f"{one.asked.astimezone():%Y-%m-%d %H:%M:%S}"
        cells = asked, one.number, one.group, one.state, f"{one.attempts}", one.served_by, one.result
        table.add_row(*map(Text, cells))
    common.out().print(table)
