"""`ivr acd watch`: the same, drawn again and again."""

from __future__ import annotations

import time
from typing import Any

import click

from ivr.cli.options import settings_options

FRAME = 0.5


@click.command("watch")
@settings_options
def command() -> None:
    """Watch groups, agents and who waits. Ctrl-C ends it."""
    from rich.console import Group
    from rich.live import Live
    from rich.text import Text

    from ivr.cli import common
    from ivr.cli.acd.picture import picture
    from ivr.cli.control import control
    from ivr.errors import IvoryError

    out, desk = common.out(), control()
    status: dict[str, Any] = desk.give("acd.status")  # nobody there: said at once, in plain words
    if not out.is_terminal:
        out.print(picture(status))
        return
    with Live(console=out, screen=True, auto_refresh=False) as live:
        while True:
            live.update(picture(status, out.height), refresh=True)
            time.sleep(FRAME)
            try:
                status = desk.give("acd.status")
            except IvoryError as error:
                trouble = Text(f"waiting for the worker: {error.message}", "red")
                live.update(Group(picture(status, out.height - 1), trouble), refresh=True)
                time.sleep(FRAME)
