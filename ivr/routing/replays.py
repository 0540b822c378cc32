"""What the store knows of past days, as the simulator replays it: contacts, and when agents were there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from ivr.acd.model import VOICE
from ivr.acd.simulator.replay import Past, Turn, scenario
from ivr.acd.simulator.scenario import Scenario
from ivr.store.database import Store
from ivr.store.records import AgentEventRecord, ContactRecord
from ivr.store.traffic import contacts, turns

BEFORE = timedelta(hours=16)
"""So much earlier agents' turns are looked at, to know who was there at the beginning."""


def recorded(store: Store, since: datetime, until: datetime) -> Scenario:
    """What came between two moments (aware). Raises IvoryError: nothing that can be replayed; StoreError."""
    past = [each for record in contacts(store, since, until) if (each := past_of(record))]
    return scenario(past, [turn_of(record) for record in turns(store, since - BEFORE, until)])


def past_of(record: ContactRecord) -> Past | None:
    """A contact as a replay needs it; None for what never came to a queue (calls outward, between agents)
    and for what nobody saw the end of."""
    if not record.group or record.waited is None or record.direction not in ("", "in"):
        return None
    talk = None if record.talk is None else record.talk + (record.hold or 0.0)
    return Past(
        record.passed[0] if record.passed else record.group,
        record.arrived.timestamp(),
        record.waited,
        record.disposition == "abandoned",
        talk if record.disposition == "answered" else None,
        record.wrap_up if record.disposition == "answered" else None,
        record.channel or VOICE,
        record.priority or 0.0,
        {skill: int(level) for skill, level in record.require.items()},
    )


def turn_of(record: AgentEventRecord) -> Turn:
    """An agent's change of state as a replay needs it."""
    return Turn(record.agent, record.at.timestamp(), record.state)


def staffed(found: Scenario, agents: Collection[str]) -> Scenario:
    """A replay in which those of `agents` whom nobody saw were not there, where anybody was seen at all. Who
    is in no record because a plan has just hired them is there all the time."""
    if not found.shifts:
        return found
    return replace(found, shifts={**dict.fromkeys(agents, ()), **found.shifts})


def known(found: Scenario, groups: Collection[str]) -> tuple[Scenario, tuple[str, ...]]:
    """A scenario with the loads of these groups alone, and the groups that are left out."""
    left = sorted({load.group for load in found.loads if load.group not in groups})
    return replace(found, loads=tuple(load for load in found.loads if load.group in groups)), tuple(left)
