"""Brings a caller to somebody: to an agent by a queue, from one queue or agent to the next, or by a telephone
that is rung for them.

Whoever is brought together by a transfer, or by a callback that comes about, is served alike: this is what
the two have in common.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ivr.acd.model import Destination
from ivr.call import Bridged, BridgeEnded
from ivr.call import Target as Callee
from ivr.errors import IvoryError
from ivr.flow.types import Target
from ivr.runtime.ports import Wish
from ivr.runtime.queueing import Pressed, Queueing
from ivr.runtime.visit import Visit
from ivr.runtime.waiting import Waiting

MOST_SENT: Final = 20
"""Times a caller is sent on, from one queue or agent to the next, within one visit."""

Reach = Callable[[str, str], Callee]
"""How an address of a kind, `extension` or `number`, is rung."""


def queue(visit: Visit, wish: Wish, waiting: Waiting, reach: Reach) -> str:
    """Let the caller wait for whom they wish for, talk with them, and go wherever they are sent from there;
    the visit's outcome.

    Raises:
        CallEnded: the caller has gone.
        IvoryError: there is no such group or agent, or the caller is sent round and round.
    """
    visit.input.silence()
    visit.input.flush()
    if visit.resumed and visit.call.going_on == "bridge":
        return dial(visit, reach("extension", ""))  # they had been sent to somebody, and are there
    for _ in range(MOST_SENT):
        visit.note(**({"group": wish.group} if wish.group else {"agent": wish.agent}))
        end = Queueing(visit, waiting).stay(wish)
        if isinstance(end, Pressed):
            visit.chosen = end.target
            return end.outcome
        if end.to is None:
            return end.outcome
        visit.note(sent=f"{end.to.kind} {end.to.name}")
        match end.to.kind:
            case "group":
                wish = replace(wish, group=end.to.name, agent="", require={}, relax=(), preferred="")
            case "agent":
                wish = replace(wish, agent=end.to.name, require={}, relax=(), preferred="")
            case _:
                return _send(visit, end.to, reach)
    raise IvoryError(f"the caller was sent on {MOST_SENT} times")


def dial(visit: Visit, callee: Callee) -> str:
    """Ring somebody and connect the caller; the visit's outcome."""
    visit.input.silence()
    visit.input.flush()
    visit.note(to=callee.address)
    if not visit.goes_on("bridge"):
        visit.call.bridge(callee)
    while not isinstance(event := visit.input.wait(None), BridgeEnded):
        if isinstance(event, Bridged):
            visit.talked = True
    visit.input.flush()
    visit.note(cause=event.cause, talked=round(event.talked, 1))
    visit.talked = visit.talked or event.result == "answered"
    return "next" if event.result == "answered" else event.result


def _send(visit: Visit, to: Destination, reach: Reach) -> str:
    """Take the caller out of the queues."""
    if to.kind in ("number", "extension"):
        return dial(visit, reach(to.kind, to.name))
    visit.chosen = Target("flow", to.name)
    return "next"
