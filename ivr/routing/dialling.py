"""Calls that agents make: to a colleague, an extension of the house, or a number outside.

The agent's telephone is rung first, then the other one, by FreeSWITCH's own `bridge` on the agent's leg: once
it runs it needs no worker. While the agent dials and talks they are busy for the queues. Hold, consultation
and the like work in these calls as in any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import gevent

from ivr.acd.model import Agent
from ivr.errors import CommandFailed, IvoryError, SwitchError
from ivr.esl import commands, talking
from ivr.esl.resync import Snapshot
from ivr.esl.wire import Event
from ivr.log import get
from ivr.routing import legs
from ivr.routing.arguments import DialOut
from ivr.routing.conversations import Conversation, Conversations
from ivr.routing.desk import Desk
from ivr.routing.endings import SYSTEM, ended_by
from ivr.routing.orders import begun, order
from ivr.routing.tolls import Tolls
from ivr.settings import Calls
from ivr.store.records import ContactRecord

log = get(__name__)

RINGS_AGENT: Final = 20
RINGS_OTHER: Final = 60
"""Seconds a telephone rings."""
LATE: Final = 10.0
"""Seconds after which FreeSWITCH must have said what became of that."""

DIALS: Final = "ivr_dials"
"""Of an agent's leg: `out` or `internal`, the other leg, since when, and whom the agent calls."""

RINGBACK: Final = "%(1000,4000,450)"
"""What an agent hears while the other one's telephone rings."""

OUT, INTERNAL = "out", "internal"

_KEPT: Final = ("direction", "other", "began", "to")
"""What `DIALS` is made of."""


@dataclass(eq=False)
class Dialled:
    """A call of an agent: `leg` is their own, `other` the one that is dialled."""

    agent: str
    to: str
    direction: str
    leg: str
    other: str
    began: float
    callee: str = ""
    """The agent who is called, by a colleague."""
    connected: float = 0.0
    conversation: Conversation | None = None


class Dialling:
    """The calls that agents make on one FreeSWITCH.

    Args:
        agents: those of the plan, by id.
        put: keeps a record; must not wait.
    """

    def __init__(
        self,
        desk: Desk,
        conversations: Conversations,
        options: Calls,
        tolls: Tolls,
        agents: Callable[[], dict[str, Agent]],
        put: Callable[[ContactRecord], None],
    ) -> None:
        self._desk, self._all, self._options, self._tolls = desk, conversations, options, tolls
        self._agents, self._put = agents, put
        self._by_leg: dict[str, Dialled] = {}
        desk.heard.append(self.handle)
        desk.ups.append(self.found)

    def dial(self, agent: str, to: str) -> str:
        """Ring an agent, then connect them with `to`: a colleague by id, an extension, or an outside number
        (`+86…`). Returns the call's id.

        Raises:
            IvoryError: the agent is not signed in, or is in a call.
            RefusedInput: the number may not be dialled.
        """
        state = self._desk.states.get(agent)
        if state is None or state.state == "logged_out":
            raise IvoryError(f"{agent} is not signed in", hint=f"ivr agent sign-in {agent}")
        if self._all.find(agent) or state.state in ("busy", "reserved") or self._dials(agent):
            raise IvoryError(f"{agent} is in a call")
        if to == agent:
            raise IvoryError(f"{agent} cannot call themselves")
        agents = self._agents()
        outward = to not in agents and to.startswith("+")
        address = self._tolls.take(to) if outward else agents[to].dial if to in agents else to
        callee = to if to in agents else ""
        own = state.dial or (agents[agent].dial if agent in agents else "") or agent
        call = Dialled(
            agent, to, OUT if outward else INTERNAL, str(uuid4()), str(uuid4()), self._desk.now(), callee
        )
        ring = legs.telephone(own, self._variables(call), self._options)
        then = legs.telephone(
            address, {"origination_uuid": call.other, "originate_timeout": RINGS_OTHER}, self._options
        )
        self._by_leg[call.leg] = self._by_leg[call.other] = call
        self._desk.occupied(agent, True)
        gevent.spawn(self._guarded, call, commands.originate(ring), then)
        return call.leg

    def _variables(self, call: Dialled) -> dict[str, str | int | bool]:
        return {
            "origination_uuid": call.leg,
            "originate_timeout": RINGS_AGENT,
            "ignore_early_media": True,
            "origination_caller_id_number": call.to,
            "hold_music": "local_stream://default",
            legs.KEEPS_KEYS: True,
            legs.AGENT: call.agent,
            DIALS: f"{call.direction}:{call.other}:{call.began:.3f}:{call.to}",
        }

    def called(self, agent: str) -> str:
        """Whom an agent calls, or has called and talks with; empty: nobody."""
        return next((call.to for call in self._by_leg.values() if call.agent == agent), "")

    def _dials(self, agent: str) -> bool:
        return any(agent in (call.agent, call.callee) for call in self._by_leg.values())

    def _guarded(self, call: Dialled, ring: commands.ApiCall, then: commands.Argument) -> None:
        line = self._desk.line
        talk = {
            "hangup_after_bridge": "true",
            "continue_on_fail": "true",
            "transfer_ringback": RINGBACK,
            "playback_terminators": "none",
        }
        try:
            line.bgapi(ring).get(RINGS_AGENT + LATE)
            line.post(commands.set_variables(call.leg, talk))
            line.post_execute(call.leg, "bridge", then, event_uuid=call.leg)
        except CommandFailed as error:
            log.info("agent did not answer", agent=call.agent, error=str(error))
            self._over(call)
        except SwitchError as error:
            log.warning("call not dialled", agent=call.agent, error=str(error))
            self._desk.post(commands.kill(call.leg))
            self._over(call)

    # What FreeSWITCH reports --------------------------------------------------------------------------

    def handle(self, event: Event) -> None:
        """An event of one of the two legs; never waits."""
        call = self._by_leg.get(event.uuid)
        if call is None:
            return
        if event.name == "CHANNEL_BRIDGE" and not call.connected and event.uuid == call.leg:
            self._connected(call)
        elif event.name == "CHANNEL_EXECUTE_COMPLETE" and event.get("Application-UUID") == call.leg:
            self._not_reached(call, event.variable("originate_disposition"))
        elif event.name == "CHANNEL_HANGUP":
            self._gone(call, event)

    def _connected(self, call: Dialled) -> None:
        call.connected = self._desk.now()
        call.conversation = Conversation(call.agent, call.leg, call.other)
        self._all.begin(call.conversation)
        if call.callee:
            self._desk.occupied(call.callee, True)

    def _not_reached(self, call: Dialled, cause: str) -> None:
        """The agent hears why, and is hung up."""
        if call.connected:
            return
        log.info("dialled in vain", agent=call.agent, to=call.to, cause=cause)
        try:
            talking.refuse(self._desk.line, call.leg, cause)
        except SwitchError as error:
            log.debug("agent not told", agent=call.agent, error=str(error))

    def _gone(self, call: Dialled, event: Event) -> None:
        """One leg has gone. The other may be with somebody else by now: then only this one's part is over."""
        if event.uuid == call.leg:
            self._over(call, ended_by(event.get("Hangup-Cause"), "agent"))
        elif call.callee:
            self._desk.occupied(call.callee, False)
            call.callee = ""

    def _over(self, call: Dialled, by: str = SYSTEM) -> None:
        """The agent is done with it; `by`: who ended it, unless the other one had before."""
        if self._by_leg.pop(call.leg, None) is None:
            return
        self._by_leg.pop(call.other, None)
        now, talk = self._desk.now(), call.conversation
        held = talk.on_hold.total(now) if talk else 0.0
        self._desk.occupied(call.agent, False)
        if call.callee:
            self._desk.occupied(call.callee, False)
        moment = datetime.fromtimestamp
        self._put(
            ContactRecord(
                f"{call.leg}:dialled",
                moment(call.began, UTC),
                call=call.leg,
                channel="voice",
                direction=call.direction,
                ani=call.to,
                answered=moment(call.connected, UTC) if call.connected else None,
                ended=moment(now, UTC),
                disposition="answered" if call.connected else "failed",
                agent=call.agent,
                waited=(call.connected or now) - call.began,
                talk=now - call.connected - held if call.connected else None,
                hold=held if call.connected else None,
                ended_by=(talk.ended_by if talk else "") or by,
            )
        )

    def found(self, snapshot: Snapshot) -> None:
        """The switch as it is: calls that go on are ours again, agents who are parked for nothing go."""
        there = {channel.uuid: channel for channel in snapshot.channels}
        for call in list(self._by_leg.values()):
            if call.leg not in there and call.connected:
                self._over(call)
        for uuid, channel in there.items():
            kept = legs.mark(channel, DIALS).split(":", 3)
            if len(kept) != len(_KEPT) or uuid in self._by_leg:
                continue
            if channel.variable("current_application") == "park":  # its `bridge` was never asked for
                self._desk.post(commands.kill(uuid))
                continue
            self._go_on(channel, dict(zip(_KEPT, kept, strict=True)))

    def _go_on(self, channel: Event, kept: Mapping[str, str]) -> None:
        """A call that a worker before has dialled."""
        agent, to, now = channel.variable(legs.AGENT), kept["to"], self._desk.now()
        callee = to if to in self._agents() else ""
        began = _seconds(kept["began"], 1.0, now)
        call = Dialled(agent, to, kept["direction"], channel.uuid, kept["other"], began, callee)
        self._by_leg[call.leg] = self._by_leg[call.other] = call
        self._desk.occupied(agent, True)
        if talking_to := channel.variable("bridge_to"):
            self._by_leg[talking_to] = self._by_leg.pop(call.other)
            call.other = talking_to
            self._connected(call)
            call.connected = _seconds(channel.get("Caller-Channel-Bridged-Time"), 1e6, now)


def _seconds(text: str, scale: float, otherwise: float) -> float:
    """Seconds since the epoch, from a number of `scale` to a second."""
    try:
        return float(text) / scale or otherwise
    except ValueError:
        return otherwise


@order("agent.dial")
def dial(dialling: Dialling, asked: DialOut, by: str) -> dict[str, str]:
    call = dialling.dial(asked.agent, asked.number)
    return {"call": call, **begun(f"rings {asked.agent}, and {asked.number} when they have answered")}
