"""What changes of numbers and calendars have in common: a turn each, a revision that was looked at, an audit.

Every change takes the next turn of one count. That count is all a worker has to look at to know whether there
is news, and it lets people who change things at the same time do so one after the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ivr.errors import Conflict, Invalid
from ivr.store import audits
from ivr.store.database import Store
from ivr.store.models import Calendars, Dids, Turns
from ivr.store.records import AuditRecord

NOTE: Final = 1000
"""Characters of a note or a reason at most."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes something, and when (aware).

    `expected` is the revision that was looked at: None, whichever it is; 0, there must be none yet.
    """

    by: str
    at: datetime
    expected: int | None = None

    def check(self, what: str, revision: int) -> None:
        """Raise Conflict unless a row has the revision that was looked at; 0: there is no row."""
        if self.expected in (None, revision):
            return
        if self.expected == 0:
            raise Conflict(f"there is {what} already", current=str(revision), hint="change that one")
        done = "changed" if revision else "removed"
        raise Conflict(f"somebody else has {done} {what} meanwhile", current=str(revision or ""))


def turn(store: Store) -> int:
    """How many changes there were. Raises StoreError."""
    with store.errors():
        return int(Turns.select(Turns.turn).scalar(store.db) or 0)


@contextmanager
def changing(store: Store) -> Iterator[int]:
    """A transaction in which nobody else changes anything of this; the turn of the change. Raises StoreError.

    What is read in it is what will be changed: whoever was at it before is done."""
    with store.errors(), store.db.atomic():
        Turns.update(turn=Turns.turn + 1).execute(store.db)
        yield int(Turns.select(Turns.turn).scalar(store.db))


def note(
    store: Store, order: str, target: str, change: Change, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Write a change down, beside it in one transaction."""
    audits.add(store, [AuditRecord(change.at, change.by or "-", order, target, before, after, "done")])


def text(value: str, field: str, limit: int = NOTE) -> str:
    """A text that somebody wrote for people to read, without spaces around it. Raises Invalid."""
    plain = value.strip()
    if len(plain) > limit:
        raise Invalid(f"{field} has {len(plain)} characters; {limit} at most", field=field)
    if "\0" in plain:
        raise Invalid(f"{field} has a character that is none", field=field)
    return plain


def copy(source: Store, target: Store) -> int:
    """Copy every number and calendar, if the target has none of them; returns how many. Raises StoreError."""
    if turn(target):
        return 0
    copied = 0
    with changing(target):
        for model in (Dids, Calendars):
            with source.errors():
                rows = list(model.select().dicts().execute(source.db))
            for row in rows:
                model.insert(_json(row)).execute(target.db)
            copied += len(rows)
        Turns.update(turn=max(turn(source), 1)).execute(target.db)
    return copied


def _json(row: dict[str, Any]) -> dict[str, Any]:
    """A row that was read, as it is written."""
    return {name: json.dumps(value) if isinstance(value, dict) else value for name, value in row.items()}
