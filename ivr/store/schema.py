"""Which migrations a database has had, and bringing it up to date.

peewee's own runner does the work; here is what it leaves open: one process at a time, all or nothing, and no
touching a database that a newer Ivory has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playhouse.migrations import Runner

from ivr.errors import StoreError
from ivr.store.connect import open_store
from ivr.store.database import Store

FOLDER = Path(__file__).parent / "migrations"
ANSWER = 10.0
"""Seconds after which the writer gives up a server that does not answer."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step. `applied` is when (aware UTC) or None; `known`: this Ivory has its file."""

    name: str
    applied: datetime | None
    known: bool = True


def status(store: Store, folder: Path = FOLDER) -> list[Migration]:
    """Every migration, applied or not, in order."""
    with store.errors():
        return [
            Migration(row.name, row.applied.astimezone(UTC) if row.applied else None, row.path is not None)
            for row in _runner(store, folder).status()
        ]


def migrate(store: Store, folder: Path = FOLDER) -> list[str]:
    """Apply what is missing, all of it or nothing. Returns the names of what was applied.

    Raises:
        StoreError: the database comes from a newer Ivory, a migration failed, or it cannot be written now.
    """
    if _pending(store, folder) == []:
        return []
    with store.errors(), store.migrating():
        _pending(store, folder)  # another process may have migrated while this one waited
        try:
            return list(_runner(store, folder).up())
        except (ValueError, TypeError, AttributeError, ImportError, SyntaxError) as error:
            raise StoreError(
                f"{store.name}: a migration is broken: {error}", hint="nothing was changed"
            ) from error


def require_current(store: Store, folder: Path = FOLDER) -> None:
    """Raise `StoreError` unless the database has exactly the migrations that this Ivory knows."""
    if pending := _pending(store, folder):
        raise StoreError(f"{store.name} lacks {', '.join(pending)}", hint="run `ivr db migrate`")


def open_current(url: str, *, patience: float = 0.25, deadline: float | None = ANSWER) -> Store:
    """Open a database, making it and bringing it up to date as needed: what the writer of records does.

    Arguments are those of `open_store`.

    Raises:
        StoreError: it cannot be opened or migrated.
    """
    store = open_store(url, patience=patience, deadline=deadline)
    try:
        migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def _pending(store: Store, folder: Path) -> list[str]:
    rows = status(store, folder)
    if unknown := [row.name for row in rows if not row.known]:
        raise StoreError(
            f"{store.name} comes from a newer Ivory: it has {', '.join(unknown)}",
            hint="upgrade Ivory, or put back a backup",
        )
    return [row.name for row in rows if row.applied is None]


def _runner(store: Store, folder: Path) -> Runner:
    return Runner(store.db, str(folder), table_name="schema_migrations")
