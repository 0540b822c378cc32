"""`ivr calendar month`: the days of a month."""

from __future__ import annotations

import re
from dataclasses import asdict

import click

from ivr.cli.options import json_option, settings_options


@click.command("month")
@click.argument("name")
@click.argument("which", metavar="[YYYY-MM]", default="")
@click.option(
    "--language", metavar="TAG", default="", help="Of holidays' names: en-US; the country's own else."
)
@json_option
@settings_options
def command(name: str, which: str, language: str, as_json: bool) -> None:
    """Show a month of the calendar NAME: each day's hours, holidays, and weekends that are worked."""
    from zoneinfo import ZoneInfo

    from rich.text import Text

    from ivr.cli import common
    from ivr.cli.calendar.known import every, now
    from ivr.errors import NotFound
    from ivr.hours.preview import month
    from ivr.routing.calendars import pick

    with common.store() as store:
        calendar = pick(every(store), name).calendar
    if calendar is None:
        raise NotFound(f"the house has no hours for {name}, and those of flows differ")
    today = now().astimezone(ZoneInfo(calendar.timezone)).date()
    wanted = re.fullmatch(r"(\d{4})-(\d{1,2})", which or f"{today:%Y-%m}")
    try:
        days = month(calendar, int(wanted[1]), int(wanted[2]), language) if wanted else ()
    except ValueError:
        days = ()
    if not days:
        raise click.BadParameter(f'"{which}" is no month; write it as 2026-12')
    if as_json:
        common.print_json([{**asdict(view), "day": view.day.isoformat()} for view in days])
        return
    style = {"date": "cyan", "holiday": "magenta", "worked": "yellow"}
    words = {"date": "this date alone", "worked": "worked weekend"}
    for view in days:
        told = view.name or words.get(view.rule, "")
        line = Text(f"{view.day:%a %Y-%m-%d}  {view.hours:<28}{told}".rstrip(), style.get(view.rule, ""))
        if view.day == today:
            line.stylize("bold")
        common.out().print(line)
