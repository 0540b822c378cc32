"""Supervisors: listen to an agent's talk, speak to the agent alone, join, take the caller over, end the talk.

A supervisor has a telephone of their own, which is rung first. How they listen is changed live, by an order
or by keys of that telephone (0, 2, 3); whatever becomes of their leg changes nothing for the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import gevent

from ivr.errors import CommandFailed, IvoryError, SwitchError
from ivr.esl import commands
from ivr.esl import supervision as listening
from ivr.esl.resync import Snapshot
from ivr.esl.supervision import BARGE, MONITOR, WHISPER
from ivr.esl.wire import Event
from ivr.log import get
from ivr.routing import legs
from ivr.routing.arguments import OfAgent, Supervise, WithReason
from ivr.routing.consult import TalkControl
from ivr.routing.conversations import Conversations
from ivr.routing.desk import Desk
from ivr.routing.endings import SUPERVISOR
from ivr.routing.orders import begun, order
from ivr.settings import Calls

log = get(__name__)

RINGS: Final = 20
"""Seconds a supervisor's telephone rings."""
LATE: Final = 10.0
"""Seconds after which FreeSWITCH must have said what became of that."""

WATCHES: Final = "ivr_watches"
"""Of a supervisor's leg: the agent they listen to."""
WATCHER: Final = "ivr_watcher"
"""Of a supervisor's leg: the extension they listen at."""
INTERCEPT: Final = "intercept"

Noted = Callable[[str, str, str, str], None]
"""Told what a supervisor did with keys: who (their extension), the order, the agent, the mode before."""


@dataclass(eq=False)
class Watch:
    """A supervisor at the extension `at`, on `leg`, with an agent."""

    agent: str
    at: str
    leg: str
    mode: str
    there: bool = False


class Supervision:
    """The supervisors of one FreeSWITCH.

    Args:
        agent_at: the agent whose telephone an extension is; empty when it is nobody's.
        noted: told of what is done by keys; orders are written down by whoever gives them.
    """

    def __init__(
        self,
        desk: Desk,
        conversations: Conversations,
        control: TalkControl,
        options: Calls,
        agent_at: Callable[[str], str],
        noted: Noted,
    ) -> None:
        self.desk, self._all, self._control, self._options = desk, conversations, control, options
        self._agent_at, self._noted = agent_at, noted
        self._by_leg: dict[str, Watch] = {}
        desk.heard.append(self.handle)
        desk.ups.append(self.found)

    def watches(self, agent: str) -> list[Watch]:
        """Who listens to an agent."""
        return [watch for watch in self._by_leg.values() if watch.agent == agent]

    # What a supervisor orders -------------------------------------------------------------------------

    def listen(self, agent: str, at: str, mode: str) -> str:
        """Listen to an agent at an extension, in `mode`; who listens there already goes over to it. Returns
        the mode before, empty when there was none. All of these raise IvoryError when there is no talk."""
        now = self._all.of(agent)
        watch = next((each for each in self.watches(agent) if each.at == at), None)
        if watch is not None:
            before, watch.mode = watch.mode, mode
            if watch.there:
                self.desk.line.post(listening.switch(watch.leg, mode))
            self._all.tell(agent)
            return before
        if any(each.at == at for each in self._by_leg.values()):
            raise IvoryError(f"{at} listens to somebody else", hint="ivr supervisor stop comes first")
        if self._agent_at(at) == agent:
            raise IvoryError(f"{at} is the telephone of {agent}")
        watch = Watch(agent, at, str(uuid4()), mode)
        dial = self._dial(watch, listening.variables(mode))
        self._by_leg[watch.leg] = watch
        self._all.tell(agent)
        gevent.spawn(self._guarded, watch, commands.eavesdrop(dial, now.leg))
        return ""

    def stop(self, agent: str) -> None:
        """Nobody listens to an agent any more."""
        watches = self.watches(agent)
        if not watches:
            raise IvoryError(f"nobody listens to {agent}")
        for watch in watches:
            self._forget(watch)
            self.desk.post(commands.kill(watch.leg))

    def intercept(self, agent: str, at: str) -> bool:
        """Take the caller over from an agent: at once where the supervisor listens, else when they answer.
        Whether it was at once."""
        self._all.of(agent)
        watch = next((each for each in self.watches(agent) if each.at == at and each.there), None)
        if watch is not None:
            self._take(watch)
            return True
        watch = Watch(agent, at, str(uuid4()), INTERCEPT)
        dial = self._dial(watch, {})
        self._by_leg[watch.leg] = watch
        self._all.tell(agent)
        gevent.spawn(self._guarded, watch, commands.originate(dial))
        return False

    def hang_up(self, agent: str) -> None:
        """End an agent's talk, for both."""
        now = self._all.of(agent)
        if now.talk is not None:
            now.talk.ended_by = SUPERVISOR
        self._control.release(now)
        self.desk.post(commands.kill(now.other, "MANAGER_REQUEST"), commands.kill(now.leg, "MANAGER_REQUEST"))

    def _dial(self, watch: Watch, mode: dict[str, str | int | bool]) -> commands.Argument:
        variables: dict[str, str | int | bool] = {
            "origination_uuid": watch.leg,
            "originate_timeout": RINGS,
            "ignore_early_media": True,
            "origination_caller_id_number": watch.agent,
            WATCHES: watch.agent,
            WATCHER: watch.at,
            **mode,
        }
        return legs.telephone(watch.at, variables, self._options)

    def _guarded(self, watch: Watch, ring: commands.ApiCall) -> None:
        try:
            self.desk.line.bgapi(ring).get(RINGS + LATE)
        except CommandFailed as error:
            log.info("supervisor did not answer", at=watch.at, agent=watch.agent, error=str(error))
            self._forget(watch)
        except SwitchError as error:  # it may yet ring; a leg that comes is known by its variables
            log.warning("supervisor's telephone", at=watch.at, agent=watch.agent, error=str(error))
            self._forget(watch)
            self.desk.post(commands.kill(watch.leg))

    def _take(self, watch: Watch) -> None:
        """The caller goes on with the supervisor, the agent is done."""
        self._forget(watch)
        now = self._all.find(watch.agent)
        if now is None:
            self.desk.post(commands.kill(watch.leg))
            return
        self.desk.post(commands.set_variables(watch.leg, {WATCHES: "", WATCHER: ""}))
        serving = self._serving(watch.at)
        if now.talk is not None and not serving:  # a talk with nobody of the centre is none of its talks
            now.talk.ended_by = SUPERVISOR
        self._control.give(now, watch.leg, serving)

    def _serving(self, at: str) -> str:
        """The agent whom an extension belongs to, if they are signed in: the service is theirs then."""
        agent = self._agent_at(at)
        state = self.desk.states.get(agent)
        return agent if state is not None and state.state != "logged_out" else ""

    # What FreeSWITCH reports --------------------------------------------------------------------------

    def handle(self, event: Event) -> None:
        """An event of a supervisor's leg; never waits."""
        watch = self._by_leg.get(event.uuid)
        if watch is None:
            return
        match event.name:
            case "CHANNEL_HANGUP":
                self._forget(watch)
            case "CHANNEL_PARK" if watch.mode == INTERCEPT:
                try:
                    self._take(watch)
                except IvoryError as error:
                    log.warning("caller not taken over", agent=watch.agent, error=str(error))
                    self.desk.post(commands.kill(watch.leg))
            case "CHANNEL_ANSWER":
                watch.there = True
                self._all.tell(watch.agent)
            case "DTMF":
                mode = listening.MODES.get(event.get("DTMF-Digit"))
                if mode and mode != watch.mode:
                    before, watch.mode = watch.mode, mode
                    self._noted(watch.at, mode, watch.agent, before)
                    self._all.tell(watch.agent)

    def found(self, snapshot: Snapshot) -> None:
        """The switch as it is: go on with the supervisors who are there."""
        there = {channel.uuid: channel for channel in snapshot.channels}
        for watch in list(self._by_leg.values()):
            if watch.leg not in there:
                self._forget(watch)
        for uuid, channel in there.items():
            agent, at = legs.mark(channel, WATCHES), legs.mark(channel, WATCHER)
            if agent and at and uuid not in self._by_leg:
                answered = channel.get("Answer-State") == "answered"
                self._by_leg[uuid] = Watch(agent, at, uuid, MONITOR, answered)

    def _forget(self, watch: Watch) -> None:
        self._by_leg.pop(watch.leg, None)
        self._all.tell(watch.agent)


def _listens(supervision: Supervision, asked: Supervise, mode: str) -> dict[str, str]:
    """Listen, or listen otherwise; what is told of it."""
    before = supervision.listen(asked.agent, asked.at, mode)
    if not before:
        return begun(f"rings {asked.at} ({mode})")
    words = (
        f"{asked.at} is in {mode} already" if before == mode else f"{asked.at} goes from {before} to {mode}"
    )
    return {"before": before, "says": words}


@order("supervisor.monitor")
def monitor(supervision: Supervision, asked: Supervise, by: str) -> dict[str, str]:
    return _listens(supervision, asked, MONITOR)


@order("supervisor.whisper")
def whisper(supervision: Supervision, asked: Supervise, by: str) -> dict[str, str]:
    return _listens(supervision, asked, WHISPER)


@order("supervisor.barge")
def barge(supervision: Supervision, asked: Supervise, by: str) -> dict[str, str]:
    return _listens(supervision, asked, BARGE)


@order("supervisor.intercept")
def intercept(supervision: Supervision, asked: Supervise, by: str) -> dict[str, str]:
    if supervision.intercept(asked.agent, asked.at):
        return {}
    return begun(f"rings {asked.at}, who has the caller by answering")


@order("supervisor.stop")
def stop(supervision: Supervision, asked: OfAgent, by: str) -> None:
    supervision.stop(asked.agent)


@order("supervisor.hang_up")
def hang_up(supervision: Supervision, asked: OfAgent, by: str) -> None:
    supervision.hang_up(asked.agent)


@order("supervisor.force_break")
def force_break(supervision: Supervision, asked: WithReason, by: str) -> None:
    supervision.desk.pause(asked.agent, asked.reason)


@order("supervisor.force_ready")
def force_ready(supervision: Supervision, asked: OfAgent, by: str) -> None:
    supervision.desk.ready(asked.agent)


@order("supervisor.force_logout")
def force_logout(supervision: Supervision, asked: OfAgent, by: str) -> None:
    supervision.desk.sign_out(asked.agent)
