"""How the calls of a while ended, counted by the database."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final, NamedTuple

import peewee

from ivr.store import counted
from ivr.store.database import Store
from ivr.store.models import Calls

NONE: Final = (None, "", "[]")
"""Goals as a column has them where none was reached."""


class End(NamedTuple):
    """So many calls that came in by a flow ended in this way, with a goal reached or without; empty: they are
    under way."""

    flow: str
    end: str
    goal: bool
    calls: int


def since(store: Store, began: datetime) -> list[End]:
    """Of all counted calls that began from then on (aware). Raises StoreError."""
    goals = Calls.goals.cast("TEXT")
    select = (
        Calls.select(Calls.flow, Calls.end, goals, peewee.fn.COUNT(peewee.SQL("*")))
        .where((Calls.started >= began) & Calls.flow.is_null(False) & counted.CALLS)
        .group_by(Calls.flow, Calls.end, goals)
    )
    with store.errors():
        rows = list(select.tuples().execute(store.db))
    counts: Counter[tuple[str, str, bool]] = Counter()
    for flow, end, reached, calls in rows:
        counts[flow, end or "", reached not in NONE] += calls
    return [End(*kind, calls) for kind, calls in counts.items()]
