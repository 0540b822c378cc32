"""Calls of one store copied into another of any kind: how a SQLite file moves to PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.store.database import Store
from ivr.store.models import Calls, Steps
from ivr.store.rows import pack, to_call, to_step
from ivr.store.upsert import Upsert

CHUNK = 100


@dataclass(frozen=True, slots=True)
class Copied:
    """How many calls and steps, and which were refused by the target, and why."""

    calls: int
    steps: int
    refused: tuple[str, ...]


def copy(source: Store, target: Store, progress: Callable[[int], None] = lambda done: None) -> Copied:
    """Copy every call with its journey, some hundred records in one transaction.

    What the target has of a call is filled in from the source, so doing it twice does no harm. `progress`
    hears how many calls are copied by now.

    Raises:
        StoreError: one of them cannot be read or written; what was copied until then stays.
    """
    upsert = Upsert(target)
    calls = steps = 0
    refused: list[str] = []
    last = ""
    while True:
        with source.errors():
            found = list(
                Calls.select().where(Calls.id > last).order_by(Calls.id).limit(CHUNK).execute(source.db)
            )
            ids = [call.id for call in found]
            journeys = list(
                Steps.select().where(Steps.call.in_(ids)).order_by(Steps.call, Steps.visit).execute(source.db)
            )
        if not found:
            return Copied(calls, steps, tuple(refused))
        rows = [pack(to_call(call)) for call in found] + [pack(to_step(step)) for step in journeys]
        with target.errors():
            refusals = upsert(rows)
        refused += [f"{one.row.kind} {one.row.values[0]}: {one.reason}" for one in refusals]
        calls += len(found)
        steps += len(journeys)
        last = ids[-1]
        progress(calls)
