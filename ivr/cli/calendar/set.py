"""`ivr calendar set`: the hours of a calendar, from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.flow.desk import user_name
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from typing import BinaryIO


@click.command("set")
@click.argument("name")
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--note", metavar="TEXT", help="What people should know of it.")
@click.option(
    "--by", default=user_name, metavar="NAME", help="Who changes it; your user name else.", show_default=False
)
@json_option
@settings_options
def command(name: str, file: BinaryIO, note: str | None, by: str, as_json: bool) -> None:
    """Set the hours of the calendar NAME from FILE, YAML or JSON as flows write a calendar.

    They take the place of what flows and the routing plan say of a calendar of that name, from the next call
    on. What was switched by hand stays so. Without FILE, or with -, standard input is read.
    `ivr calendar show NAME --yaml` prints what this takes.
    """
    from ivr.cli import common
    from ivr.cli.calendar.known import every, now, plain, stands
    from ivr.errors import Invalid
    from ivr.flow import yaml
    from ivr.store import calendars
    from ivr.store.bindings import Change

    document = yaml.parse(file.read(1 << 20), getattr(file, "name", "-"))
    with common.store() as store:
        before = calendars.find(store, name)
        change = Change(f"cli:{by}", now(), before.revision if before else 0)
        try:
            calendars.put(store, name, document.data, change, note)
        except Invalid as error:
            error.place = document.place(tuple(filter(None, error.field.split("."))))
            raise
        known = every(store)[name]
    if as_json:
        common.print_json(plain(known, now()))
        return
    common.talk().print(f"calendar {name} is {stands(known.stands(now()))}", style="green", markup=False)
    differ = [f"flow {flow}" for flow, own in known.flows.items() if own != known.house]
    if known.plan and known.plan != known.house:
        differ.append("the routing plan")
    if differ:
        common.talk().print(
            f"other hours than these stood in {', '.join(differ)}", style="dim", soft_wrap=True
        )
