"""Records made ready for the database, and back: the same in memory, table and spool."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import peewee

from ivr.store.cells import Value
from ivr.store.kinds import BY_RECORD, KINDS
from ivr.store.records import Record

_R = TypeVar("_R")


class Row(NamedTuple):
    """One record: its kind (a name of `KINDS`) and the values of that kind's columns."""

    kind: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """What can never become a row, as text, and why."""

    text: str
    reason: str


_PACKERS = {
    record: (kind.name, kind.values, tuple(cell.pack for cell in kind.columns.values()))
    for record, kind in BY_RECORD.items()
}


def pack(record: Record) -> Row:
    """The row of a record.

    Raises:
        ValueError, TypeError: it has no usable key, or a naive time, or holds what JSON cannot.
    """
    try:
        name, values, packers = _PACKERS[type(record)]
    except KeyError:
        raise TypeError(f"no kind of record: {type(record).__name__}") from None
    return Row(name, tuple([write(value) for write, value in zip(packers, values(record))]))  # noqa: B905


def unpack(record: type[_R], found: peewee.Model) -> _R:
    """The record of a row of its table."""
    held = found.__data__
    return record(**{name: cell.unpack(held.get(name)) for name, cell in BY_RECORD[record].columns.items()})


def to_line(row: Row) -> str:
    """A row as one line of JSON, without the newline; columns by name, so that it outlives a migration."""
    return json.dumps({"kind": row.kind, **dict(zip(KINDS[row.kind].columns, row.values, strict=True))})


def from_line(line: bytes) -> Row:
    """The row of a line.

    Raises:
        ValueError: it is no line of `to_line`; a column it lacks is None, one that is unknown is passed over.
    """
    content: Any = json.loads(line)
    if not isinstance(content, dict) or content.get("kind") not in KINDS:
        raise ValueError("not a record")
    values = tuple(content.get(column) for column in KINDS[content["kind"]].columns)
    if not all(value is None or type(value) in (str, int, float) for value in values):
        raise ValueError("a value is neither text nor a number")
    return Row(content["kind"], values)
