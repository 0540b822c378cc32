"""The day so far in figures, and what is not in order: counted rarely, whoever many look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import peewee

from ivr.settings import Settings
from ivr.store import counted, ends, spool
from ivr.store.database import Store
from ivr.store.models import Calls, Contacts
from ivr.store.webhooks import outbox

FRESH: Final = timedelta(seconds=10)
"""For which the figures are not counted again."""
TARGET: Final = 20.0
"""Seconds within which contacts are to be answered, where the group says nothing else."""
LOST: Final = "lost"


@dataclass(frozen=True, slots=True)
class Day:
    """A day so far. Shares are 0 to 1; None: nothing to tell them from.

    Args:
        contained: of calls whose end was seen, those that were helped with nobody spoken with.
        abandoned: of contacts whose wait is over, those whose callers hung up.
        service_level: of contacts that were answered or hung up, those answered within their group's target.
        levels: the same by group, of those that had any.
        ever: whether there was a call at any time.
        dead: posts of webhooks that were given up.
        spooled, refused: records that wait for the database, and those it would not have.
    """

    calls: int = 0
    contained: float | None = None
    contacts: int = 0
    abandoned: float | None = None
    service_level: float | None = None
    levels: Mapping[str, float] = field(default_factory=dict)
    ever: bool = False
    dead: int = 0
    spooled: int = 0
    refused: int = 0


class Today:
    """The figures, as old as `FRESH` at most. A part of the site."""

    def __init__(self, settings: Settings) -> None:
        self._spool = settings.store.spool.expanduser()
        self._kept: tuple[datetime, Day] | None = None

    def ask(self, store: Store, now: datetime, targets: Mapping[str, float]) -> Day:
        """The figures. Raises StoreError.

        Args:
            targets: seconds within which each group wants to answer.
        """
        if self._kept is None or not timedelta() <= now - self._kept[0] < FRESH:
            midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
            self._kept = now, self._counted(store, midnight, targets)
        return self._kept[1]

    def _counted(self, store: Store, midnight: datetime, targets: Mapping[str, float]) -> Day:
        rows = ends.since(store, midnight)
        calls, seen = (
            sum(row.calls for row in rows),
            sum(row.calls for row in rows if row.end not in ("", LOST)),
        )
        helped = sum(row.calls for row in rows if row.goal and row.end not in ("", LOST, "transfer"))
        by_group = waits(store, midnight, targets)
        waited = Waits(*map(sum, zip(*by_group.values(), strict=True))) if by_group else Waits()
        spooled, refused = spool.waiting(self._spool) if self._spool.is_dir() else (0, 0)
        with store.errors():
            ever = bool(calls) or Calls.select(Calls.id).limit(1).scalar(store.db) is not None
        return Day(
            calls=calls,
            contained=helped / seen if seen else None,
            contacts=waited.over,
            abandoned=waited.abandoned / waited.over if waited.over else None,
            service_level=waited.level,
            levels={name: each.level for name, each in by_group.items() if each.level is not None},
            ever=ever,
            dead=sum(states.get(outbox.DEAD, 0) for states in outbox.counts(store).values()),
            spooled=spooled,
            refused=refused,
        )


class Waits(NamedTuple):
    """Contacts that were answered, answered within their target, abandoned, and all whose wait is over."""

    answered: int = 0
    within: int = 0
    abandoned: int = 0
    over: int = 0

    @property
    def level(self) -> float | None:
        """The share that was answered in time; whoever hangs up counts against it."""
        asked = self.answered + self.abandoned
        return self.within / asked if asked else None


def waits(store: Store, since: datetime, targets: Mapping[str, float]) -> dict[str, Waits]:
    """Of counted contacts that came since then, by group. Raises StoreError."""
    target = peewee.Case(Contacts.group, list(targets.items()), TARGET) if targets else TARGET
    answered, abandoned = Contacts.disposition == "answered", Contacts.disposition == "abandoned"

    def count(condition: object) -> peewee.Function:
        return peewee.fn.COALESCE(peewee.fn.SUM(peewee.Case(None, [(condition, 1)], 0)), 0)

    query = (
        Contacts.select(
            Contacts.group,
            count(answered),
            count(answered & (Contacts.waited <= target)),
            count(abandoned),
            count(Contacts.disposition.is_null(False)),
        )
        .where((Contacts.arrived >= since) & counted.CONTACTS)
        .group_by(Contacts.group)
    )
    with store.errors():
        rows = list(query.tuples().execute(store.db))
    return {name or "": Waits(*map(int, counts)) for name, *counts in rows}
