"""Which group needs more people: agents are added where they help most, one at a time, until every group
keeps its promise.

With several skills no formula answers this: an agent added to one group frees those who helped out there. So
each candidate is simulated, all on the same customers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ivr.acd.kpis import KPIS
from ivr.acd.model import HIGHEST_LEVEL, Agent, Plan, Tier
from ivr.acd.router import Router
from ivr.acd.simulator.engine import RouterMaker
from ivr.acd.simulator.scenario import Scenario
from ivr.acd.simulator.study import Limits, Study, study
from ivr.errors import IvoryError


@dataclass(frozen=True, slots=True)
class Step:
    """After so many agents were added: `levels` is each group's service level, `missing` the groups that stay
    below their targets."""

    added: Mapping[str, int]
    levels: Mapping[str, float]
    missing: tuple[str, ...]
    study: Study


def reinforced(
    plan: Plan,
    scenario: Scenario,
    limits: Limits,
    most: int,
    router: RouterMaker = Router,
) -> Iterator[Step]:
    """Each step with one agent more, the first with none, until nothing is missing or `most` were added.

    An agent who is added has just the skills that the group asks for. Raises IvoryError where no agent could
    serve a group (its `match` takes nobody).
    """
    shares = {load.group: plan.groups[load.group].target_share for load in scenario.loads}
    added: dict[str, int] = {}
    step = _step(plan, scenario, limits, added, shares, router)
    yield step
    while step.missing and sum(added.values()) < most:
        tried = [
            _step(_with(plan, group, added), scenario, limits, _more(added, group), shares, router)
            for group in step.missing
        ]
        number = min(range(len(tried)), key=lambda each: _short(tried[each], shares))
        plan, added, step = tried[number].study.plans[0], dict(tried[number].added), tried[number]
        yield step


def _step(
    plan: Plan,
    scenario: Scenario,
    limits: Limits,
    added: Mapping[str, int],
    shares: Mapping[str, float],
    router: RouterMaker,
) -> Step:
    found = study([plan], scenario, limits, router)
    levels = {group: found.figure(KPIS["service_level"], group).value for group in shares}
    missing = tuple(group for group, share in shares.items() if not levels[group] >= share)
    return Step(dict(added), levels, missing, found)


def _short(step: Step, shares: Mapping[str, float]) -> tuple[float, float]:
    """How much is missing of what was promised, per contact; then, how long everybody waits."""
    counts = {group: step.study.counts(group).queued for group in shares}
    short = sum(max(0.0, share - step.levels[group]) * counts[group] for group, share in shares.items())
    return short, step.study.figure(KPIS["wait"]).value


def _with(plan: Plan, group: str, added: Mapping[str, int]) -> Plan:
    """The plan with one agent more."""
    if plan.groups[group].match is not None:
        raise IvoryError(
            f"{group} chooses its agents by `match`: whom to add cannot be told",
            hint="add an agent to the plan yourself, and compare with --against",
        )
    name = f"{group}+{added.get(group, 0) + 1}"
    skills = dict.fromkeys(plan.groups[group].require, HIGHEST_LEVEL)
    return replace(plan, agents={**plan.agents, name: Agent(name, skills=skills, tiers={group: Tier()})})


def _more(added: Mapping[str, int], group: str) -> dict[str, int]:
    return {**added, group: added.get(group, 0) + 1}
