"""From the setting `store.url` to an open database: one row for each kind there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ivr.errors import StoreError
from ivr.store.database import Store
from ivr.store.sqlite import SqliteStore

_KINDS: Mapping[str, Callable[..., Store]] = {"sqlite": SqliteStore.open}


def open_store(url: str, *, patience: float = 5.0, create: bool = True) -> Store:
    """Open the database that `url` names.

    Args:
        url: `sqlite:///relative/path` or `sqlite:////absolute/path`.
        patience: seconds to wait for another process's lock.
        create: make the database when there is none.

    Raises:
        StoreError: an unknown kind of URL, or it cannot be opened.
    """
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in _KINDS:
        raise StoreError(f'store.url: no database of the kind "{scheme}"', hint="write `sqlite:///PATH`")
    options: dict[str, Any] = {"patience": patience, "create": create}
    return _KINDS[scheme](url, **options)
