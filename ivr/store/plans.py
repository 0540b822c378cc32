"""The routing plan in the database: a log of turns, of which the newest is in force. Rows are only added."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import peewee

from ivr.errors import Conflict, StoreError
from ivr.store.database import Store
from ivr.store.models import Plans

MAX_BYTES = 8 << 20
"""As large as a YAML file may be."""


@dataclass(frozen=True, slots=True)
class PlanTurn:
    """One plan: `turn` counts from 1, `at` is aware, `by` is who put it in force, `message` says why,
    `origin` how it came about (empty for turns that are older than this was noted)."""

    turn: int
    text: str
    at: datetime
    by: str = ""
    message: str = ""
    origin: str = ""


def add(store: Store, turn: PlanTurn) -> None:
    """Note the next turn.

    Raises:
        StoreError: somebody else noted that turn meanwhile, it is too large, or the database cannot.
    """
    if len(turn.text.encode()) > MAX_BYTES:
        raise StoreError(f"the plan is larger than {MAX_BYTES >> 20} MiB", hint="split the centre")
    try:
        with store.errors(), store.db.atomic():
            _insert(store, turn)
    except _Taken as error:
        raise Conflict(
            "somebody else has changed the plan meanwhile",
            hint="look at `ivr acd log` and `ivr acd diff`, and try again",
        ) from error


class _Taken(Exception):
    """The turn is there already."""


def _insert(store: Store, turn: PlanTurn) -> None:
    try:
        Plans.insert(asdict(turn)).execute(store.db)
    except peewee.IntegrityError as error:
        raise _Taken from error


def newest(store: Store) -> int:
    """The newest turn's number; 0 when there is none."""
    with store.errors():
        return int(Plans.select(peewee.fn.MAX(Plans.turn)).scalar(store.db) or 0)


def newest_from(store: Store, origins: Collection[str]) -> int:
    """The newest turn that came about in one of these ways, or before that was noted; 0: none."""
    known = Plans.origin.is_null() | Plans.origin.in_(["", *origins])
    with store.errors():
        return int(Plans.select(peewee.fn.MAX(Plans.turn)).where(known).scalar(store.db) or 0)


def get(store: Store, number: int) -> PlanTurn | None:
    """One turn, whole."""
    with store.errors():
        rows = list(Plans.select().where(Plans.turn == number).dicts().execute(store.db))
    return _turn(rows[0]) if rows else None


def log(store: Store, limit: int = 1000, before: int = 0) -> list[PlanTurn]:
    """The turns without their texts, the newest first; only those before a turn, where one is named."""
    query = Plans.select(Plans.turn, Plans.at, Plans.by, Plans.message, Plans.origin)
    if before:
        query = query.where(Plans.turn < before)
    with store.errors():
        rows = list(query.order_by(Plans.turn.desc()).limit(limit).dicts().execute(store.db))
    return [_turn({"text": "", **row}) for row in rows]


def copy(source: Store, target: Store) -> int:
    """Copy every turn, if the target has none; returns how many. Raises StoreError."""
    if newest(target):
        return 0
    turns = [turn for one in reversed(log(source, 1 << 31)) if (turn := get(source, one.turn))]
    with target.errors(), target.db.atomic():
        for turn in turns:
            Plans.insert(asdict(turn)).execute(target.db)
    return len(turns)


def _turn(row: Mapping[str, Any]) -> PlanTurn:
    return PlanTurn(row["turn"], row["text"], row["at"], row["by"], row["message"], row["origin"] or "")
