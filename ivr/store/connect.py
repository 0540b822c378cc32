"""From the setting `store.url` to an open database: one row for each kind there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ivr.errors import StoreError
from ivr.store.database import Store
from ivr.store.sqlite import SqliteStore


def _postgresql(url: str, **options: Any) -> Store:
    try:
        from ivr.store.postgresql import PostgresqlStore
    except ImportError as error:
        raise StoreError(
            f"store.url names PostgreSQL, whose driver is not here: {error}",
            hint="pip install 'ivory-ivr[postgres]'",
        ) from None
    return PostgresqlStore.open(url, **options)


_KINDS: Mapping[str, Callable[..., Store]] = {
    "sqlite": SqliteStore.open,
    "postgresql": _postgresql,
    "postgres": _postgresql,
}


def open_store(
    url: str, *, patience: float = 5.0, create: bool = True, deadline: float | None = None
) -> Store:
    """Open the database that `url` names.

    Args:
        url: `sqlite:///relative/path`, `sqlite:////absolute/path`, or `postgresql://…` as libpq has it.
        patience: seconds to wait for another process's lock.
        create: make the file when there is none.
        deadline: seconds a server's answer may take. With one, the store belongs to a native thread that has
            no greenlets to serve; a file has no use for it.

    Raises:
        StoreError: an unknown kind of URL, or it cannot be opened.
    """
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in _KINDS:
        # Without a scheme all of it might be a password.
        kind = f'no database of the kind "{scheme}"' if separator else "not a URL"
        raise StoreError(
            f"store.url: {kind}",
            hint="write `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`",
        )
    return _KINDS[scheme](url, patience=patience, create=create, deadline=deadline)
