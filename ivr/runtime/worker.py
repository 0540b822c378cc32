"""Drives all calls of one FreeSWITCH: hands each its events, gives each new one a flow and a greenlet.

The switch keeps the calls; what is here can be rebuilt by asking it. When the event socket goes, calls wait;
when it is back, each goes on with what the switch says is true.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import gevent

from ivr.errors import IvoryError, SwitchError
from ivr.esl import commands, resync
from ivr.esl.call import Surroundings, SwitchCall
from ivr.esl.connection import Connection
from ivr.esl.wire import Event
from ivr.log import get
from ivr.runtime.engine import Engine
from ivr.runtime.journey import Journey
from ivr.runtime.library import Library
from ivr.runtime.ports import Services

log = get(__name__)

MARK = "ivr_flow"  # the channel variable by which the dialplan hands a call to Ivory
BY_NUMBER = "by_number"  # its value when the called number decides
REFUSED = "NO_ROUTE_DESTINATION"
FAULT = "NORMAL_TEMPORARY_FAILURE"
SECRECY = "sensitive_dtmf"  # the channel variable that keeps keys out of events
FORGET_AFTER = 1.0  # seconds in which a caller who was transferred may have come back to a flow
ARRIVALS = ("CHANNEL_PARK", "CHANNEL_DATA", "CHANNEL_UNBRIDGE")
"""Events after which a call may need somebody: it is new, was found late, or its talk ended unattended."""


class Worker:
    """The calls of one FreeSWITCH.

    Args:
        connect: makes the connection, given its three callbacks.
        surroundings: makes what calls share, given the connection.
    """

    def __init__(
        self,
        connect: Callable[..., Connection],
        surroundings: Callable[[Connection], Surroundings],
        library: Library,
        services: Services,
        journey: Journey,
        max_steps: int = 1000,
    ) -> None:
        self.connection = connect(on_event=self._event, on_up=self._up, on_down=self._down)
        self.library = library
        self.calls: dict[str, SwitchCall] = {}
        self.totals: Counter[str] = Counter()
        self.draining = False
        self._around = surroundings(self.connection)
        self._services = services
        self._journey = journey
        self._max_steps = max_steps
        self._watch: gevent.Greenlet[[float], None] | None = None

    def start(self, reload_after: float = 1.0) -> None:
        """Load the flows, attach to FreeSWITCH, and keep up with edits."""
        self.library.refresh()
        self._watch = gevent.spawn(self._watch_flows, reload_after)
        self._watch.link_exception(
            lambda dead: log.error("flows are no longer watched", error=str(dead.exception))
        )
        self.connection.start()

    def stop(self) -> None:
        """Let go of FreeSWITCH; its calls stay where they are."""
        if self._watch is not None:
            self._watch.kill(timeout=5)
        self.connection.stop()

    def drain(self, timeout: float) -> int:
        """Take no new calls, let the others end; returns how many are left after `timeout` seconds."""
        self.draining = True
        deadline = time.monotonic() + timeout
        while self.calls and time.monotonic() < deadline:
            gevent.sleep(0.05)
        return len(self.calls)

    # From the connection ------------------------------------------------------------------------------

    def _event(self, event: Event) -> None:
        call = self.calls.get(event.uuid)
        if call is not None and not (call.moved and event.name == "CHANNEL_PARK"):
            call.handle(event)
        elif event.name in ARRIVALS and event.variable(MARK) and not _gone(event) and not _talks(event):
            self._arrive(event)

    def _up(self, snapshot: resync.Snapshot, restarted: bool) -> None:
        there = {channel.uuid: channel for channel in snapshot.channels}
        for uuid, call in list(self.calls.items()):
            if restarted or uuid not in there:
                call.lost("NORMAL_TEMPORARY_FAILURE" if restarted else "NORMAL_UNSPECIFIED")
            else:
                call.resume(there[uuid])
        for uuid, channel in there.items():
            # A channel names the other leg also when the talk is long over: only a leg that lives counts.
            talks = channel.variable("bridge_uuid") in there
            if uuid not in self.calls and channel.variable(MARK) and not talks and not _gone(channel):
                self._adopt(channel)

    def _adopt(self, channel: Event) -> None:
        """Take over a call that nobody drives; what its last worker left playing ends."""
        try:
            self.connection.api(commands.api("uuid_break", channel.uuid, "all"))
            if channel.variable(SECRECY):  # left over from a worker that died: no key would ever be seen
                self.connection.api(commands.set_variables(channel.uuid, {SECRECY: ""}))
        except IvoryError as error:
            log.warning("call could not be taken over", call=channel.uuid, error=str(error))
        self._arrive(channel)

    def _down(self, reason: SwitchError) -> None:
        log.warning("switch away", reason=str(reason), calls=len(self.calls))

    # Calls --------------------------------------------------------------------------------------------

    def _arrive(self, event: Event) -> None:
        if self.draining:
            return
        wish = event.variable(MARK)
        loaded = self.library.choose(
            "" if wish == BY_NUMBER else wish, event.get("Caller-Destination-Number")
        )
        if loaded is None and event.variable("transfer_history"):
            log.info("transferred call let be", call=event.uuid, wish=wish)  # parked by somebody else
            return
        call = SwitchCall(self._around, event)
        self.totals["arrived"] += 1
        if loaded is None:
            log.error("no flow for call", call=call.id, wish=wish, dnis=call.dnis)
            gevent.spawn(self._end, call, REFUSED)
            return
        engine = Engine(call, self.library.flows, loaded.id, self._services, self._journey, self._max_steps)
        self.calls[call.id] = call
        log.info("call begins", call=call.id, flow=loaded.id, ani=call.ani, dnis=call.dnis)
        gevent.spawn(self._walk, engine, call)

    def _walk(self, engine: Engine, call: SwitchCall) -> None:
        try:
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
            if call.moved:
                gevent.spawn_later(FORGET_AFTER, self._forget, call.id)

    def _forget(self, uuid: str) -> None:
        """Take the mark off a caller who was transferred away: the end of that talk is not ours."""
        if uuid not in self.calls:
            try:
                self.connection.api(commands.set_variables(uuid, {MARK: ""}))
            except IvoryError as error:
                log.debug("mark stays", call=uuid, error=str(error))

    def _end(self, call: SwitchCall, cause: str) -> None:
        try:
            self.connection.api(commands.kill(call.id, cause))
        except IvoryError as error:
            log.warning("hangup failed", call=call.id, error=str(error))

    # Flows --------------------------------------------------------------------------------------------

    def _watch_flows(self, every: float) -> None:
        while True:
            gevent.sleep(every)
            try:
                self.library.refresh()
            except IvoryError as error:
                log.warning("flows unreadable", error=str(error))
            except Exception:  # a fault of ours in one flow must not keep all later edits out
                log.exception("flows unreadable")


def _gone(channel: Event) -> bool:
    """Whether a channel is ending."""
    return channel.get("Answer-State") == "hangup"


def _talks(channel: Event) -> bool:
    """Whether a call that was found late may be in a talk; what parks or unbridges is in none."""
    return channel.name == "CHANNEL_DATA" and bool(channel.variable("bridge_uuid"))
