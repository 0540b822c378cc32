"""Orders about calls under way: end one, set variables, give it what a webhook brought, show where it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ivr.acd.entries import Entries
from ivr.errors import IvoryError
from ivr.esl import commands
from ivr.flow.lint import confidential
from ivr.flow.values import text
from ivr.routing.arguments import Arguments, HangUpCall, OfCall, SetVariables, Signal
from ivr.routing.desk import Desk
from ivr.routing.orders import order
from ivr.routing.outward import Outward, Rung
from ivr.runtime import signals
from ivr.runtime.engine import Engine
from ivr.runtime.secrets import MASK
from ivr.runtime.worker import Worker


class LiveCalls:
    """The calls of a worker, for whoever orders something about one."""

    def __init__(self, worker: Worker, desk: Desk, outward: Outward) -> None:
        self._worker, self._desk, self._outward = worker, desk, outward

    def engine(self, call: str) -> Engine:
        """What walks a call. Raises IvoryError: it is not under way here."""
        engine = self._worker.engines.get(call)
        if engine is None:
            raise IvoryError(
                f'no call "{call}" is in a flow here', hint="`ivr calls watch` shows those that are"
            )
        return engine

    def all(self) -> Mapping[str, dict[str, Any]]:
        """The calls under way, and those that ring; each made when it is asked for."""
        walked = {call: partial(self.entry, engine) for call, engine in self._worker.engines.items()}
        rung = {call: partial(self._rings, call, rung) for call, rung in self._outward.items()}
        return Entries({**rung, **walked}, lambda make: make())

    def _rings(self, call: str, rung: Rung) -> dict[str, Any]:
        """A call that is being made, as an entry of the same fields."""
        empty = dict.fromkeys(("version", "node", "dnis", "language", "agent", "group"), "")
        since = rung.began.isoformat()
        return {
            **empty, "id": call, "flow": rung.flow, "visit": 0, "since": since, "answered": None,
            "ani": rung.number, "state": "ringing",
        }  # fmt: skip

    def entry(self, engine: Engine) -> dict[str, Any]:
        """A call as it is now."""
        call, state = engine.call, engine.state
        return {
            "id": call.id,
            "flow": state.flow,
            "version": state.version,
            "node": state.node,
            "visit": state.visit,
            "since": call.started.isoformat(),
            "answered": state.answered.isoformat() if state.answered else None,
            "ani": call.ani,
            "dnis": call.dnis,
            "language": state.language,
            **self._with(call.id),
        }

    def _with(self, call: str) -> dict[str, str]:
        """Whether the caller is in a flow, waits for an agent, talks with one or is on hold."""
        talk, place = self._desk.talks.by_call(call), self._desk.places.get(call)
        if talk is not None:
            return {
                "state": "held" if talk.held else "talking",
                "agent": talk.agent,
                "group": talk.contact.group,
            }
        if place is not None:
            return {"state": "waiting", "agent": "", "group": place.contact.group}
        return {"state": "flow", "agent": "", "group": ""}

    def shown(self, call: str) -> dict[str, Any]:
        """A call with its flow's variables, but for what is confidential."""
        engine = self.engine(call)
        state = engine.state
        flows = {name: loaded.flow for name, loaded in engine.flows.items()}
        secret = {*confidential.secrets(flows).get(state.flow, ()), *state.asked, *state.lost}
        seen = {
            name: MASK if name in secret and value is not None else _plain(engine.secrets.mask(value))
            for name, value in state.variables.items()
        }
        return {**self.entry(engine), "variables": seen, "awaited": sorted(state.signals)}

    def hang_up(self, call: str, cause: str) -> None:
        """End a call, or ring no more. Raises IvoryError: there is none."""
        if call not in self._outward:
            self.engine(call)
        self._desk.post(commands.kill(call, cause))

    def signal(self, asked: Signal) -> bool:
        """Give a call what a webhook brought; whether it is new. Raises IvoryError: nobody waits for it."""
        call, _, visit = asked.call.partition(":")
        if bool(visit) == (asked.key is not None) or (visit and not visit.isdecimal()):
            raise IvoryError(
                "a webhook is for a call and a key, or for a token", hint="give `call` and `key`, or a token"
            )
        key = asked.key or signals.of_visit(int(visit))
        return self.engine(call).signal(key, asked.data, asked.id)


def _plain(value: Any) -> Any:
    """A variable's value as JSON has it; what that has no word for as people read it."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return text(value)


@order("call.hang_up")
def _hang_up(calls: LiveCalls, asked: HangUpCall, by: str) -> None:
    calls.hang_up(asked.call, asked.cause)


@order("call.set")
def _set(calls: LiveCalls, asked: SetVariables, by: str) -> Mapping[str, Any]:
    return {"before": _plain(calls.engine(asked.call).assign(asked.variables))}


@order("call.signal")
def _signal(calls: LiveCalls, asked: Signal, by: str) -> Mapping[str, Any]:
    return {"new": calls.signal(asked)}


@order("call.show")
def _show(calls: LiveCalls, asked: OfCall, by: str) -> Mapping[str, Any]:
    return calls.shown(asked.call)


@order("calls.live")
def _live(calls: LiveCalls, asked: Arguments, by: str) -> Mapping[str, Any]:
    found = calls.all()
    return {"count": len(found), "calls": found}
