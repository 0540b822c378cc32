"""Records of calls whose end nobody wrote down: found, and closed.

Everything is asked through the writer, so that the database's own thread does it, after what an earlier
worker left in the spool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from peewee import fn

from ivr.clock import Clock
from ivr.store.database import Store
from ivr.store.models import Calls, Steps
from ivr.store.records import CallRecord, EventRecord
from ivr.store.webhooks.events import announce
from ivr.store.writer import Writer

LOST = "lost"
"""The `end` of a call that was over when somebody looked: how it ended is not known."""
RECENT = timedelta(hours=24)
"""Calls that began before are let be: a switch has none that are older, or they were given up long ago."""
MOST = 20_000
CHUNK = 200

Tell = Callable[[CallRecord], Iterable[EventRecord]]
"""What others are to hear of a record; `ivr.webhooks.herald.Herald.events`."""


class Unfinished:
    """The records of one FreeSWITCH's calls, of its `node`; `told` makes the events of what is closed."""

    def __init__(self, writer: Writer, node: str, clock: Clock, told: Tell) -> None:
        self._writer, self._node, self._clock, self._told = writer, node, clock, told

    def calls(self) -> Sequence[str]:
        """The ids of recent calls without an end, the oldest first. Raises StoreError: not now."""
        since = self._clock.now() - RECENT
        return self._writer.ask(lambda store: unfinished(store, self._node, since))

    def close(self, calls: Sequence[str]) -> int:
        """Close them as `LOST`; how many had no end still. Raises StoreError: not now."""
        return self._writer.ask(lambda store: close(store, calls, self._told))


def unfinished(store: Store, node: str, since: datetime) -> list[str]:
    """Ids of calls of `node` that started `since` then and have no end, the oldest first, `MOST` of them."""
    select = (
        Calls.select(Calls.id)
        .where(Calls.node == node, Calls.ended.is_null(), Calls.started >= since)
        .order_by(Calls.started, Calls.id)
        .limit(MOST)
    )
    with store.errors():
        return [call for (call,) in select.tuples().execute(store.db)]


def close(store: Store, calls: Sequence[str], told: Tell = lambda _record: ()) -> int:
    """Close those of `calls` that have no end, in one transaction; how many.

    They end at the last thing that is known of them; whoever wants to hear of that does. An end that was told
    after all takes its place when it comes.
    """
    heard_of = Steps.select(fn.MAX(fn.COALESCE(Steps.left, Steps.entered))).where(Steps.call == Calls.id)
    closed = 0
    with store.errors(), store.db.atomic():
        for begin in range(0, len(calls), CHUNK):
            over = (
                Calls.update(end=LOST, ended=fn.COALESCE(heard_of, Calls.started))
                .where(Calls.id.in_(calls[begin : begin + CHUNK]), Calls.ended.is_null())
                .returning(Calls.id, Calls.started, Calls.ended, Calls.flow)
                .execute(store.db)
            )
            for row in over:
                closed += 1
                record = CallRecord(row.id, row.started, row.flow or "", ended=row.ended, end=LOST)
                for event in told(record):
                    announce(store, event)
    return closed
