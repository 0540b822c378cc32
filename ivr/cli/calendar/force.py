"""`ivr calendar force`: open or closed by hand."""

from __future__ import annotations

import click

from ivr.cli.flow.desk import user_name
from ivr.cli.options import settings_options


@click.command("force")
@click.argument("name")
@click.argument("state", type=click.Choice(["open", "closed", "off"]))
@click.option("--until", metavar="TIME", help="`18:00`, `2h` or `2026-12-24 15:00`; without it, until `off`.")
@click.option("--reason", default="", metavar="TEXT", help="Why, for whoever wonders.")
@click.option(
    "--by", default=user_name, metavar="NAME", help="Who changes it; your user name else.", show_default=False
)
@settings_options
def command(name: str, state: str, until: str | None, reason: str, by: str) -> None:
    """Switch the calendar NAME to open or closed, whatever its hours say; off lets them hold again.

    It holds for the next call, in every flow and group that goes by a calendar of that name.
    """
    from ivr.cli import common
    from ivr.cli.calendar.known import every, now, stands
    from ivr.cli.calendar.times import local
    from ivr.hours import Forced
    from ivr.routing.calendars import pick
    from ivr.store import calendars
    from ivr.store.bindings import Change

    change = Change(f"cli:{by}", now())
    with common.store() as store:
        one = pick(every(store), name)
        if state == "off":
            calendars.unforce(store, name, change)
        else:
            end = local(until, one.calendar or next(iter(one.own), None)) if until else None
            calendars.force(store, name, Forced("open" if state == "open" else "closed", end, reason), change)
        one = every(store).get(name, one)
    common.talk().print(f"calendar {name} is {stands(one.stands(now()))}", style="green", markup=False)
