"""`ivr call list`: the calls under way."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options

COLUMNS = ("id", "flow", "node", "state", "agent", "ani", "dnis", "language", "since")


@click.command("list")
@json_option
@settings_options
def command(as_json: bool) -> None:
    """List the calls under way, with their ids; `ivr calls watch` follows them."""
    from rich import box
    from rich.table import Table

    from ivr.cli import common
    from ivr.cli.calls import clean
    from ivr.cli.control import control

    calls = control().give("calls.live")["calls"]
    if as_json:
        common.print_json(calls)
        return
    table = Table(*COLUMNS, box=box.SIMPLE)
    for call in sorted(calls.values(), key=lambda one: str(one["since"])):
        table.add_row(*(clean(str(call[name])) for name in COLUMNS))
    common.out().print(table)
