"""A test call on the FreeSWITCH that is attached: placed, driven and watched over its event socket.

It is a loopback call: half A is the caller, who waits parked and sends keys; half B runs the dialplan and is
the call that Ivory answers. What B plays is what the caller hears. Needs gevent's patches.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import gevent
from gevent.queue import Empty, Full, Queue

from ivr.errors import CommandFailed, IvoryError, SwitchError
from ivr.esl import commands, resync
from ivr.esl.connection import Connection
from ivr.esl.wire import Event
from ivr.lab.script import Ear, Step, follow
from ivr.lab.words import played
from ivr.settings import Switch
from ivr.switch.sounds import file_seconds

EVENTS = (
    "CHANNEL_ORIGINATE",
    "CHANNEL_PARK",
    "CHANNEL_ANSWER",
    "CHANNEL_BRIDGE",
    "CHANNEL_UNBRIDGE",
    "DTMF",
    "PLAYBACK_START",
    "PLAYBACK_STOP",
    "MEDIA_BUG_START",
    "MEDIA_BUG_STOP",
    "RECORD_START",
    "RECORD_STOP",
    "CHANNEL_HANGUP_COMPLETE",
)
RING_SECONDS = 60
MAX_SEEN = 10_000
_LOOK = 0.05
_MUSIC = "local_stream://"
SLACK = 0.1  # seconds by which a sound that was heard to its end may seem too short
GRACE = 5.0  # seconds for the last events of a call that was hung up


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that happened to the call.

    `at`: seconds since it was placed. `event`: arrived, answered, prompt, prompt_ended, key, bridged,
    unbridged, recording, recorded, ended. `text`: words, a key, a party, a file or a hangup cause.
    """

    at: float
    event: str
    text: str = ""
    complete: bool = True

    @property
    def row(self) -> dict[str, float | str | bool]:
        """What there is to say of it, for JSON."""
        row: dict[str, float | str | bool] = {"at": self.at, "event": self.event}
        if self.text:
            row["text"] = self.text
        if self.event == "prompt_ended":
            row["complete"] = self.complete
        return row


class Probe:
    """One test call. `called` is the id of the call that Ivory sees, once there is one."""

    def __init__(self, switch: Switch, number: str, ani: str, context: str) -> None:
        self.caller = str(uuid.uuid4())
        self.called = ""
        self.answered = False
        self._number, self._switch = number, switch
        self._dial = commands.into_dialplan(
            number,
            context,
            {
                "origination_uuid": self.caller,
                "origination_caller_id_number": ani,
                "originate_timeout": RING_SECONDS,
                "loopback_bowout": False,
            },
        )
        self._ear = Ear()
        self._gone = False
        self._laid_over: dict[str, float] = {}  # sounds that are heard now, and since when
        self._seen: Queue[Seen | None] = Queue(MAX_SEEN)
        self._began = time.monotonic()
        self._failure: IvoryError | None = None
        self._connection = Connection(
            switch.host,
            switch.port,
            switch.password.get_secret_value(),
            on_event=self._event,
            on_up=self._up,
            on_down=self._down,
            connect_timeout=switch.connect_timeout,
            command_timeout=switch.command_timeout,
            events=EVENTS,
        )

    @property
    def elapsed(self) -> float:
        """Seconds since the call was placed."""
        return time.monotonic() - self._began

    def run(self, steps: Sequence[Step], told: Callable[[Seen], object], limit: float) -> None:
        """Place the call, follow the script, tell what happens until it ends; after `limit` seconds, and when
        interrupted, hang up.

        Raises:
            SwitchError: FreeSWITCH is not there, or went away.
            IvoryError: it did not take the call, or the script waited in vain.
        """
        self._connection.start()
        try:
            self._attach()
            self._began = time.monotonic()
            placing, actor = gevent.spawn(self._place), gevent.spawn(self._act, steps)
            try:
                if not self._tell(told, self._began + limit) and not actor.ready():
                    self._failure = IvoryError(f"the script was not done within {limit:g} s")
            except KeyboardInterrupt:
                pass  # Ctrl-C is how one hangs up
            finally:
                gevent.killall([placing, actor], timeout=2)
                self.hangup()
            if not self._gone:
                self._tell(told, time.monotonic() + GRACE)
            if self._failure:
                raise self._failure
        finally:
            self._connection.stop()

    def _attach(self) -> None:
        """Wait for the line. The first failure is enough, as somebody is waiting for a word, unless it was
        that nobody answered: FreeSWITCH has five callers wait at its door, and forgets the others."""
        began, not_yet = time.monotonic(), self._connection.failure
        patience = self._switch.connect_timeout
        while not self._connection.wait_up(_LOOK):
            waited = time.monotonic() - began
            failed = self._connection.failure is not not_yet
            if (failed and waited < patience) or waited >= patience + self._switch.command_timeout:
                raise self._connection.failure

    # What the caller does -----------------------------------------------------------------------------

    def press(self, keys: str) -> None:
        self._connection.api(commands.send_keys(self.caller, keys))

    def say(self, wav: Path) -> float:
        raise IvoryError("a test call cannot speak", hint="press keys")

    def hangup(self) -> None:
        if not self._gone:
            try:
                self._connection.api(commands.kill(self.caller))
            except SwitchError:
                self._end()  # the call, or the line to it, has gone already

    def _place(self) -> None:
        try:
            self._connection.bgapi(commands.originate(self._dial)).get(RING_SECONDS + 5)
        except CommandFailed as error:
            if not self.called:
                self._fail(IvoryError(f"the call to {self._number} was not taken: {error.message}"))
        except SwitchError as error:
            self._fail(error)

    def _act(self, steps: Sequence[Step]) -> None:
        try:
            follow(steps, self, self._ear)
        except IvoryError as error:
            self._fail(error)

    # What happens to the call -------------------------------------------------------------------------

    def _event(self, event: Event) -> None:
        if event.uuid == self.caller:
            if event.name == "CHANNEL_ORIGINATE":
                self.called = event.variable("other_loopback_leg_uuid")
            elif event.name == "CHANNEL_HANGUP_COMPLETE" and not self.called:
                self._end()
        elif self.called and event.uuid == self.called:
            self._of_call(event)

    def _of_call(self, event: Event) -> None:
        match event.name:
            case "CHANNEL_PARK" if not self.answered:
                self._see("arrived", event.variable("ivr_flow"))
            case "CHANNEL_ANSWER":
                self.answered = True
                self._see("answered")
            case "PLAYBACK_START":
                self._heard(event.get("Playback-File-Path"))
            case "PLAYBACK_STOP":
                whole = event.get("Playback-Status") != "break"
                self._unheard(event.get("Playback-File-Path"), complete=whole)
            case "MEDIA_BUG_START" if event.get("Media-Bug-Function") == "displace":
                target = event.get("Media-Bug-Target")
                self._laid_over[target] = self.elapsed
                self._heard(target)
            case "MEDIA_BUG_STOP" if event.get("Media-Bug-Function") == "displace":
                target = event.get("Media-Bug-Target")
                lasted = self.elapsed - self._laid_over.pop(target, self.elapsed)
                # The event is the same for a sound that was stopped; only the time it took tells.
                self._unheard(target, complete=lasted + SLACK >= (file_seconds(target) or 0.0))
            case "DTMF":
                self._see("key", event.get("DTMF-Digit"))
            case "CHANNEL_BRIDGE":
                self._see(
                    "bridged",
                    event.get("Other-Leg-Destination-Number") or event.get("Other-Leg-Channel-Name"),
                )
            case "CHANNEL_UNBRIDGE":
                self._see("unbridged")
            case "RECORD_START":
                self._see("recording", event.get("Record-File-Path"))
            case "RECORD_STOP":
                self._see("recorded", event.get("Record-File-Path"))
            case "CHANNEL_HANGUP_COMPLETE":
                self._see("ended", event.get("Hangup-Cause"))
                self._end()

    def _heard(self, path: str) -> None:
        if words := played(path):  # silence may last as long as the call, and is no prompt
            if path.startswith(_MUSIC):
                self._ear.music(True)
                self._ear.heard(words)
            else:
                self._ear.began()
            self._see("prompt", words)

    def _unheard(self, path: str, *, complete: bool) -> None:
        if words := played(path):
            if path.startswith(_MUSIC):
                self._ear.music(False)
            else:
                if complete:
                    self._ear.heard(words)
                self._ear.ended()
            self._see("prompt_ended", complete=complete)

    def _see(self, event: str, text: str = "", *, complete: bool = True) -> None:
        self._put(Seen(round(self.elapsed, 3), event, text, complete))

    def _put(self, seen: Seen | None) -> None:
        try:
            self._seen.put_nowait(seen)
        except Full:
            self._failure = IvoryError("more happened than could be told")

    def _fail(self, error: IvoryError) -> None:
        self._failure = self._failure or error
        self._put(None)

    def _end(self) -> None:
        self._gone = True
        self._ear.hang_up()
        self._put(None)

    def _tell(self, told: Callable[[Seen], object], until: float) -> bool:
        """Tell what is seen until the call's end or a failure; False: time is up."""
        while True:
            try:
                seen = self._seen.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                return False
            if seen is None:
                return True
            told(seen)

    def _up(self, _snapshot: resync.Snapshot, restarted: bool) -> None:
        if restarted:
            self._fail(SwitchError("FreeSWITCH was restarted, and the call is gone"))

    def _down(self, reason: SwitchError) -> None:
        self._fail(reason)
