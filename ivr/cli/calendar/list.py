"""`ivr calendar list`: the calendars there are."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.command("list")
@json_option
@settings_options
def command(as_json: bool) -> None:
    """List all calendars: whose hours hold, how they stand now, and who goes by them."""
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common
    from ivr.cli.calendar.known import every, now, plain, stands

    at = now()
    with common.store() as store:
        found = every(store)
    if as_json:
        common.print_json([plain(one, at) for one in found.values()])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("calendar", "hours", "stands", "flows", "groups", "note"):
        table.add_column(heading, overflow="fold")
    for one in found.values():
        whose = "the house's" if one.house else "theirs" if len(one.own) < 2 else "theirs, and they differ"
        table.add_row(
            Text(one.name, "cyan"),
            Text(whose, "" if one.house else "dim"),
            Text(stands(one.stands(at)), "yellow" if one.forced and one.forced.holds(at) else ""),
            " ".join(one.flows),
            " ".join(one.groups),
            Text(one.kept.note if one.kept else ""),
        )
    common.out().print(table)
    for one in found.values():
        if one.kept and one.kept.trouble:
            common.talk().print(f"{one.name} cannot be read: {one.kept.trouble}", style="red", soft_wrap=True)
