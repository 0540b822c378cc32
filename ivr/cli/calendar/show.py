"""`ivr calendar show`: a calendar, how it stands, and why."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

import click

from ivr.cli.options import json_option, settings_options

NEXT = 4
"""Changes that are told."""


@click.command("show")
@click.argument("name")
@click.option(
    "--at", "when", metavar="TIME", help="Another moment: `2026-12-24 15:00`, in the calendar's zone."
)
@click.option("--yaml", "as_yaml", is_flag=True, help="Print the hours alone, as `set` takes them.")
@json_option
@settings_options
def command(name: str, when: str | None, as_yaml: bool, as_json: bool) -> None:
    """Show NAME: whose hours hold, how it stands, by which rule, and when that changes."""
    import yaml

    from ivr.cli import common
    from ivr.cli.calendar.known import because, every, moment, now, plain, stands
    from ivr.cli.calendar.times import local
    from ivr.errors import NotFound
    from ivr.hours.preview import changes
    from ivr.hours.written import plain as written
    from ivr.routing.calendars import pick

    with common.store() as store:
        one = pick(every(store), name)
    calendar = one.calendar
    at: datetime = local(when, calendar) if when else now()
    if as_yaml:
        if calendar is None:
            raise NotFound(f"the house has no hours for {name}, and those of flows differ")
        click.echo(yaml.safe_dump(written(calendar), allow_unicode=True, sort_keys=False), nl=False)
        return
    if as_json:
        common.print_json(plain(one, at))
        return
    say = common.out().print
    reason = one.stands(at)
    say(f"{name} is {stands(reason)}", markup=False, soft_wrap=True)
    if reason and calendar:
        say(f"  because {because(reason)}", markup=False, soft_wrap=True)
        for change in islice(changes(calendar, at, one.forced), NEXT):
            say(f"  {moment(change.at)}  {change.state}", style="dim")
    say("the house's hours" if one.house else "no hours of the house; those of flows hold")
    for own in [one.house] if one.house else one.own:
        for key, value in written(own).items() if own else ():
            say(f"  {key}: {value}", markup=False, soft_wrap=True)
    if one.flows or one.groups:
        who = [*(f"flow {flow}" for flow in one.flows), *(f"group {group}" for group in one.groups)]
        say(f"goes by it: {', '.join(who)}", markup=False, soft_wrap=True)
    if one.kept:
        told = f"{one.kept.note}  " if one.kept.note else ""
        say(
            f"{told}{one.kept.by or '–'}, {one.kept.changed.astimezone():%Y-%m-%d %H:%M}",
            style="dim",
            markup=False,
        )
