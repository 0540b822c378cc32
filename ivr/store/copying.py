"""Records of one store copied into another of any kind: how a SQLite file moves to PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

import peewee

from ivr.store.database import Store
from ivr.store.kinds import KINDS, Kind
from ivr.store.records import Record
from ivr.store.rows import pack, unpack
from ivr.store.upsert import Upsert

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rows of each table, and which were refused by the target, and why."""

    tables: Mapping[str, int]
    refused: tuple[str, ...]


def copy(source: Store, target: Store, progress: Callable[[int], None] = lambda done: None) -> Copied:
    """Copy every record, some hundred of them in one transaction.

    What the target has of a record is filled in from the source, and a present state that it has stays, so
    doing it twice does no harm. `progress` hears how many are copied by now.

    Raises:
        StoreError: one of them cannot be read or written; what was copied until then stays.
    """
    upsert = Upsert(target, keep=True)
    tables: dict[str, int] = {}
    refused: list[str] = []
    for kind in KINDS.values():
        copied = 0
        for found in _pages(source, kind):
            with target.errors():
                refusals = upsert([pack(record) for record in found])
            refused += [f"{one.row.kind} {one.row.values[0]}: {one.reason}" for one in refusals]
            copied += len(found)
            progress(sum(tables.values()) + copied)
        tables[kind.model._meta.table_name] = copied
    return Copied(tables, tuple(refused))


def count(store: Store) -> dict[str, int]:
    """How many rows each table of records has."""
    with store.errors():
        return {
            kind.model._meta.table_name: int(
                kind.model.select(peewee.fn.COUNT(peewee.SQL("*"))).scalar(store.db)
            )
            for kind in KINDS.values()
        }


def _pages(store: Store, kind: Kind) -> Iterator[Sequence[Record]]:
    """All records of a kind, in the order of its key."""
    keys = [getattr(kind.model, name) for name in kind.keys]
    last: tuple[Any, ...] | None = None
    while True:
        select = kind.model.select().order_by(*keys).limit(CHUNK)
        if last is not None:
            select = select.where(_after(keys, last))
        with store.errors():
            found: list[Record] = [unpack(kind.record, row) for row in select.execute(store.db)]
        if not found:
            return
        yield found
        last = tuple(getattr(found[-1], name) for name in kind.keys)


def _after(keys: Sequence[peewee.Field], last: Sequence[Any]) -> Any:
    """Rows whose key comes behind `last`."""
    places = range(len(keys))
    return reduce(
        or_, (reduce(and_, (*(keys[i] == last[i] for i in range(at)), keys[at] > last[at])) for at in places)
    )
