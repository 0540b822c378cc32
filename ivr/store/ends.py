"""How the calls of a while ended, counted by the database."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import peewee

from ivr.store.database import Store
from ivr.store.models import Calls
from ivr.store.records.calls import UNREACHED


class End(NamedTuple):
    """So many calls that came in by a flow ended in this way, with a goal reached or without; empty: they are
    under way."""

    flow: str
    end: str
    goal: bool
    calls: int


def since(store: Store, began: datetime) -> list[End]:
    """Of all calls that began from then on (aware). Raises StoreError."""
    goals = Calls.goals.cast("TEXT")
    reached = peewee.Case(None, [(goals.is_null() | (goals == "[]"), 0)], 1)
    select = (
        Calls.select(Calls.flow, Calls.end, reached.alias("goal"), peewee.fn.COUNT(peewee.SQL("*")))
        .where((Calls.started >= began) & (Calls.end.is_null() | (Calls.end != UNREACHED)))
        .where(Calls.flow.is_null(False))
        .group_by(Calls.flow, Calls.end, reached)
    )
    with store.errors():
        rows = list(select.tuples().execute(store.db))
    return [End(flow, end or "", bool(goal), calls) for flow, end, goal, calls in rows]
