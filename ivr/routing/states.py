"""Agents' states, kept where the next worker finds them: on the switch itself (mod_hash's store, which
outlives a worker), and as records in the database, which outlive the switch.

What people asked for (signing in and out, breaks) is on its way before they are answered. What comes and goes
with each talk is written a moment later, and only the latest of it: on a busy day an agent is reserved, busy
and in wrap-up within seconds. What a worker that dies in that moment leaves out, the talks found on the
switch tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import gevent

from ivr.acd.actions import Action, AgentChanged
from ivr.acd.events import AgentRestored
from ivr.errors import CommandFailed, IvoryError
from ivr.esl import commands, keeping
from ivr.log import get
from ivr.routing.ringing import Line
from ivr.routing.wrap_ups import WrapUp, WrapUps
from ivr.store.database import Store
from ivr.store.models import Agents
from ivr.store.records import AgentRecord
from ivr.store.rows import unpack

log = get(__name__)

REALM: Final = "ivory-agents"
BEHIND: Final = 0.1
"""Seconds by which what comes with a talk may be late."""
_OF_TALKS: Final = frozenset(("available", "reserved", "busy", "wrap_up"))
"""States that come and go without anybody's asking."""
_PREFIX: Final = f"D/{REALM}_"


class States:
    """Keeps the agents' states.

    Args:
        line: the connection to FreeSWITCH.
        stored: what the database knows of the agents; asked where the switch knows nothing. May wait.
        wrap_ups: of which contact an agent's wrap-up is; kept with the state, and filled when that is read.
    """

    def __init__(
        self,
        line: Callable[[], Line],
        stored: Callable[[], Sequence[AgentRestored]] = list,
        wrap_ups: WrapUps | None = None,
    ) -> None:
        self._line, self._stored = line, stored
        self._wrap_ups: WrapUps = {} if wrap_ups is None else wrap_ups
        self._latest: dict[str, AgentChanged] = {}
        self._changed: set[str] = set()
        self._writing: gevent.Greenlet[..., None] | None = None

    def told(self, action: Action) -> None:
        """Something the router decided."""
        if not isinstance(action, AgentChanged):
            return
        before = self._latest.get(action.agent)
        if action.state == "reserved":  # it ends by itself, and for the next worker they are free
            action = replace(action, state="available")
            if before is not None and before.state == "available":
                return
        self._latest[action.agent] = action
        self._changed.add(action.agent)
        if before is None or {before.state, action.state} - _OF_TALKS or before.then != action.then:
            self._write()
        elif self._writing is None or self._writing.dead:
            self._writing = gevent.spawn_later(BEHIND, self._write)

    def refill(self) -> None:
        """The switch is a new one, and has forgotten everything."""
        self._changed |= self._latest.keys()
        self._write()

    def read(self) -> Sequence[AgentRestored]:
        """What was kept. May wait; raises IvoryError when nothing can be had from anywhere."""
        found = self._from_switch() or self._stored()
        for agent in found:
            self._latest.setdefault(agent.agent, latest(agent))
        return found

    def stop(self) -> None:
        """Write what is still to be written."""
        if self._writing is not None:
            self._writing.kill(block=False)
        self._write()

    def _write(self) -> None:
        changed, self._changed = self._changed, set()
        calls = []
        for agent in sorted(changed):
            try:
                kept = _packed(self._latest[agent], self._wrap_ups.get(agent))
                calls.append(commands.store(REALM, agent, kept))
            except IvoryError as error:
                log.warning("agent's state not kept", agent=agent, error=str(error))
        try:
            for at in range(0, len(calls), 200):
                self._line().post(*calls[at : at + 200])
        except IvoryError as error:  # it is written again when the line is back
            self._changed |= changed
            log.debug("agents' states not kept", error=str(error))

    def _from_switch(self) -> list[AgentRestored]:
        try:
            text = self._line().api(commands.api("hash_dump", "db", REALM))
        except CommandFailed as error:
            if "no reply" in error.message:  # there is nothing in it
                return []
            log.warning("the switch keeps no states of agents", error=str(error))
            return []
        found = []
        for line in text.splitlines():
            if line.startswith(_PREFIX):
                try:
                    agent, wrap_up = _unpacked(line[len(_PREFIX) :].partition("/")[2])
                    found.append(agent)
                    if wrap_up is not None:
                        self._wrap_ups[agent.agent] = wrap_up
                except IvoryError as error:
                    log.warning("an agent's state cannot be read", error=str(error))
        return found


def latest(agent: AgentRestored) -> AgentChanged:
    """What was kept of an agent, as the router would tell it."""
    return AgentChanged(
        agent.agent,
        agent.state,
        agent.reason,
        agent.since,
        agent.until,
        agent.channels,
        agent.dial,
        tallies=agent.tallies,
        then=agent.then,
    )


def _packed(state: AgentChanged, wrap_up: WrapUp | None) -> str:
    whole: dict[str, Any] = {
        "agent": state.agent,
        "state": state.state,
        "reason": state.reason,
        "since": round(state.since, 3),
        "until": None if state.until is None else round(state.until, 3),
        "channels": sorted(state.channels),
        "dial": state.dial,
        "tallies": dict(state.tallies),
        "then": state.then,
    }
    if wrap_up is not None and state.state == "wrap_up":
        whole["of"] = [wrap_up.contact, round(wrap_up.arrived, 3), round(wrap_up.began, 3)]
    return keeping.armoured(json.dumps({name: value for name, value in whole.items() if value}))


def _unpacked(text: str) -> tuple[AgentRestored, WrapUp | None]:
    try:
        whole = json.loads(keeping.unpack(text))
        whole["channels"] = frozenset(whole.get("channels", ()))
        about = whole.pop("of", None)
        if about is not None:
            contact, arrived, began = about
            about = WrapUp(str(contact), float(arrived), float(began))
        return AgentRestored(**whole), about
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise IvoryError(f"a kept state cannot be read: {type(error).__name__}") from None


def stored(store: Store) -> list[AgentRestored]:
    """The agents' states as the database has them. Raises StoreError."""
    with store.errors():
        records = [unpack(AgentRecord, row) for row in Agents.select().execute(store.db)]
    return [
        AgentRestored(
            record.agent,
            record.state,
            record.reason,
            record.since.timestamp(),
            record.until.timestamp() if record.until else None,
            frozenset(record.channels),
            record.dial,
            record.tallies,
            "on_break" if record.reason and record.state != "on_break" else "",
        )
        for record in records
    ]
