"""What a call carries of the last queue it was in: whom the caller was to be brought to, since when, and who
served them.

A survey is about that talk, and a callback keeps that place. It is kept with the call as plain data, so that
both know it after a crash, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr.acd.model import Step
from ivr.runtime.ports import Wish


@dataclass(frozen=True, slots=True)
class Queued:
    """A stay in a queue. `since` is the place in time, seconds since the epoch; `agent` and `contact` name
    the talk that came of it and are empty before. Of `wish` what only one ring needs (screen pop, whisper)
    is not kept."""

    wish: Wish
    since: float
    agent: str = ""
    contact: str = ""


def packed(wish: Wish, since: float, contact: str) -> dict[str, Any]:
    """A stay as plain data, without what is empty."""
    whole = {
        "visit": wish.visit,
        "group": wish.group,
        "only": wish.agent,
        "require": dict(wish.require),
        "relax": [[step.after, dict(step.require), list(step.groups)] for step in wish.relax],
        "priority": wish.priority,
        "customer": wish.customer,
        "language": wish.language,
        "since": round(since, 3),
        "contact": contact,
    }
    return {name: value for name, value in whole.items() if value}


def unpacked(data: Mapping[str, Any]) -> Queued | None:
    """What `packed` made; None for a call that was in no queue."""
    if not data:
        return None
    wish = Wish(
        int(data.get("visit", 0)),
        data.get("group", ""),
        data.get("only", ""),
        data.get("require", {}),
        tuple(Step(after, require, tuple(groups)) for after, require, groups in data.get("relax", ())),
        data.get("priority", 0.0),
        customer=data.get("customer", ""),
        language=data.get("language", ""),
    )
    return Queued(wish, float(data["since"]), data.get("agent", ""), data.get("contact", ""))
