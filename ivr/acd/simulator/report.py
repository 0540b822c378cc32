"""What a study says, as plain data: for programs, for the terminal's tables and for the picture."""

from __future__ import annotations

from math import isfinite
from typing import Any

from ivr.acd.kpis import KPIS, SERVICE_LEVELS
from ivr.acd.simulator.statistics import Interval
from ivr.acd.simulator.study import Study

SHOWN = ("service_level", "asa", "abandonment", "waits", "wait", "blocked", "elsewhere", "aht")
"""Of a group. Who cannot be simulated (first contacts resolved, containment) is not here."""


def report(study: Study, names: tuple[str, ...]) -> dict[str, Any]:
    """Everything: `plans` with their groups, agents and all together; `differences`, the second minus the
    first, where there are two."""
    told: dict[str, Any] = {
        "ended": study.ended,
        "contacts": study.contacts,
        "events": study.events,
        "confidence": study.limits.confidence,
        "batches": len(study.batches[0]),
        "plans": [_plan(study, number, name) for number, name in enumerate(names)],
    }
    if len(names) == 2:
        told["differences"] = {
            group or "all": {
                name: plain(study.difference(KPIS[name], group)) for name in (*SHOWN, *_occupied(group))
            }
            for group in (*study.groups, "")
        }
    return told


def plain(interval: Interval) -> dict[str, float | None]:
    """An interval for JSON, which knows neither infinity nor nothing."""
    return {
        name: value if isfinite(value) else None
        for name, value in (("value", interval.value), ("low", interval.low), ("high", interval.high))
    }


def _plan(study: Study, number: int, name: str) -> dict[str, Any]:
    groups = {}
    for group in (*study.groups, ""):
        figures = {
            each: plain(study.figure(KPIS[each], group, number)) for each in (*SHOWN, *_occupied(group))
        }
        levels = {form: plain(study.figure(kpi, group, number)) for form, kpi in SERVICE_LEVELS.items()}
        counts = study.counts(group, number)
        groups[group or "all"] = {
            "contacts": counts.offered,
            "answered": counts.answered,
            "abandoned": counts.abandoned,
            **figures,
            "service_levels": levels,
        }
    agents = {}
    for agent in study.plans[number].agents:
        busy, hourly = study.agent(agent, number)
        agents[agent] = {"occupancy": plain(busy), "answered_per_hour": hourly}
    return {"name": name, "groups": groups, "agents": agents}


def _occupied(group: str) -> tuple[str, ...]:
    """Agents belong to several groups: how much they work is a figure of all of them together."""
    return () if group else ("occupancy",)
