"""What a flow does with the call of a web phone, told to the page beside it: at which node the call is, by
which outcome it came, what the caller pressed and said, each once, and the flow's variables.

The call is known by the number that its telephone shows: the worker tells of all calls, and of those the
latest from there is meant. A worker begins with all calls there are, and where they stand, as when it takes
those of another over: what was missed until then, a step or the beginning itself, is made good by that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import gevent
from gevent.queue import Full, Queue

from ivr.control_client import Control
from ivr.errors import IvoryError
from ivr.insight.entries import SILENCE, tokens
from ivr.phone.bridge import Bridge
from ivr.web.live.feed import Feed

WAITING: Final = 100
"""Steps that may wait to be told; more than that, and the page is told of the later ones only."""


class Walk:
    """One telephone's.

    Args:
        number: that the telephone shows.
        control: asked for variables.
    """

    def __init__(self, bridge: Bridge, number: str, control: Control) -> None:
        self._bridge, self._number, self._control = bridge, number, control
        self._call, self._visit, self._outcome = "", 0, ""
        self._steps: Queue[dict[str, Any]] = Queue(WAITING)

    def told(self, line: dict[str, Any]) -> None:
        """A line of the worker's stream. Never waits."""
        if line.get("event") == "snapshot":
            ours = [
                call for call in line["calls"] if call.get("ani") == self._number
            ]  # the latest comes last
            for call in [call for call in ours if call.get("id") == self._call] or ours[-1:]:
                self._begun(call)
                self._entered(call)
            return
        call = line.get("call")
        if not isinstance(call, dict) or call.get("ani") != self._number:
            return
        match line.get("event"):
            case "started":
                self._begun(call)
            case "entered" if call.get("id") == self._call:
                self._entered(call)
            case "left" if call.get("id") == self._call:
                self._outcome = str(line.get("outcome", ""))
                for done in tokens(str(line.get("input", ""))):
                    if done != SILENCE:
                        self._put({"event": "input", "input": done, **_at(call)})

    def run(self) -> None:
        """Tell the page, step by step."""
        while True:
            step = self._steps.get()
            if step["event"] == "step":
                try:
                    step["variables"] = self._control.give("call.show", call=step["call"]).get(
                        "variables", {}
                    )
                except IvoryError:  # it is over already, or no worker is there
                    step["variables"] = {}
            self._bridge.tell(step)

    def _begun(self, call: dict[str, Any]) -> None:
        if call.get("id") != self._call:
            self._call, self._visit, self._outcome = str(call.get("id", "")), 0, ""

    def _entered(self, call: dict[str, Any]) -> None:
        """It is at a node; which is told once for each visit."""
        if call.get("node") and call["visit"] != self._visit:
            self._visit = call["visit"]
            self._put({"event": "step", "outcome": self._outcome, **_at(call)})
            self._outcome = ""

    def _put(self, step: dict[str, Any]) -> None:
        try:
            self._steps.put_nowait(step)
        except Full:
            self._steps.get_nowait()
            self._steps.put_nowait(step)


@contextmanager
def walking(feed: Feed, who: str, number: str, control: Control, bridge: Bridge) -> Iterator[None]:
    """Tell a telephone's page of its calls meanwhile."""
    walk = Walk(bridge, number, control)
    teller = gevent.spawn(walk.run)
    try:
        with feed.hear(f"phone of {who}", walk.told):
            yield
    finally:
        teller.kill(block=False)


def _at(call: dict[str, Any]) -> dict[str, Any]:
    return {
        "call": call.get("id"),
        "flow": call.get("flow"),
        "node": call.get("node"),
        "type": call.get("type"),
    }
