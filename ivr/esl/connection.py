"""The worker's line to its FreeSWITCH: always being there again, and telling the truth when it is.

Over a session comes and goes a supervisor: it connects, subscribes, takes a snapshot, hands it over, follows
the events, notices silence, and starts again with growing pauses. Whoever waits for something when the line
goes learns of it at once.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import gevent

from ivr import log
from ivr.errors import CommandTimeout, ConnectionLost, LoginRefused, SwitchError
from ivr.esl import commands, resync
from ivr.esl.background import BackgroundJob, BackgroundJobs
from ivr.esl.exchange import Counters, Frame, Reply
from ivr.esl.session import EVENTS_PER_TURN, Session
from ivr.esl.wire import Event
from ivr.flag import Flag

_log = log.get(__name__)

EVENTS: Final = (
    "CHANNEL_PARK",  # a call arrives, or comes back from a bridge
    "CHANNEL_ANSWER",  # a call or an offered leg was answered
    "CHANNEL_EXECUTE",  # an application runs: only now can it be stopped
    "CHANNEL_EXECUTE_COMPLETE",  # it ended, and how
    "MEDIA_BUG_STOP",  # a sound is over
    "DTMF",  # a key
    "CHANNEL_BRIDGE",  # two people talk
    "CHANNEL_UNBRIDGE",  # and no longer do
    "CHANNEL_HANGUP",  # the call is over: stop what is done for it
    "CHANNEL_HANGUP_COMPLETE",  # how well it was heard
    "BACKGROUND_JOB",  # answers to bgapi
)
"""Events that are asked for: not one more, as each is 3 to 8 KB that FreeSWITCH writes and we read."""

APPLICATIONS: Final = (
    "playback",
    "play_and_get_digits",
    "record",
    "bridge",
    "park",  # it ends when somebody takes the caller elsewhere
)
"""Applications whose begin and end are asked for: a dialplan has many more, and none that matters."""

_OF_APPLICATIONS: Final = ("CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE")

MAX_BUFFERED: Final = 100_000
"""Events kept while a snapshot is taken; FreeSWITCH's own queue for a listener has as many places."""

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0
PAUSE_AFTER_REFUSAL: Final = 30.0
"""Seconds between two tries to connect. A password does not become right by trying it often."""

MAX_RESYNC: Final = 60.0
"""Seconds a snapshot may take: 10,000 channels need about five."""

SECOND_LOOK: Final = 2.0
"""Seconds after which the channels are listed once more: FreeSWITCH writes that list behind the calls, so a
call that parked just before we came may not have been in it."""


def pauses(chance: Callable[[float, float], float] = random.uniform) -> Iterator[float]:
    """Seconds to wait before each new try: doubling, and never quite the same for two workers."""
    pause = FIRST_PAUSE
    while True:
        yield chance(pause / 2, pause)
        pause = min(LONGEST_PAUSE, pause * 2)


class Connection:
    """One FreeSWITCH, for as long as the worker lives.

    Args:
        on_event: called with each event, in FreeSWITCH's order, on the greenlet that reads: it must not wait
            (a command there raises RuntimeError). BACKGROUND_JOBs are not passed on; a CHANNEL_DATA is a
            channel that was missing in the snapshot.
        on_up: called after every connect with what is true now, and whether FreeSWITCH was restarted, so that
            every call known before is gone. It may wait; events are kept back until it returns.
        on_down: called when the line goes, with the reason; commands that waited have failed by then.
        ping_after: seconds of silence after which FreeSWITCH is asked whether it is still there.
        applications: those of which CHANNEL_EXECUTE and CHANNEL_EXECUTE_COMPLETE tell; all when empty.
        wake: seconds between the newlines that make FreeSWITCH look at its events; 0: none.
        awaiting: whether some call is driven; else FreeSWITCH is woken less often. It must not wait.
        believed: the UUIDs of channels that are believed to be there, see `resync.take`. It must not wait.
    """

    def __init__(
        self,
        host: str,
        port: int,
        password: str,
        *,
        on_event: Callable[[Event], None],
        on_up: Callable[[resync.Snapshot, bool], None],
        on_down: Callable[[SwitchError], None],
        connect_timeout: float = 5.0,
        command_timeout: float = 5.0,
        ping_after: float = 5.0,
        events: Sequence[str] = EVENTS,
        applications: Sequence[str] = (),
        wake: float = 0.0,
        awaiting: Callable[[], object] = lambda: True,
        believed: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self.counters = Counters()
        self._believed = believed
        self.core_uuid = ""
        self._new_session: Callable[[], Session] = partial(
            Session,
            host,
            port,
            password,
            connect_timeout=connect_timeout,
            command_timeout=command_timeout,
            counters=self.counters,
            wake=wake,
            awaiting=awaiting,
        )
        self._on_event, self._on_up, self._on_down = on_event, on_up, on_down
        self._command_timeout = command_timeout
        self._ping_after = ping_after
        self._events = tuple(dict.fromkeys((*events, "BACKGROUND_JOB")))
        self._applications = tuple(applications)
        self._session: Session | None = None
        self._buffer: deque[Event] | None = None
        self._seen: set[str] | None = None
        self._announced = False
        self._jobs = BackgroundJobs()
        self._up = Flag()
        self._failure: SwitchError = ConnectionLost("not connected yet")
        self._supervisor: gevent.Greenlet[[], None] | None = None

    # Life -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to connect, and to stay connected until `stop`."""
        if self._supervisor is None:
            self._start(0.0)

    def stop(self, timeout: float = 5.0) -> None:
        """Let go of FreeSWITCH; its calls go on. `on_down` is not called."""
        if self._supervisor is not None:
            self._supervisor.kill(timeout=timeout)
            self._supervisor = None

    @property
    def alive(self) -> bool:
        """Whether somebody sees to the line, be it there or not."""
        return self._supervisor is not None and not self._supervisor.dead

    @property
    def up(self) -> bool:
        """Whether the line is there and what is true on the switch has been handed over."""
        session = self._session
        return self._up.is_set() and session is not None and not session.closed.is_set()

    @property
    def failure(self) -> SwitchError:
        """Why the last session ended, or why there has been none yet."""
        return self._failure

    def wait_up(self, timeout: float | None = None) -> bool:
        """Wait for the line, for `timeout` seconds at most; False when it is not there: see `failure`."""
        if not self.up:  # it may have gone this moment, and whoever sees to it had no turn yet
            self._up.clear()
        return self._up.wait(timeout)

    def look_again(self, told: Callable[[resync.Snapshot], None]) -> None:
        """Ask what is true now. `told` may wait; events are kept back until it returns, as at a connect.

        Raises:
            SwitchError: the line is not there (or not yet), it goes, or FreeSWITCH does not answer as it
                should.
        """
        if not self.up or self._buffer is not None:
            raise ConnectionLost("FreeSWITCH is not there to be looked at, or somebody does already")
        session, kept = self._line(), self._keep_back()
        try:
            self._look(session, kept, told)
        finally:
            self._replay(session, kept, {})  # what there was no snapshot for

    # Commands -------------------------------------------------------------------------------------

    def command(self, frame: bytes, timeout: float | None = None) -> Reply:
        """Send a frame made by `commands`.

        Raises:
            CommandFailed: FreeSWITCH answered -ERR.
            CommandTimeout: no answer within `timeout` seconds (the connection's, when None).
            ConnectionLost: there is no line, or it went before the answer.
        """
        return self._send(frame, timeout, is_api=False)

    def api(self, call: commands.ApiCall, timeout: float | None = None) -> str:
        """Run an API command and return what it printed. It holds up all others and the events: be quick.

        Raises as `command` does.
        """
        return self._send(commands.api_frame(call), timeout, is_api=True).text.rstrip("\n")

    def bgapi(self, call: commands.ApiCall) -> BackgroundJob:
        """Start an API command in the background. Raises as `command` does."""

        def start(job: BackgroundJob) -> None:
            reply = self.command(commands.bgapi_frame(call, job.uuid))
            if job.uuid not in reply.text and self._session is not None:
                self._session.close(ConnectionLost("FreeSWITCH's replies do not match what it was asked"))

        return self._jobs.begin(start)

    def execute(
        self,
        channel: str,
        application: str,
        argument: commands.Argument | None = None,
        *,
        event_uuid: str,
        lock: bool = True,
    ) -> None:
        """Queue an application on a channel; its end is a CHANNEL_EXECUTE_COMPLETE with `event_uuid` as
        `Application-UUID`. Raises as `command` does: CommandFailed when there is no such channel."""
        self.command(commands.execute(channel, application, argument, event_uuid=event_uuid, lock=lock))

    def post(self, *calls: commands.ApiCall, failed: Callable[[SwitchError], None] | None = None) -> None:
        """Send API commands in one write and return at once, also from an event handler.

        What cannot leave at once is queued and leaves before anything that is written later.

        Args:
            failed: called for each of them that fails, with a CommandFailed, CommandTimeout or
                ConnectionLost; it must not wait. Left out, the log is told.

        Raises:
            ConnectionLost: there is no line; nothing was sent then, and `failed` will not be called.
            SwitchError: too many commands wait already; likewise.
        """
        self._line().post(*(Frame(commands.api_frame(call), is_api=True, failed=failed) for call in calls))

    def post_execute(
        self,
        channel: str,
        application: str,
        argument: commands.Argument | None = None,
        *,
        event_uuid: str,
        failed: Callable[[SwitchError], None] | None = None,
        before: Sequence[commands.ApiCall] = (),
    ) -> None:
        """As `execute`, without waiting; the API commands of `before` leave before it in the same write.

        `failed` is the application's alone: what fails of `before` is logged. Raises as `post` does.
        """
        execute = commands.execute(channel, application, argument, event_uuid=event_uuid)
        self._line().post(
            *(Frame(commands.api_frame(call), is_api=True) for call in before),
            Frame(execute, is_api=False, failed=failed),
        )

    def _send(self, frame: bytes, timeout: float | None, *, is_api: bool) -> Reply:
        reply = self._line().send(frame, timeout, is_api=is_api)
        reply.checked()
        return reply

    def _line(self) -> Session:
        if self._session is None:
            raise ConnectionLost(
                f"there is no line to FreeSWITCH: {self._failure.message}", hint=self._failure.hint
            )
        return self._session

    # Supervision ----------------------------------------------------------------------------------

    def _supervise(self) -> None:
        pause = pauses()
        while True:
            session, began = self._new_session(), time.monotonic()
            self._announced = False
            try:
                kept = self._connect(session)
                self._watch(session, self._announce(session, kept))
                reason = session.reason
            except SwitchError as error:
                reason = error
            except Exception as error:
                _log.exception("switch_session_failed")
                reason = ConnectionLost(f"the session failed: {error!r}")
            finally:
                self._session = self._buffer = self._seen = None
                self._up.clear()
                session.close(ConnectionLost("the connection was closed here"))
                self._jobs.fail(session.reason)
            again = reason.message == self._failure.message
            self._failure = reason
            if self._announced:
                self.counters.losses += 1
                self._call(partial(self._on_down, reason))
            if time.monotonic() - began > LONGEST_PAUSE * 2:
                pause = pauses()
            seconds = PAUSE_AFTER_REFUSAL if isinstance(reason, LoginRefused) else next(pause)
            report = _log.debug if again else _log.warning
            report("switch_lost", reason=str(reason), retry_in=round(seconds, 2))
            gevent.sleep(seconds)

    def _connect(self, session: Session) -> deque[Event]:
        """Log in and subscribe; where the events are kept until it is known what is true."""
        session.register_handle("BACKGROUND_JOB", self._jobs.done)
        session.register_handle("*", self._take)
        session.connect()
        kept = self._keep_back()
        self._session = session
        if self._applications:
            for event in self._events:
                if event not in _OF_APPLICATIONS:
                    self.command(commands.only("Event-Name", event))
            for application in self._applications:
                self.command(commands.only("Application", application))
        self.command(commands.subscribe(self._events))
        return kept

    def _announce(self, session: Session, kept: deque[Event]) -> set[str]:
        """Hand over what is true and then what happened meanwhile; the UUIDs that were known at once."""

        def told(snapshot: resync.Snapshot) -> None:
            restarted = bool(self.core_uuid) and self.core_uuid != snapshot.core_uuid
            self.core_uuid = snapshot.core_uuid
            self.counters.connects += 1
            count = len(snapshot.channels)
            _log.info("switch_up", core=snapshot.core_uuid, restarted=restarted, channels=count)
            self._announced = True
            self._call(partial(self._on_up, snapshot, restarted))

        known = self._look(session, kept, told)
        if session.closed.is_set():
            raise session.reason
        self._up.set()
        return known

    def _keep_back(self) -> deque[Event]:
        """From now on events are kept here."""
        kept = self._buffer = deque[Event]()
        return kept

    def _look(
        self, session: Session, kept: deque[Event], told: Callable[[resync.Snapshot], None]
    ) -> set[str]:
        """Take a snapshot, hand it to `told`, and then the events `kept` meanwhile; the UUIDs in it."""
        with gevent.Timeout(MAX_RESYNC, ConnectionLost(f"no snapshot was to be had within {MAX_RESYNC:g} s")):
            snapshot = resync.take(self.api, self._believed())
        told(snapshot)
        dumped = {channel.uuid: channel.sequence for channel in snapshot.channels}
        self._replay(session, kept, dumped)
        return set(dumped)

    def _replay(self, session: Session, kept: deque[Event], dumped: Mapping[str, int]) -> None:
        """Deliver what was kept, and from then on events as they come. Once the line has gone the rest is no
        news: what is true is asked for at the next connect."""
        replayed = 0
        while kept and self._buffer is kept:
            event = kept.popleft()
            if not resync.already_told(event, dumped):
                session.deliver(self._on_event, event)
            replayed += 1
            if replayed % EVENTS_PER_TURN == 0:
                gevent.sleep(0)
        if self._buffer is kept:
            self._buffer = None  # with no switch of greenlets since it was found empty: nothing can be lost

    def _watch(self, session: Session, known: set[str]) -> None:
        """Until the session ends: notice when FreeSWITCH is there no longer, though its socket is."""
        self._seen, look_again = known, time.monotonic() + SECOND_LOOK
        while not session.closed.wait(min(1.0, SECOND_LOOK, self._ping_after)):
            if self._seen is not None and time.monotonic() >= look_again:
                self._find_late(session, self._seen)
            if session.overdue > self._command_timeout:
                session.close(ConnectionLost("FreeSWITCH did not answer a command"))
            elif session.silence >= self._ping_after:
                # A slow API command may be the reason: whoever sent it said how long it may take.
                patience = max(0.0, session.patience) + self._command_timeout
                try:
                    self.api(commands.api("global_getvar", "core_uuid"), patience)
                except CommandTimeout:
                    session.close(
                        ConnectionLost(f"FreeSWITCH has been silent for {self._ping_after + patience:g} s")
                    )

    def _find_late(self, session: Session, known: set[str]) -> None:
        try:
            for channel in resync.channels(self.api, known):
                session.deliver(self._on_event, channel)
        except CommandTimeout:
            return  # behind a slow command: on the next turn, then
        self._seen = None

    def _take(self, event: Event) -> None:
        if self._seen is not None:
            self._seen.add(event.uuid)
        if self._buffer is None:
            self._on_event(event)
        elif len(self._buffer) < MAX_BUFFERED:
            self._buffer.append(event)
        elif self._session is not None:
            self._session.close(ConnectionLost(f"{MAX_BUFFERED} events came before the snapshot was taken"))

    def _call(self, handler: Callable[[], None]) -> None:
        try:
            handler()
        except Exception:
            self.counters.handler_errors += 1
            _log.exception("switch_handler_failed")

    def _supervisor_died(self, supervisor: gevent.Greenlet[[], None]) -> None:
        """Only a fault in this file gets here: say it, and start over rather than leave the calls alone."""
        _log.critical("switch_supervisor_died", error=repr(supervisor.exception))
        self._start(LONGEST_PAUSE)

    def _start(self, seconds: float) -> None:
        self._supervisor = gevent.spawn_later(seconds, self._supervise)
        self._supervisor.link_exception(self._supervisor_died)
