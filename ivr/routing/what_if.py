"""The child that answers "what would this change do": two plans, the same customers, figures of both.

It starts as a clean Python (`python -m ivr.routing.what_if`), reads one JSON order from stdin, gives way to
everything else on the machine, and writes lines of JSON: what it supposes (`begun`), how far it is
(`progress`), and the `report`, or the `error` that kept it from one.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from math import isfinite
from typing import Any, Final

from ivr.acd.model import Plan
from ivr.acd.plan import load
from ivr.acd.simulator import document
from ivr.acd.simulator.report import report
from ivr.acd.simulator.scenario import Scenario
from ivr.acd.simulator.study import Limits, Study, study
from ivr.errors import IvoryError
from ivr.routing.replays import known, recorded, staffed
from ivr.store.connect import open_store

NICE: Final = 15
EVERY: Final = 0.25
"""Seconds between two words of how far it is."""
AHT: Final = 180.0
PATIENCE: Final = 120.0
"""Seconds that a contact takes, and that a caller waits, where nobody knows better."""
BUSY: Final = 0.85
"""Share of the time that agents work in a made-up hour."""
NAMES: Final = ("before", "after")

Tell = Callable[[Mapping[str, Any]], None]


class _Late(Exception):
    """The time is over; what was found until then is in `found`."""

    def __init__(self, found: Study) -> None:
        super().__init__()
        self.found = found


def main() -> None:
    """Do one order."""
    os.nice(NICE)
    order = json.loads(sys.stdin.buffer.read())
    try:
        answer(order, _tell)
    except IvoryError as error:
        _tell({"error": error.message, "hint": error.hint, "code": error.code})


def answer(order: Mapping[str, Any], tell: Tell, now: Callable[[], float] = time.monotonic) -> None:
    """Simulate both plans.

    Args:
        order: `plans`: two texts; `replay`: {url, since, until}, or `loads` as in a scenario file, or
            neither: a made-up hour; `seconds`, `contacts`, `precision`: when to stop.

    Raises IvoryError: there is nothing to replay, or it cannot be read.
    """
    end = now() + float(order["seconds"])
    plans = tuple(load(text, name).plan for text, name in zip(order["plans"], NAMES, strict=True))
    scenario, about = _supposed(order, plans[0])
    common = set(plans[0].groups) & set(plans[1].groups)
    scenario, left_out = known(scenario, common)
    if not scenario.loads:
        raise IvoryError("nobody comes to a group that both plans have", hint="say who comes, in `loads`")
    tell({"begun": {**about, "left_out": list(left_out)}})
    said = now()

    def progress(found: Study) -> None:
        nonlocal said
        if now() >= end and found.batches[0]:
            raise _Late(found)
        if now() - said >= EVERY:
            said = now()
            tell({"progress": {"contacts": found.contacts, "left": max(0.0, end - said)}})

    limits = Limits(order.get("precision", 0.1), order.get("contacts", 50_000))
    try:
        found = study(plans, scenario, limits, progress=progress)
    except _Late as late:
        found = late.found
        found.ended = "time"
    tell({"report": {**report(found, NAMES), "supposed": {**about, "left_out": list(left_out)}}})


def made_up(plan: Plan) -> dict[str, dict[str, str]]:
    """An hour that keeps each group's agents busy, as in a scenario file; those of several groups count in
    part in each."""
    loads: dict[str, dict[str, str]] = {}
    for name, group in plan.groups.items():
        able = [
            agent
            for agent in plan.agents.values()
            if name in agent.tiers
            and all(agent.skills.get(one, 0) >= level for one, level in group.require.items())
        ]
        people = sum(1 / len(agent.tiers) for agent in able)
        rate = round(BUSY * people * 3600 / (AHT + group.wrap_up), 1)
        if rate and isfinite(rate):
            loads[name] = {"rate": f"{rate:g}/h", "aht": f"{AHT:g}s", "patience": f"{PATIENCE:g}s"}
    return loads


def _supposed(order: Mapping[str, Any], plan: Plan) -> tuple[Scenario, dict[str, Any]]:
    """Who comes, and how it is known."""
    if replay := order.get("replay"):
        since, until = (datetime.fromisoformat(replay[name]) for name in ("since", "until"))
        with open_store(replay["url"], create=False) as store:
            found = staffed(recorded(store, since, until), plan.agents)
        came = sum(len(load.known) for load in found.loads)
        return found, {"kind": "replay", "since": replay["since"], "until": replay["until"], "contacts": came}
    loads = order.get("loads") or made_up(plan)
    if not loads:
        raise IvoryError("nobody serves any group", hint="put agents into groups first, or say who comes")
    scenario = document.load(json.dumps({"loads": loads}), "what is supposed")
    return scenario, {"kind": "given" if order.get("loads") else "made_up", "loads": loads}


def _tell(row: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
