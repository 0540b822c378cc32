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
        if call is not None:
            call.handle(event)
        elif event.name in ARRIVALS and event.variable(MARK) and not _talks(event):
            self._arrive(event)

    def _up(self, snapshot: resync.Snapshot, restarted: bool) -> None:
        there = {channel.uuid: channel for channel in snapshot.channels}
        for uuid, call in list(self.calls.items()):
            if restarted or uuid not in there:
                call.lost("NORMAL_TEMPORARY_FAILURE" if restarted else "NORMAL_UNSPECIFIED")
            else:
                call.resume(there[uuid])
        for uuid, channel in there.items():
            if uuid not in self.calls and channel.variable(MARK) and not _talks(channel):
                self._adopt(channel)

    def _adopt(self, channel: Event) -> None:
        """Take over a call that nobody drives; what its last worker left playing ends."""
        try:
            self.connection.api(commands.api("uuid_break", channel.uuid, "all"))
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
        call = SwitchCall(self._around, event)
        self.totals["arrived"] += 1
        if loaded is None:
            log.error("no flow for call", call=call.id, wish=wish, dnis=call.dnis)
            gevent.spawn(self._refuse, call)
            return
        engine = Engine(call, self.library.flows, loaded.id, self._services, self._journey, self._max_steps)
        self.calls[call.id] = call
        log.info("call begins", call=call.id, flow=loaded.id, ani=call.ani, dnis=call.dnis)
        gevent.spawn(self._walk, engine).link(lambda _ended: self.calls.pop(call.id, None))

    def _walk(self, engine: Engine) -> None:
        end = engine.run()
        self.totals[end.how] += 1
        log.info("call ends", call=engine.call.id, end=end.how, cause=end.cause)

    def _refuse(self, call: SwitchCall) -> None:
        try:
            self.connection.api(commands.kill(call.id, REFUSED))
        except IvoryError as error:
            log.warning("refusal failed", call=call.id, error=str(error))

    # Flows --------------------------------------------------------------------------------------------

    def _watch_flows(self, every: float) -> None:
        while True:
            gevent.sleep(every)
            try:
                self.library.refresh()
            except IvoryError as error:
                log.warning("flows unreadable", error=str(error))


def _talks(channel: Event) -> bool:
    """Whether a call nobody drives should be left alone: it is in a talk, or ending."""
    if channel.get("Answer-State") == "hangup":
        return True
    return channel.name != "CHANNEL_UNBRIDGE" and bool(channel.variable("bridge_uuid"))
