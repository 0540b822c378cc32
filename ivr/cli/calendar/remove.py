"""`ivr calendar remove`: hours that are left to flows."""

from __future__ import annotations

import click

from ivr.cli.flow.desk import user_name
from ivr.cli.options import settings_options


@click.command("remove")
@click.argument("name")
@click.option(
    "--by", default=user_name, metavar="NAME", help="Who changes it; your user name else.", show_default=False
)
@settings_options
def command(name: str, by: str) -> None:
    """Take the house's calendar NAME out, with what was switched by hand. Flows and the routing plan go by
    their own again."""
    from ivr.cli import common
    from ivr.cli.calendar.known import every, now, stands
    from ivr.store import calendars
    from ivr.store.bindings import Change

    with common.store() as store:
        calendars.remove(store, name, Change(f"cli:{by}", now()))
        left = every(store).get(name)
    rest = f"; it is {stands(left.stands(now()))}" if left else ""
    common.talk().print(f"the house has no calendar {name} any more{rest}", style="green", markup=False)
