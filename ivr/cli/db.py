"""`ivr db`: looking after the database of calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.store.database import Store


@click.group("db")
def command() -> None:
    """The database of calls."""


@command.command()
@json_option
@settings_options
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Tell what the database holds, and what waits to be written. Exit code 1 when a migration is missing."""
    from ivr.cli import common
    from ivr.store import copying, schema
    from ivr.store.spool import waiting

    spool = common.load().settings.store.spool
    with _open(create=False) as store:
        migrations = schema.status(store)
        current = all(row.applied and row.known for row in migrations)
        tables = copying.count(store) if current else {}
        size = store.size()
        name = store.name
    pending, rejected = waiting(spool)
    if as_json:
        common.print_json(
            {
                "database": name,
                "bytes": size,
                "calls": tables.get("calls"),
                "steps": tables.get("steps"),
                "tables": tables,
                "current": current,
                "migrations": migrations,
                "spool": {"folder": spool, "waiting": pending, "rejected": rejected},
            }
        )
    else:
        say = common.out().print
        say(f"{name}  {size / 1e6:.1f} MB", soft_wrap=True, markup=False)
        if current:
            say(_counted(tables), soft_wrap=True)
        for row in migrations:
            applied = f"{row.applied.astimezone():%Y-%m-%d %H:%M}" if row.applied else "not applied"
            say(
                f"{row.name}  {applied}{'' if row.known else ', by a newer Ivory'}",
                style="" if row.applied else "red",
            )
        if pending:
            waits = "1 record waits" if pending == 1 else f"{pending} records wait"
            say(f"{waits} in {spool}; the worker writes them", style="yellow", soft_wrap=True)
        if rejected:
            were = "1 record was" if rejected == 1 else f"{rejected} records were"
            say(f"{were} rejected: {spool / 'rejected.jsonl'}", style="red", soft_wrap=True)
    if not current:
        context.exit(1)


@command.command()
@settings_options
def migrate() -> None:
    """Make the database, or bring it up to date: all of it or nothing."""
    from ivr.cli import common
    from ivr.store import schema

    with _open(create=True) as store:
        applied = schema.migrate(store)
        common.talk().print(f"{store.name} is up to date", style="green", soft_wrap=True)
    for name in applied:
        common.out().print(name)


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@settings_options
def backup(file: Path) -> None:
    """Copy the database into FILE, whole and consistent, while calls go on."""
    from ivr.cli import common

    with _open(create=False) as store, common.talk().status("copying"):
        size = store.backup(file)
    common.talk().print(f"{file}: {size / 1e6:.1f} MB", style="green", soft_wrap=True)


@command.command()
@json_option
@settings_options
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Check the database's inner order. Exit code 1 when something is wrong."""
    from ivr.cli import common

    with _open(create=False) as store, common.talk().status("checking"):
        problems = store.check()
    if as_json:
        common.print_json(problems)
    else:
        for problem in problems:
            common.out().print(problem, style="red", soft_wrap=True, markup=False)
        if not problems:
            common.talk().print("nothing wrong", style="green")
    if problems:
        context.exit(1)


@command.command()
@click.option("--days", type=click.IntRange(1, 36500), required=True, help="What is older than this goes.")
@click.option("--dry-run", is_flag=True, help="Only tell how many.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--compact", is_flag=True, help="Give the space back to the disk; records wait meanwhile.")
@settings_options
def prune(days: int, dry_run: bool, yes: bool, compact: bool) -> None:
    """Delete old calls with their journeys, contacts, agents' histories and orders, while calls go on.

    Customers stay, and so do agents' states, callbacks that wait, and recordings: those are removed by
    `ivr recordings purge`.
    """
    from rich.progress import Progress

    from ivr.cli import common
    from ivr.store import retention, schema

    before = datetime.now(UTC) - timedelta(days=days)
    with _open(create=False) as store:
        schema.require_current(store)
        tables = retention.old(store, before)
        count = sum(tables.values())
        common.talk().print(f"older than {days} days: {_counted(tables)}", soft_wrap=True)
        if dry_run or (count and not yes and not click.confirm("Delete them?", err=True)):
            return
        with Progress(console=common.talk(), transient=True) as progress:
            task = progress.add_task("deleting", total=count)
            done = retention.prune(store, before, lambda gone: progress.update(task, completed=gone))
        if compact:
            with common.talk().status("compacting"):
                store.compact()
        gone = f"deleted: {_counted(done)}; {store.size() / 1e6:.1f} MB now"
        common.talk().print(gone, style="green", soft_wrap=True)


@command.command("copy")
@click.option("--from", "source", required=True, metavar="URL", help="The database to copy from.")
@settings_options
def copy_(source: str) -> None:
    """Copy all records, published flows, numbers, calendars, webhooks, users and tokens of another database
    into this one, for instance of a SQLite file into PostgreSQL.

    Records that are in both are filled in; of a flow that is published in both, this one's log stays. May be
    repeated, and broken off; the source is not changed.
    """
    from rich.progress import Progress

    from ivr.cli import common
    from ivr.store import bindings, copying, people, plans, schema, versions
    from ivr.store.connect import open_store
    from ivr.store.webhooks.copying import copy as copy_webhooks

    with open_store(source, create=False) as origin, _open(create=True) as store:
        schema.require_current(origin)
        schema.migrate(store)
        published = versions.copy(origin, store)
        turns, bound = plans.copy(origin, store), bindings.copy(origin, store)
        with Progress(console=common.talk(), transient=True) as progress:
            task = progress.add_task("copying", total=sum(copying.count(origin).values()))
            done = copying.copy(origin, store, lambda copied: progress.update(task, completed=copied))
        webhooks = copy_webhooks(origin, store, datetime.now(UTC))
        let_in = people.copy(origin, store)
        for refusal in done.refused:
            common.out().print(f"not copied: {refusal}", style="red", soft_wrap=True, markup=False)
        kept = (
            f"versions of flows: {published}, turns of the routing plan: {turns},"
            f" webhooks: {webhooks}, numbers and calendars: {bound}, users and tokens: {let_in}"
        )
        message = f"copied: {_counted(done.tables)}; {kept}"
        common.talk().print(message, style="green", soft_wrap=True)
    if done.refused:
        click.get_current_context().exit(1)


def _counted(tables: Mapping[str, int]) -> str:
    """`150 calls, 900 steps`: what there is some of."""
    some = [(count, table.replace("_", " ")) for table, count in tables.items() if count]
    return (
        ", ".join(f"{count} {name.removesuffix('s') if count == 1 else name}" for count, name in some)
        or "nothing"
    )


def _open(*, create: bool) -> Store:
    from ivr.cli import common
    from ivr.store.connect import open_store

    return open_store(common.load().settings.store.url, create=create)
