"""Drives all calls of one FreeSWITCH: hands each its events, gives each new one a flow and a greenlet.

The switch keeps the calls; what is here can be rebuilt by asking it. When the event socket goes, calls wait;
when it is back, each goes on with what the switch says is true. A call that a worker before left behind goes
on at the node where it stood.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Protocol

import gevent

from ivr.errors import IvoryError, SwitchError
from ivr.esl import commands, keeping, resync
from ivr.esl.call import Surroundings, SwitchCall
from ivr.esl.connection import Connection
from ivr.esl.quality import quality_of
from ivr.esl.speaking import carried
from ivr.esl.wire import Event
from ivr.log import get
from ivr.numbers import normalise
from ivr.runtime.claim import Claim
from ivr.runtime.engine import Engine
from ivr.runtime.guard import Guard
from ivr.runtime.journey import CallMeasured, Journey
from ivr.runtime.library import Entry, Library
from ivr.runtime.ports import Services
from ivr.runtime.reading import NO_FLOWS
from ivr.runtime.settling import Records, Settler
from ivr.runtime.state import beginning

log = get(__name__)

MARK = "ivr_flow"  # the channel variable by which the dialplan hands a call to Ivory
BY_NUMBER = "by_number"  # its value when the called number decides
LANGUAGE = "variable_ivr_language"  # how the language that a call begins in is told to its flow
WHERE = "ivr_state"  # the channel variable by which the dialplan says that a call is in its fallback
REFUSED = "NO_ROUTE_DESTINATION"
FAULT = "NORMAL_TEMPORARY_FAILURE"
SECRECY = "sensitive_dtmf"  # the channel variable that keeps keys out of events
FORGET_AFTER = 1.0  # seconds in which a caller who was transferred may have come back to a flow
TEND_EVERY = 1.0  # seconds between two beats, looks at the claim, and the like
HAND_OVER_EVERY = 0.1  # seconds between two looks of a worker that leaves for its successor
WINDINGS = 10  # looks at the calls' timers in the time of one
ARRIVALS = ("CHANNEL_PARK", "CHANNEL_DATA", "CHANNEL_UNBRIDGE", "CHANNEL_ANSWER", "CHANNEL_EXECUTE")
"""Events after which a call may need somebody: it is new, was found late, or its talk ended unattended."""


class Desk(Protocol):
    """Who brings callers to agents, as far as the worker knows it."""

    @property
    def staffed(self) -> bool:
        """Whether there are agents, or somebody who waits for one."""

    @property
    def legs(self) -> Iterable[str]:
        """The UUIDs of the agents' legs."""

    def attach(self, line: Connection) -> None:
        """Where FreeSWITCH is told what to do."""

    def handle(self, event: Event, *, driven: bool) -> None:
        """Any event, after the call it is about (if it is `driven`) has had it; never waits."""

    def up(self, snapshot: resync.Snapshot, calls: Mapping[str, SwitchCall], *, restarted: bool) -> None:
        """The switch is there (again), and ours; may wait."""

    def let_go(self) -> None:
        """Another worker has the switch now."""

    def stop(self) -> None:
        """The worker ends; all stays on the switch as it is."""


class Worker:
    """The calls of one FreeSWITCH.

    Args:
        connect: makes the connection, given its callbacks.
        surroundings: makes what calls share, given the connection.
        guard: seconds of the calls' dead-man timers; 0: there are none.
        records: those of this FreeSWITCH's calls that have no end; None: nobody closes them.
        engine: makes what walks a call; tests of flows put other services around it.
        desk: sees to queues and agents; None: there are none.
    """

    def __init__(
        self,
        connect: Callable[..., Connection],
        surroundings: Callable[[Connection], Surroundings],
        library: Library,
        services: Services,
        journey: Journey,
        max_steps: int = 1000,
        guard: int = 0,
        records: Records | None = None,
        engine: Callable[..., Engine] = Engine,
        desk: Desk | None = None,
    ) -> None:
        self.calls: dict[str, SwitchCall] = {}
        self.engines: dict[str, Engine] = {}
        """What walks each of `calls`, from its first node on."""
        self.connection = connect(
            on_event=self._event,
            on_up=self._up,
            on_down=self._down,
            awaiting=lambda: self.calls,
            believed=self._believed,
        )
        self.library = library
        self.totals: Counter[str] = Counter()
        self.draining = False
        self._around = surroundings(self.connection)
        self.claim = Claim(self.connection.api, self._around.owner)
        self._guard = Guard(self.connection.post, guard)
        self._settler = Settler(records, self._there, self.calls) if records else None
        self._desk = desk
        if desk is not None:
            desk.attach(self.connection)
        self._missed: Mapping[str, SwitchCall] | None = None  # who has to be asked for, once there is a look
        self._leaver = ""  # a worker that leaves, and drives its calls to their ends
        self._services = services
        self._journey = journey
        self._max_steps = max_steps
        self._engine = engine
        self._walks: dict[str, gevent.Greenlet[..., None]] = {}
        self._greenlets: list[gevent.Greenlet[..., None]] = []

    def start(self, reload_after: float = 1.0) -> None:
        """Load the flows, attach to FreeSWITCH, and keep up with edits."""
        self.library.refresh()
        works = (
            (self._look_at_flows, reload_after),
            (self._tend, TEND_EVERY),
            (self._close_lost, TEND_EVERY),
            *(
                [(self._wind_up, min(TEND_EVERY, self._guard.seconds / WINDINGS))]
                if self._guard.seconds
                else []
            ),
        )
        for work, every in works:
            self._greenlets.append(gevent.spawn(_every, every, work))
        self.connection.start()

    @property
    def alive(self) -> bool:
        """Whether everything runs that sees to the calls and to the flows."""
        return bool(self._greenlets) and not any(greenlet.dead for greenlet in self._greenlets)

    def stop(self) -> None:
        """Let go of FreeSWITCH; its calls stay where they are."""
        # Walks end before the line does: none is to take its end for its caller's.
        gevent.killall([*self._greenlets, *self._walks.values()], timeout=5)
        if self._desk is not None:
            self._desk.stop()
        self._quietly(self.claim.end)
        self.connection.stop()

    def drain(self, timeout: float) -> int:
        """Take no new calls, let the others end; returns how many are left after `timeout` seconds. A worker
        that stands by takes the new ones meanwhile, and at the end what is left.

        Agents are rung by one worker alone. So where there are any, the others' ends are not waited for once
        somebody stands ready: nobody new is to wait for an agent who is free."""
        self.draining = True
        self._quietly(self.claim.leave)
        deadline = time.monotonic() + timeout
        while self.calls and time.monotonic() < deadline and not self._handed_over():
            gevent.sleep(HAND_OVER_EVERY)
        return len(self.calls)

    def _handed_over(self) -> bool:
        """Whether there are agents, and another worker to ring them. What is on the switch tells it all."""
        try:
            return self._desk is not None and self._desk.staffed and self.claim.succeeded()
        except SwitchError as error:
            log.debug("no successor seen", error=str(error))
            return False

    # From the connection ------------------------------------------------------------------------------

    def _event(self, event: Event) -> None:
        call = self.calls.get(event.uuid)
        driven = call is not None and not (call.moved and event.name == "CHANNEL_PARK")
        if call is not None and driven:
            call.handle(event)
        elif event.name in ARRIVALS and self._ours(event):
            if event.name in ("CHANNEL_ANSWER", "CHANNEL_EXECUTE") and not carried(event):
                pass  # it parks first, if it is for us
            elif event.name != "CHANNEL_DATA":
                self._arrive(event)
            elif keeping.going_on(event) or not event.variable("bridge_uuid"):
                self._adopt(event)
        if self._desk is not None:
            self._desk.handle(event, driven=driven)
        if event.name == "CHANNEL_HANGUP_COMPLETE":
            self._measure(event)

    def _up(self, snapshot: resync.Snapshot, restarted: bool) -> None:
        try:
            claimed = self._claimed()
        except SwitchError as error:  # calls wait as they are; `_tend` asks again
            log.warning("switch is not claimed", error=str(error))
            return
        if claimed:
            self._reconcile(snapshot, self.calls, restarted=restarted)
        else:
            log.info("standing by", worker=self.claim.me)
            self._let_go()

    def _down(self, reason: SwitchError) -> None:
        log.warning("switch away", reason=str(reason), calls=len(self.calls))

    # Whose calls they are -----------------------------------------------------------------------------

    def _claimed(self) -> bool:
        """Whether the calls of the switch are ours to drive. Raises SwitchError when that cannot be known."""
        if self.draining:
            return True  # those that are left; no others are taken
        mine = self.claim.take()
        self._leaver = self.claim.leaver()
        return mine

    def _ours(self, channel: Event) -> bool:
        """Whether a channel is a call for this worker."""
        rings = channel.get("Call-Direction") == "outbound" and channel.get("Answer-State") != "answered"
        return (
            self._drives(channel)
            and channel.get("Answer-State") != "hangup"
            and not rings  # a customer who is called back, and has not answered yet
            and channel.variable(WHERE) != "fallback"
        )

    def _drives(self, channel: Event) -> bool:
        """Whether a channel, in whatever state, belongs to the calls of this worker."""
        return (
            (self.claim.mine or self.draining)
            and bool(channel.variable(MARK))
            and not (self._leaver and channel.variable(keeping.OWNER) == self._leaver)
        )

    def _believed(self) -> list[str]:
        """The channels that are there, as far as is known here."""
        return [*self.calls, *(self._desk.legs if self._desk is not None else ())]

    def _reconcile(
        self, snapshot: resync.Snapshot, known: Mapping[str, SwitchCall], *, restarted: bool = False
    ) -> None:
        """Make what is here agree with what is there; `known` are calls that may have missed something."""
        if self._settler:
            self._settler.soon()
        there = {channel.uuid: channel for channel in snapshot.channels}
        for uuid, call in dict(known).items():
            if restarted or uuid not in there:
                call.lost("NORMAL_TEMPORARY_FAILURE" if restarted else "NORMAL_UNSPECIFIED")
            else:
                call.resume(there[uuid])
        for uuid, channel in there.items():
            # A channel names the other leg also when the talk is long over: only a leg that lives counts.
            talks = channel.variable("bridge_uuid") in there and not keeping.going_on(channel)
            if uuid not in self.calls and not talks and self._ours(channel):
                self._adopt(channel)
        # Agents are rung by one worker: by that which leaves, until it has left.
        if self._desk is not None and not self._leaver:
            self._desk.up(snapshot, self.calls, restarted=restarted)
        self._missed = None

    def _adopt(self, channel: Event) -> None:
        """Take over a call that nobody drives. What its last worker left playing ends; a recording, an entry
        or a talk goes on."""
        goes_on = keeping.going_on(channel)
        if goes_on is None:
            carried = channel.variable("current_application_data") == commands.CARRIER
            left = [] if carried else [commands.api("uuid_break", channel.uuid, "all")]
            if channel.variable(SECRECY):  # no key would ever be seen
                left.append(commands.set_variables(channel.uuid, {SECRECY: ""}))
            if left:
                self.connection.post(*left)
        log.info("call taken over", call=channel.uuid, goes_on=goes_on.kind if goes_on else "")
        self._arrive(channel, at_once=True)

    def _let_go(self) -> None:
        """Leave all calls to the worker that has the claim; they stay as they are."""
        if self._walks:
            log.warning("calls are left to another worker", calls=len(self._walks))
        gevent.killall(list(self._walks.values()), block=False)
        self._walks.clear()
        self.calls.clear()
        self.engines.clear()
        self._missed = None
        if self._desk is not None:
            self._desk.let_go()

    def _tend(self) -> None:
        """Beat, and see whether the claim is still ours or has become it."""
        if not self.connection.up:
            return
        try:
            if self.draining:
                self.claim.beat()
            elif not self.claim.mine:
                known = dict(self.calls)
                if self._claimed():
                    self._missed = known
            elif self.claim.lost():
                self.claim.mine = False
                self._let_go()
            else:
                self.claim.beat()
                if self._leaver and not self.claim.leaver():
                    self._leaver, self._missed = "", {}  # our own missed nothing; there are the leaver's
            if self._missed is not None:
                self.connection.look_again(partial(self._reconcile, known=self._missed))
        except SwitchError as error:
            log.debug("not tended", error=str(error))

    def _wind_up(self) -> None:
        """Set the calls' timers anew where that is due."""
        if self.connection.up:
            try:
                self._guard.tend(self.calls)
            except SwitchError as error:
                log.debug("timers not set anew", error=str(error))

    def _close_lost(self) -> None:
        """Close records of calls that ended unseen."""
        if self._settler and self.connection.up and self.claim.mine and not self.draining:
            try:
                self._settler.tend()
            except SwitchError as error:
                log.warning("records not closed", error=str(error))

    def _there(self, uuid: str) -> bool:
        return self.connection.api(commands.api("uuid_exists", uuid)).strip() == "true"

    # Calls --------------------------------------------------------------------------------------------

    def _arrive(self, event: Event, *, at_once: bool = False) -> None:
        if self.draining and event.variable(keeping.OWNER) != self._around.owner:
            return
        wish = event.variable(MARK)
        entry = self.library.choose(
            "" if wish == BY_NUMBER else wish,
            event.get("Caller-Destination-Number"),
            normalise(event.get("Caller-Caller-ID-Number")) or event.uuid,  # whoever withholds it is nobody
        )
        kept = bool(event.variable(keeping.STATE))
        if entry is None and not kept and event.variable("transfer_history"):
            log.info("transferred call let be", call=event.uuid, wish=wish)  # parked by somebody else
            return
        call = SwitchCall(self._around, event)
        if entry is not None and entry.language:  # where the dialplan says nothing of it
            call.variables = {LANGUAGE: entry.language, **call.variables}
        self.totals["adopted" if kept else "arrived"] += 1
        if entry is None and not kept:
            log.error("no flow for call", call=call.id, wish=wish, dnis=call.dnis)
            gevent.spawn(self._end, call, REFUSED)
            return
        self.calls[call.id] = call
        self._guard.begin(call.id, at_once=at_once)
        self._walks[call.id] = gevent.spawn(self._walk, call, entry, at_once)

    def _walk(self, call: SwitchCall, entry: Entry | None, settle: bool) -> None:
        try:
            if settle:
                call.settle()
            start, flows = (entry.start, entry.flows) if entry else ("", NO_FLOWS)
            if call.kept and (began := beginning(call.kept.text)):
                flows = self.library.resume(*began)
            engine = self._engine(
                call, flows, start, self._services, self._journey, self._max_steps, self.library.newest
            )
            self.engines[call.id] = engine
            log.info("call begins", call=call.id, flow=engine.state.flow, node=engine.state.node,
                     visit=engine.state.visit, ani=call.ani, dnis=call.dnis)  # fmt: skip
            end = engine.run()
            self.totals[end.how] += 1
            log.info("call ends", call=call.id, end=end.how, cause=end.cause)
        except Exception:  # the engine raises nothing: this is a fault in it, and the caller is still there
            self.totals["failed"] += 1
            log.exception("walk died", call=call.id)
            self._end(call, FAULT)
        finally:
            if self.calls.get(call.id) is call:
                del self.calls[call.id]
                self.engines.pop(call.id, None)
                self._walks.pop(call.id, None)
            if call.moved:
                gevent.spawn_later(FORGET_AFTER, self._forget, call.id)

    def _measure(self, hangup: Event) -> None:
        """Tell how well a caller was heard who is gone. The walk may be over by now, or another worker's."""
        if not (hangup.variable(keeping.STATE) and self._drives(hangup)):
            return  # no flow was begun, so that there is no record, or it is somebody else's
        quality, started = quality_of(hangup), hangup.created
        if quality is not None and quality.judged and started is not None:
            measured = (quality.mos, quality.jitter_ms, quality.loss_percent)
            self._journey.tell(CallMeasured(hangup.uuid, started, *measured))

    def _forget(self, uuid: str) -> None:
        """Take our marks and the timer off a caller who was transferred away: the end of that talk is not
        ours."""
        if uuid not in self.calls:
            marks = dict.fromkeys((MARK, *commands.guarded_talk(uuid, 1), *commands.KEPT_TALK), "")
            self._quietly(self.connection.post, commands.unguard(uuid), commands.set_variables(uuid, marks))

    def _end(self, call: SwitchCall, cause: str) -> None:
        self._quietly(self.connection.api, commands.kill(call.id, cause))

    def _quietly(self, work: Callable[..., object], *arguments: object) -> None:
        try:
            work(*arguments)
        except IvoryError as error:
            log.warning("switch not told", error=str(error))

    def _look_at_flows(self) -> None:
        try:
            self.library.refresh()
        except IvoryError as error:
            log.warning("flows unreadable", error=str(error))


def _every(seconds: float, work: Callable[[], None]) -> None:
    """Do `work` again and again; a fault in it is told, and it is done again all the same."""
    while True:
        gevent.sleep(seconds)
        try:
            work()
        except Exception:
            log.exception("worker's own work failed", work=work.__name__)
