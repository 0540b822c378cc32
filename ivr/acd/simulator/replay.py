"""Yesterday again: a scenario made of the contacts that were recorded, so that another plan can be tried on
them.

A record holds less than a replay needs. Of somebody who was answered it is not known how long they would
have waited, of somebody who hung up not how long they would have talked. What is missing is drawn from what
is known of the others in the group: patience by Kaplan and Meier's estimate, in which the answered are
censored, given that it lasted as long as it did; handling times from those of the answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from ivr.acd.model import VOICE
from ivr.acd.simulator.arrivals import Recorded
from ivr.acd.simulator.distributions import Empirical
from ivr.acd.simulator.scenario import Known, Load, Scenario, Shift
from ivr.errors import IvoryError

TAIL = 3600.0
"""Seconds after the last contact that belong to the day, at most: until the last ones are served."""


@dataclass(frozen=True, slots=True)
class Past:
    """One contact as it was. `arrived` is in seconds since the epoch; spans are seconds. `talk` and `wrap_up`
    are those of the answered; `abandoned`: it hung up while waiting, after `waited`."""

    group: str
    arrived: float
    waited: float
    abandoned: bool = False
    talk: float | None = None
    wrap_up: float | None = None
    channel: str = VOICE
    priority: float = 0.0
    require: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """An agent came into a state at a moment, in seconds since the epoch."""

    agent: str
    at: float
    state: str


def scenario(past: Iterable[Past], turns: Iterable[Turn] = ()) -> Scenario:
    """What was, as a scenario: a day that begins with the first contact and ends with the last.

    Args:
        turns: when agents came and went; without any, all agents of the plan are there all the time.

    Raises IvoryError when there are no contacts, or none of a group was answered.
    """
    contacts = sorted(past, key=lambda each: each.arrived)
    if not contacts:
        raise IvoryError("there are no contacts to replay", hint="choose a time in which there were some")
    begins, ends = contacts[0].arrived, contacts[-1].arrived
    kinds: dict[tuple[str, str, float, frozenset[tuple[str, int]]], list[Past]] = {}
    for each in contacts:
        kind = (each.group, each.channel, each.priority, frozenset(each.require.items()))
        kinds.setdefault(kind, []).append(each)
    groups: dict[str, list[Past]] = {}
    for each in contacts:
        groups.setdefault(each.group, []).append(each)
    handling = {group: _handling(group, those) for group, those in groups.items()}
    patience = {group: kaplan_meier(those) for group, those in groups.items()}
    wrap_up = {group: _wrap_up(those) for group, those in groups.items()}
    loads = tuple(
        Load(
            group,
            Recorded(tuple(each.arrived - begins for each in those)),
            handling[group],
            patience[group],
            wrap_up[group],
            channel,
            priority,
            dict(require),
            tuple(map(_known, those)),
        )
        for (group, channel, priority, require), those in kinds.items()
    )
    length = ends - begins + 1.0
    return Scenario(loads, shifts=shifts(turns, begins, ends + TAIL), length=length, begins=begins)


def kaplan_meier(past: Sequence[Past]) -> Empirical:
    """How long people wait before they hang up, from contacts of which most were answered before.

    The product-limit estimate (Kaplan and Meier, JASA 53 (1958)): of those who still waited at a moment,
    which share hung up then. What is left when the longest wait ended with an answer is the share of those
    who never hang up, as far as anybody saw.
    """
    moments: dict[float, list[int]] = {}
    for each in past:
        moments.setdefault(max(each.waited, 0.0), [0, 0])[0 if each.abandoned else 1] += 1
    there, alive = len(past), 1.0
    values, weights = [], []
    for moment in sorted(moments):
        gone, served = moments[moment]
        if gone:
            values.append(moment)
            weights.append(alive * gone / there)
            alive *= 1 - gone / there
        there -= gone + served
    if alive > 1e-12:
        values.append(inf)
        weights.append(alive)
    return Empirical(tuple(values), tuple(weights))


def shifts(turns: Iterable[Turn], begins: float, ends: float) -> dict[str, tuple[Shift, ...]]:
    """When agents were there, and on break, between two moments, in seconds since the first.

    Whoever is first seen becoming available has signed in; in any other state but signed out, was there
    before.
    """
    states: dict[str, list[Turn]] = {}
    for turn in sorted(turns, key=lambda each: each.at):
        states.setdefault(turn.agent, []).append(turn)
    return {agent: tuple(_spans(those, begins, ends)) for agent, those in states.items()}


def _spans(turns: Sequence[Turn], begins: float, ends: float) -> Iterator[Shift]:
    """One agent's shifts."""
    there: float | None = None if turns[0].state in ("available", "logged_out") else 0.0
    paused: float | None = None
    breaks: list[tuple[float, float]] = []
    for turn in [*turns, Turn("", ends, "logged_out")]:
        at = min(max(turn.at, begins), ends) - begins
        if paused is not None and turn.state != "on_break":
            breaks.append((paused, at))
            paused = None
        if turn.state == "logged_out":
            if there is not None and at > there:
                yield Shift(there, at, tuple(each for each in breaks if each[1] > each[0]))
            there, breaks = None, []
        else:
            there = at if there is None else there
            paused = at if turn.state == "on_break" and paused is None else paused


def _known(past: Past) -> Known:
    return Known(past.talk, past.wrap_up, past.waited if past.abandoned else None, past.waited)


def _handling(group: str, past: Sequence[Past]) -> Empirical:
    talks = tuple(each.talk for each in past if each.talk is not None)
    if not talks:
        raise IvoryError(
            f"nobody of {group} was answered: how long they would have talked cannot be told",
            hint="choose a longer time",
        )
    return Empirical(talks)


def _wrap_up(past: Sequence[Past]) -> Empirical | None:
    spans = tuple(each.wrap_up for each in past if each.wrap_up is not None)
    return Empirical(spans) if spans else None
