"""`ivr acd log`: who changed the plan, when and why."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("log")
@json_option
@settings_options
def command(as_json: bool) -> None:
    """Show every turn of the plan, the latest first. The first of them is in force."""
    from rich.table import Table

    from ivr.cli import common
    from ivr.cli.acd.turns import turns
    from ivr.cli.calls import clean

    with turns() as place:
        log = place.log()
    if as_json:
        common.print_json(
            [{"turn": one.turn, "at": one.at, "by": one.by, "message": one.message} for one in log]
        )
        return
    if not log:
        common.talk().print("no plan was loaded yet: the file of acd.plan is in force")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("turn", "when", "by", "message"):
        table.add_column(heading, justify="right" if heading == "turn" else "left", overflow="fold")
    for one in log:
        when = f"{one.at.astimezone():%Y-%m-%d %H:%M:%S}"
        table.add_row(f"{one.turn}", when, clean(one.by), clean(one.message))
    common.out().print(table)
