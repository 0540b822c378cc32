"""`ivr user`: people who may sign in to the admin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ivr.cli.noted import noted
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.store.database import Store

ROLES = ("admin", "designer", "supervisor", "agent", "viewer")


@click.group("user")
def command() -> None:
    """People who may sign in to the admin."""


@command.command("list")
@json_option
@settings_options
def list_(as_json: bool) -> None:
    """List all users."""
    from dataclasses import asdict

    from rich.table import Table

    from ivr.cli import common
    from ivr.store import users

    with common.store() as store:
        found = users.every(store)
    if as_json:
        rows = [asdict(user) for user in found]
        common.print_json([{**row, "invited": not row.pop("password")} for row in rows])
        return
    table = Table("name", "role", "agent", "last here", box=None)
    for user in found:
        seen = f"{user.seen.astimezone():%Y-%m-%d %H:%M}" if user.seen else "-"
        table.add_row(user.name, user.role if user.enabled else f"{user.role} (off)", user.agent, seen)
    common.out().print(table)


@command.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="What they may do."
)
@click.option("--display", default="", metavar="NAME", help="The name others see.")
@click.option("--agent", default="", metavar="AGENT", help="The agent of the routing plan that they are.")
@settings_options
def add(name: str, role: str, display: str, agent: str) -> None:
    """Add a user, and print the link by which they choose a password."""
    from ivr.cli import common
    from ivr.store import users
    from ivr.store.users import User

    now = datetime.now(UTC)
    with common.store() as store:
        users.add(store, User(name, role, now, now, display, agent))
        noted(store, "user.add", name, after={"role": role, "display": display, "agent": agent})
        _print_link(store, name, "password")


@command.command()
@click.argument("name", required=False, default="")
@click.option("--setup", is_flag=True, help="For the first admin, while there is nobody.")
@settings_options
def link(name: str, setup: bool) -> None:
    """Print a link that lets somebody in once, to choose a (new) password."""
    from ivr.cli import common
    from ivr.store import users

    if bool(name) == setup:
        raise click.UsageError("Name a user, or --setup.")
    with common.store() as store:
        if name:
            users.get(store, name)
        elif users.count(store):
            raise click.UsageError("There are users already; name one of them.")
        noted(store, "user.link", name)
        _print_link(store, name, "password" if name else "setup")


@command.command()
@click.argument("name")
@settings_options
def disable(name: str) -> None:
    """Switch a user off: they are signed out everywhere, and their tokens hold no longer."""
    _switch(name, enabled=False)


@command.command()
@click.argument("name")
@settings_options
def enable(name: str) -> None:
    """Let a user in again."""
    _switch(name, enabled=True)


def _switch(name: str, *, enabled: bool) -> None:
    from ivr.cli import common
    from ivr.store import sessions, users

    with common.store() as store:
        users.change(store, name, {"enabled": enabled}, datetime.now(UTC))
        if not enabled:
            sessions.end_all(store, name)
        noted(store, "user.change", name, {"enabled": not enabled}, {"enabled": enabled})
    common.talk().print("done", style="green")


def _print_link(store: Store, name: str, purpose: str) -> None:
    from ivr.cli import common
    from ivr.web.accounts import entrance
    from ivr.web.address import public_url

    secret = entrance.make_link(store, name, purpose, datetime.now(UTC))
    click.echo(f"{public_url(common.load().settings)}/welcome?link={secret}")
