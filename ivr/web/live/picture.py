"""What is known of calls, queues and agents at this moment, put together from a worker's streams.

Every change has a turn. Whoever has seen a turn can be told what changed since then, from the state alone: so
a slow reader costs no memory, and hears of ten changes of a call once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, Final

KINDS: Final = ("calls", "groups", "agents", "contacts")
GONE: Final = 2000
"""Things that are gone which are remembered; who missed more of them begins anew."""

Entry = dict[str, Any]


class Picture:
    """The state. `turn` counts its changes; `totals` are those of calls, as the worker tells them."""

    def __init__(self) -> None:
        self.turn = 0
        self.things: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
        self.totals: Entry = {}
        self.troubles: dict[str, str] = {}
        self._turns: dict[tuple[str, str], int] = {}
        self._gone: deque[tuple[int, str, str]] = deque(maxlen=GONE)
        self._whole = 0

    # What is heard ------------------------------------------------------------------------------------

    def calls(self, line: Mapping[str, Any]) -> None:
        """A line of `/calls/stream`."""
        self.totals = line.get("totals", self.totals)
        match line.get("event"):
            case "snapshot":
                self._replace("calls", {call["id"]: call for call in line["calls"]})
            case "finished":
                self._drop("calls", line["call"]["id"])
            case "dialled" | "started" | "entered" | "left":
                self._set("calls", line["call"]["id"], line["call"])
            case "beat":
                self.turn += 1

    def centre(self, line: Mapping[str, Any]) -> None:
        """A line of `/acd/stream`."""
        match line.get("event"):
            case "snapshot":
                for kind in ("groups", "agents", "contacts"):
                    self._replace(kind, dict(line.get(kind, {})))
            case "groups":
                for name, group in line["groups"].items():
                    self._set("groups", name, group)
            case "agent":
                agent = line["agent"]
                self._merge("agents", agent["id"], agent)
            case "contact":
                self._merge("contacts", line["contact"]["id"], line["contact"])
            case "offer":
                contact = line["contact"]
                self._merge("contacts", contact["id"], {**contact, "offered": line["agent"]})
            case "withdrawn":
                if line["contact"] in self.things["contacts"]:
                    self._merge("contacts", line["contact"], {"offered": None})
            case "gone":
                self._drop("contacts", line["contact"])

    def trouble(self, what: str, why: str) -> None:
        """A stream is away, or (an empty `why`) is back. What was known of it is no longer shown as now."""
        if self.troubles.get(what, "") == why:
            return
        self.troubles = {**self.troubles, what: why}
        if why:
            for kind in ("calls",) if what == "calls" else ("groups", "agents", "contacts"):
                self._replace(kind, {})
        self.turn += 1

    # What is told -------------------------------------------------------------------------------------

    def whole(self) -> Entry:
        """All of it."""
        return {**self._head(), **{kind: dict(entries) for kind, entries in self.things.items()}}

    def since(self, turn: int) -> Entry | None:
        """What changed after a turn; what is gone is null. None: too much was missed: take `whole`."""
        if turn < self._whole or (len(self._gone) == GONE and self._gone[0][0] > turn):
            return None
        changed: dict[str, dict[str, Entry | None]] = {}
        for at, kind, name in self._gone:
            if at > turn and name not in self.things[kind]:
                changed.setdefault(kind, {})[name] = None
        for (kind, name), at in self._turns.items():
            if at > turn:
                changed.setdefault(kind, {})[name] = self.things[kind][name]
        return {**self._head(), **changed}

    def _head(self) -> Entry:
        why = next(filter(None, self.troubles.values()), "")
        return {"worker": {"there": not why, "why": why}, "totals": self.totals, "now": self.figures()}

    def figures(self) -> Entry:
        """The few numbers that everybody wants first."""
        groups, agents = self.things["groups"].values(), self.things["agents"].values()
        states: dict[str, int] = {}
        for agent in agents:
            states[agent.get("state", "")] = states.get(agent.get("state", ""), 0) + 1
        return {
            "calls": len(self.things["calls"]),
            "waiting": sum(group.get("waiting") or 0 for group in groups),
            "longest": round(max((group.get("longest") or 0 for group in groups), default=0)),
            "agents": states,
            "signed_in": sum(count for state, count in states.items() if state != "logged_out"),
        }

    # Changes ------------------------------------------------------------------------------------------

    def _set(self, kind: str, name: str, entry: Entry) -> None:
        self.turn += 1
        self.things[kind][name] = entry
        self._turns[kind, name] = self.turn

    def _merge(self, kind: str, name: str, entry: Entry) -> None:
        self._set(kind, name, {**self.things[kind].get(name, {}), **entry})

    def _drop(self, kind: str, name: str) -> None:
        if self.things[kind].pop(name, None) is not None:
            self.turn += 1
            self._turns.pop((kind, name), None)
            self._gone.append((self.turn, kind, name))

    def _replace(self, kind: str, entries: dict[str, Entry]) -> None:
        self.turn += 1
        self._whole = self.turn
        for name in self.things[kind]:
            self._turns.pop((kind, name), None)
        self.things[kind] = entries
        self._turns.update(((kind, name), self.turn) for name in entries)
