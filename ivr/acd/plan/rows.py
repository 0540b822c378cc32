"""A group or an agent as it holds, defaults filled in, as plain data: for commands, the API and pages."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from ivr.acd.plan.loader import LoadedPlan
from ivr.errors import NotFound
from ivr.registry import did_you_mean


def group(plan: LoadedPlan, name: str) -> dict[str, Any]:
    """A group with its agents, those who are asked first before. Raises NotFound."""
    found = plan.plan.groups.get(name)
    if found is None:
        raise NotFound(f'there is no group "{name}"', hint=did_you_mean(name, list(plan.plan.groups)))
    written = plan.centre.groups[name]
    agents = [
        {"agent": agent.id, **asdict(agent.tiers[name])}
        for agent in plan.plan.agents.values()
        if name in agent.tiers
    ]
    return {
        **asdict(replace(found, rank=None, match=None)),
        "rank": written.rank.source if written.rank else None,
        "match": written.match.source if written.match else None,
        "title": written.title,
        "hours": written.hours,
        "agents": sorted(agents, key=lambda one: (one["level"], one["position"], one["agent"])),
    }


def agent(plan: LoadedPlan, name: str) -> dict[str, Any]:
    """An agent; of a PIN only whether there is one. Raises NotFound."""
    if name not in plan.plan.agents:
        raise NotFound(f'there is no agent "{name}"', hint=did_you_mean(name, list(plan.plan.agents)))
    return {**asdict(plan.plan.agents[name]), "pin": plan.centre.agents[name].pin is not None}
