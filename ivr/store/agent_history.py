"""What an agent did: the states they came into, and what it adds up to over a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from peewee import fn

from ivr.store.calls import cursor, next_of
from ivr.store.database import Store
from ivr.store.lists import Some
from ivr.store.models import AgentEvents, Contacts, Offers
from ivr.store.records import AgentEventRecord
from ivr.store.rows import unpack

LOOKED_BACK: Final = timedelta(days=2)
"""So much earlier the state is looked for in which an agent was when a time began."""
WORK: Final = ("busy", "wrap_up", "reserved")
GONE: Final = ("", "logged_out")
MISSED: Final = ("expired", "no_answer", "rejected", "busy", "unregistered", "failed")
"""Results of offers that came to nothing for the agent's or the telephone's sake. One that nobody answers
mostly expires: the router's time is up before the telephone's is. Those of which the caller hung up, or which
another agent took, count for nobody."""


def states(
    store: Store, agent: str, since: datetime | None, until: datetime | None, before: str, limit: int
) -> Some[AgentEventRecord]:
    """The changes of an agent's state, the latest first. Raises StoreError."""
    query = AgentEvents.select().where(AgentEvents.agent == agent)
    at, state = AgentEvents.at, AgentEvents.state
    if since:
        query = query.where(at >= since)
    if until:
        query = query.where(at < until)
    if before:
        moment, last = cursor(before)
        query = query.where((at <= moment) & ((at < moment) | (state < last)))
    with store.errors():
        rows = query.order_by(at.desc(), state.desc()).limit(limit + 1).execute(store.db)
        found = [unpack(AgentEventRecord, row) for row in rows]
    items = tuple(found[:limit])
    return Some(items, next_of(items[-1].at, items[-1].state) if len(found) > limit else "")


def figures(store: Store, agent: str, since: datetime, until: datetime) -> dict[str, Any]:
    """What an agent did between two moments (aware), in seconds and counts. Raises StoreError."""
    served = (Contacts.agent == agent) & (Contacts.arrived >= since) & (Contacts.arrived < until)
    rung = (Offers.agent == agent) & (Offers.at >= since) & (Offers.at < until)
    missed = Offers.result.in_(MISSED)
    with store.errors():
        sums = Contacts.select(
            fn.COUNT(Contacts.answered),
            fn.SUM(Contacts.talk),
            fn.SUM(Contacts.hold),
            fn.SUM(Contacts.wrap_up),
        )
        answered, talk, hold, wrap_up = next(iter(sums.where(served).tuples().execute(store.db)))
        offered = Offers.select(fn.COUNT(Offers.agent)).where(rung).scalar(store.db)
        lost = Offers.select(fn.COUNT(Offers.agent)).where(rung & missed).scalar(store.db)
    spans = _spans(store, agent, since, until)
    there = {state: span for state, span in spans.items() if state != "on_break"}
    work = sum(there.get(state, 0.0) for state in WORK)
    return {
        "agent": agent, "since": since, "until": until,
        "answered": answered or 0, "talk": talk or 0.0, "hold": hold or 0.0, "wrap_up": wrap_up or 0.0,
        "offered": offered or 0, "missed": lost or 0, "states": spans,
        "occupancy": work / sum(there.values()) if there and sum(there.values()) else None,
    }  # fmt: skip


def _spans(store: Store, agent: str, since: datetime, until: datetime) -> dict[str, float]:
    """How long an agent was in each state but signed out."""
    query = (
        AgentEvents.select()
        .where(
            (AgentEvents.agent == agent) & (AgentEvents.at >= since - LOOKED_BACK) & (AgentEvents.at < until)
        )
        .order_by(AgentEvents.at)
    )
    with store.errors():
        events = [unpack(AgentEventRecord, row) for row in query.execute(store.db)]
    spans: dict[str, float] = {}
    ends = [*(each.at for each in events), until][1:]
    for event, end in zip(events, ends, strict=True):
        seconds = (end - max(event.at, since)).total_seconds()
        if seconds > 0 and event.state not in GONE:
            spans[event.state] = spans.get(event.state, 0.0) + seconds
    return spans
