"""What the commands of `ivr webhook` share: the store, who gives the command, and how things are shown."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ivr.settings import Webhooks
    from ivr.store.database import Store
    from ivr.store.webhooks.outbox import Delivery

Command = TypeVar("Command", bound=Callable[..., Any])


@contextmanager
def webhooks() -> Iterator[tuple[Store, Webhooks]]:
    """The store, up to date, and the settings."""
    from ivr.cli import common
    from ivr.store.schema import open_current

    settings = common.load().settings
    with open_current(settings.store.url, patience=5.0, deadline=None) as store:
        yield store, settings.webhooks


def by() -> str:
    """Who gives the command."""
    try:
        return f"cli:{getpass.getuser()}"
    except OSError:  # nobody has this number
        return "cli"


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def description_options(command: Command) -> Command:
    """What an endpoint is to hear of; None: nothing is said of it."""
    options = (
        click.option("--description", metavar="TEXT", help="What it is for."),
        click.option(
            "--pop",
            metavar="TEMPLATE",
            help="Screen pop: `https://crm.example/{{ customer.id | default(contact.ani) }}`.",
        ),
        click.option("--group", "groups", multiple=True, help="Only what happens in this skill group."),
        click.option("--flow", "flows", multiple=True, help="Only what happens in calls of this flow."),
        click.option(
            "--event",
            "events",
            multiple=True,
            metavar="TYPE",
            help="A type, or `contact.*`; may be repeated. `ivr webhook events` lists them.",
        ),
    )
    for option in options:
        command = option(command)
    return command


def given(**options: Any) -> dict[str, Any]:
    """The options that something was said of; a lone empty one of several empties the list."""
    values = {}
    for name, value in options.items():
        if isinstance(value, tuple):
            if value:
                values[name] = tuple(one for one in value if one)
        elif value is not None:
            values[name] = value
    return values


def tell_secret(secret: str, what: str, as_json: bool) -> None:
    """Show a secret, this once."""
    from ivr.cli import common

    if as_json:
        return
    common.talk().print(f"{what}; its secret, which is shown only now:", style="green", markup=False)
    click.echo(secret)


def print_deliveries(found: list[Delivery], as_json: bool, nothing: str) -> None:
    """Deliveries as a table, or whole."""
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common

    if as_json:
        common.print_json(found)
        return
    if not found:
        common.talk().print(nothing)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("when", "webhook", "event", "id", "state", "tries", "status", "answer"):
        table.add_column(heading, overflow="fold")
    for one in found:
        made = f"{one.made.astimezone():%Y-%m-%d %H:%M:%S}"
        status = "" if one.status is None else str(one.status)
        cells = (made, one.endpoint, one.type, one.event, one.state, str(one.attempts), status, one.answer)
        table.add_row(*map(Text, cells))
    common.out().print(table)
