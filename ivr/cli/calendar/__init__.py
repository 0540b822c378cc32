"""`ivr calendar`: opening hours of the house. One file here is one command."""

from __future__ import annotations

import click

from ivr.cli.lazy import Lazy

COMMANDS = {
    "force": "Switch a calendar to open or closed by hand.",
    "list": "List all calendars, and how they stand.",
    "month": "Show a month of a calendar.",
    "remove": "Leave a calendar's hours to flows.",
    "set": "Set a calendar's hours from a file.",
    "show": "Show a calendar, how it stands, and why.",
}


@click.group("calendar", cls=Lazy, package=__name__, members=COMMANDS)
def command() -> None:
    """Opening hours of the house, and switching them by hand.

    They take the place of those in flows and in the routing plan.
    """
