"""Whether a call in real time was the same call as on the virtual clock: same way, same end, same values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from ivr.testing.case import Case
from ivr.testing.judge import agrees, shown
from ivr.testing.played import Played, Step
from ivr.testing.report import Failure


def differences(case: Case, virtual: Played, real: Played) -> Iterator[Failure]:
    """Each thing in which they differ. Times are not compared: sounds last as long as they last."""
    place = case.place(("name",))
    for number, (one, other) in enumerate(zip_longest(virtual.steps, real.steps), 1):
        if one is None or other is None or _visit(one) != _visit(other):
            message = f"visit {number} was {_said(other)}, and on the virtual clock {_said(one)}"
            yield Failure(place, message, "; ".join(other.problems) if other else "")
            break
    for what in ("end", "cause", "goals", "language", "done"):
        one, other = getattr(virtual, what), getattr(real, what)
        if one != other:
            yield Failure(place, f"{what} was {_plain(other)}, and on the virtual clock {_plain(one)}")
    for name in virtual.vars:
        one, other = virtual.vars[name], _as(virtual.call, real.call, real.vars.get(name))
        if not (agrees(one, other) and agrees(other, one)):
            yield Failure(place, f"{name} was {shown(other)}, and on the virtual clock {shown(one)}")
    for what in ("callbacks", "ratings", "orders", "notified"):
        one, other = getattr(virtual, what), _as(virtual.call, real.call, getattr(real, what))
        if one != other:
            told, wished = (shown(list(each) if isinstance(each, tuple) else each) for each in (other, one))
            yield Failure(place, f"{what} were {told}, and on the virtual clock {wished}")
    if _stays(real) != _stays(virtual):
        queues, others = (" → ".join(map(" ".join, _stays(each))) or "none" for each in (real, virtual))
        yield Failure(place, f"its queues were {queues}, and on the virtual clock {others}")
    asked = Counter(map(str, real.requests))
    if asked != (called := Counter(map(str, virtual.requests))):
        more = ", ".join(f"{count} × {name}" for name, count in (asked - called).items()) or "nothing more"
        missed = ", ".join(f"{count} × {name}" for name, count in (called - asked).items()) or "nothing more"
        yield Failure(place, f"it asked for {more}, and on the virtual clock for {missed}")


def _stays(played: Played) -> list[tuple[str, ...]]:
    """What became of each stay in a queue; how long it waited is a matter of the sounds."""
    return [tuple(filter(None, (stay.group, stay.disposition, stay.agent))) for stay in played.stays]


def _visit(step: Step) -> tuple[str, str, str]:
    return step.flow, step.node, step.outcome


def _said(step: Step | None) -> str:
    return f"{step.node}={step.outcome}" if step else "none"


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)


def _as(wish: str, call: str, value: Any) -> Any:
    """A value that may hold the call's id, as the other call would have it."""
    if isinstance(value, str) and call:
        return value.replace(call, wish)
    if isinstance(value, dict):
        return {name: _as(wish, call, each) for name, each in value.items()}
    return [_as(wish, call, each) for each in value] if isinstance(value, list) else value
