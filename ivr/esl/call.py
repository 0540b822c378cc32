"""The Call port on FreeSWITCH: one call, driven over the event socket.

What a flow asks for becomes an application on the channel or an API command; digits, the end of a sound and a
hangup arrive on one queue that `wait` reads.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

from gevent.queue import Empty

from ivr.call import (
    KEYS,
    Bridged,
    BridgeEnded,
    Event,
    Hearing,
    Kept,
    Key,
    Piece,
    SecretRule,
    Target,
    Woken,
)
from ivr.errors import CommandFailed, IvoryError, RefusedInput, SwitchError
from ivr.esl import commands, keeping, resync, wire
from ivr.esl.channel import Link
from ivr.esl.commands import ApiCall, Sound
from ivr.esl.job import CONNECT, OVER, SECRET, Job, arriving
from ivr.esl.listening import Ears, Listening
from ivr.esl.recordings import LocalRecordings, Recordings
from ivr.esl.sounds import SHARED_DISK, Carrier, Reel, Voice
from ivr.esl.speaking import Speaker
from ivr.log import get
from ivr.numbers import may_dial
from ivr.settings import Calls

log = get(__name__)

MAX_KEYS = 200  # that may wait for a call's flow; nobody presses as many, but a broken phone might
LOOK_AFTER = 60.0  # seconds without an event after which the switch is asked how the call is
CUSTOMER = "ivr_customer"  # the channel variable of a call that was made to a customer: their number
DIALLED = "ivr_dialled"  # and the number they had dialled themselves, in the call in which they asked for it
SILENCE_ENERGY = 200  # what FreeSWITCH calls silence on a telephone line when it records


@dataclass(frozen=True)
class Surroundings:
    """What all calls of a worker share; `owner` is the name by which it says that a call is its own."""

    link: Link
    voice: Voice
    options: Calls
    sounds: Path
    speech_deadline: float = 15.0
    owner: str = ""
    carrier: Carrier = SHARED_DISK
    recordings: Recordings | None = None
    """Where FreeSWITCH records to; None: the folder of `options`, on a disk it shares with us."""
    ears: Ears | None = None
    """What hears callers; None: nobody does."""


class SwitchCall(Speaker):
    """A call on FreeSWITCH. `handle` is given the channel's events, on the connection's greenlet."""

    def __init__(self, around: Surroundings, arrival: wire.Event) -> None:
        super().__init__(around.link, arrival)
        self._around = around
        self.dialling = around.options
        """How others are rung from this call."""
        self._recordings = around.recordings or LocalRecordings(around.options.recordings)
        self.variables: Mapping[str, str] = wire.Headers(arrival)
        self.ani = arrival.variable(CUSTOMER) or arrival.get("Caller-Caller-ID-Number")
        self.dnis = arrival.get("Caller-Destination-Number")
        if arrival.variable(CUSTOMER):  # it was we who called
            self.dnis = arrival.variable(DIALLED)
        self.started = arrival.created or self.now()
        self._answered = arrival.get("Answer-State") == "answered"
        self._kept_talk = False
        self._listening = Listening(self.id, around.link, around.ears, self._put)
        self._arrival = arrival
        self._keeper = keeping.Keeper(arrival, around.owner)
        self.going_on = self.going_on_with = ""
        if doing := keeping.going_on(arrival):
            self.going_on, self.going_on_with = doing.kind, doing.detail
            path = self._recording(doing.detail) if doing.kind == "record" else None
            self._take_up(doing, arrival, path)
        elif (doing := keeping.begun(arrival)) and doing.kind == "bridge" and self._moves:
            # Somebody took the caller elsewhere after the talk, and has sent them back.
            self.going_on = doing.kind
            self._put(BridgeEnded("answered", "NORMAL_CLEARING"))

    # Time and events ----------------------------------------------------------------------------------

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, timeout: float | None) -> Event | None:
        self._alive()
        event = self._next(LOOK_AFTER if timeout is None else timeout)
        while event is None and timeout is None:
            self._look()
            event = self._next(LOOK_AFTER)
        return event

    def _next(self, timeout: float) -> Event | None:
        try:
            event = self._events.get(timeout=timeout)
        except Empty:
            event = None
        self._alive()
        return event

    def _look(self) -> None:
        """Ask the switch how the call is: an event that was lost must not hold its flow for ever."""
        try:
            channel = resync.parse_dump(self._link.api(commands.api("uuid_dump", self.id)))
            self._look_after_sounds()
        except CommandFailed:
            self._end("NORMAL_UNSPECIFIED", raising=True)
        except SwitchError as error:
            log.warning("call could not be looked at", call=self.id, error=str(error))
        else:
            job = self._job
            # Only an end is looked for: what runs, above all a talk, is left alone while the line is there.
            if channel is not None and job is not None and job.began and job.over(channel):
                self._complete(job, channel)

    def wake(self) -> None:
        self._put(Woken())

    # What outlives a worker ---------------------------------------------------------------------------

    @cached_property
    def kept(self) -> Kept | None:
        """What an earlier worker kept; may wait for the switch. Raises IvoryError when it cannot be read."""
        found = keeping.read(self._arrival, self._link.api)
        del self._arrival
        return found

    def keep(self, text: str, keys: str) -> None:
        self._kept_by(partial(self._keeper.state, text, keys))

    def amend(self, text: str) -> None:
        self._kept_by(partial(self._keeper.amended, text))

    def _kept_by(self, commands: Callable[[], list[ApiCall]]) -> None:
        try:
            calls = commands()
        except RefusedInput as error:
            log.warning("state not kept", call=self.id, error=str(error))
            return
        self._post(*calls)

    def keep_keys(self, keys: str) -> None:
        self._post(self._keeper.keys(keys))

    def guard(self, seconds: int) -> Sequence[ApiCall]:
        """The commands that set its dead-man timer anew; none while it is connected, or being connected, with
        somebody, as FreeSWITCH sees to that itself."""
        kind = self._job.kind if self._job else ""
        if self._ended or kind in ("bridge", CONNECT):
            return ()
        if kind == "record":
            return commands.guard(self.id, seconds, commands.api("uuid_break", self.id, "all"))
        return commands.guard(self.id, seconds, self._end_music())

    def _endless_begins(self) -> None:
        if seconds := self._around.options.guard:
            self._post(*self.guard(seconds))

    def _gone(self) -> None:
        super()._gone()
        self._listening.end()
        if self._keeper.stored and not self.moved:
            self._post(keeping.forget_state(self.id))

    # Answering and ending -----------------------------------------------------------------------------

    def answer(self) -> None:
        self._alive()
        if not self._answered:
            self._answered = True
            self._execute("answer")

    def pre_answer(self) -> None:
        self._alive()
        if not self._answered:
            self._execute("pre_answer")

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        self._alive()
        self._api(commands.kill(self.id, cause))
        self._end(cause, raising=False)

    # Playing ------------------------------------------------------------------------------------------

    def play(self, pieces: Sequence[Piece]) -> int:
        self._alive()
        self._silence()
        return self._begin(self._reel(pieces))

    def stop(self) -> None:
        self._alive()
        self._silence()

    def _reel(self, pieces: Sequence[Piece]) -> Reel:
        around = self._around
        return Reel(pieces, around.voice, around.sounds, around.speech_deadline, self.id, around.carrier)

    # Listening ----------------------------------------------------------------------------------------

    def listen(self, hearing: Hearing) -> int:
        self._alive()
        return self._listening.listen(hearing)

    def stop_listening(self) -> None:
        self._alive()
        self._listening.stop()

    def _sounds(self, on: bool) -> None:
        self._listening.sounds(on)

    def _end_left(self, buglist: str) -> None:
        super()._end_left(buglist)
        self._listening.end_left(buglist)

    # Recording ----------------------------------------------------------------------------------------

    def record(self, name: str, *, max_seconds: float, silence_seconds: float) -> None:
        self._alive()
        self.stop()
        place = self._recordings.begin(self.id, name)  # FreeSWITCH hangs up on what it cannot write
        self._alive()
        argument = commands.recording(
            place,
            max_seconds=max(1, round(max_seconds)),
            silence_threshold=SILENCE_ENERGY if silence_seconds else 0,
            silence_seconds=round(silence_seconds),
        )
        # Also the length of an earlier recording goes.
        if seconds := self._around.options.guard:
            self._post(*commands.guard(self.id, seconds, commands.api("uuid_break", self.id, "all")))
        self._api(self._keeper.begun(keeping.Doing("record", name), {OVER["record"]: ""}))
        job = Job("record", str(uuid.uuid4()), path=self._recording(name))
        with self._begun(job):
            self._run(job, "record", argument)

    def _complete(self, job: Job, event: wire.Event) -> None:
        if job.kind == "record" and job.path is not None:
            self._recordings.ended(job.path)
        super()._complete(job, event)

    def _recording(self, name: str) -> Path:
        return (self._around.options.recordings / f"{name}.wav").absolute()

    def stop_record(self) -> None:
        self._alive()
        if self._job is not None and self._job.kind == "record":
            self._break_off(self._job)

    # Digits nobody may see ----------------------------------------------------------------------------

    def secret(self, pieces: Sequence[Piece], rule: SecretRule) -> None:
        self._alive()
        self.stop()
        self._listening.end()
        reel = self._reel(pieces)
        sounds: list[Sound] = []
        for sound in iter(reel.next, None):
            sounds.append(sound)
            self._alive()
        argument = commands.get_digits(
            commands.playback(sounds) if sounds else None,
            SECRET,
            least=max(1, rule.min_length),
            most=rule.max_length,
            terminators=rule.terminator,
            noinput_ms=max(1000, round(rule.noinput_after * 1000)),
            digit_ms=round(rule.digit_timeout * 1000),
        )
        old = dict.fromkeys((SECRET, f"{SECRET}_invalid", OVER["secret"], "read_terminator_used"), "")
        self._api(self._keeper.begun(keeping.Doing("secret"), {"sensitive_dtmf": "true", **old}))
        job = Job("secret", str(uuid.uuid4()))
        with self._begun(job):
            self._run(job, "play_and_get_digits", argument)

    # Bridging -----------------------------------------------------------------------------------------

    def bridge(self, target: Target) -> None:
        self._alive()
        self.stop()
        self._listening.end()
        options = self.dialling
        if target.kind == "number" and not (options.number and may_dial(target.address, options.allow)):
            raise RefusedInput(
                f"{target.address} may not be dialled", hint="see the settings calls.number and calls.allow"
            )
        template = options.extension if target.kind == "extension" else options.number
        other = str(uuid.uuid4())
        variables: dict[str, str | int | bool] = {
            "origination_uuid": other,
            "originate_timeout": max(1, round(target.ring_seconds)),
        }
        if target.caller_id not in ("", self.ani):  # the caller's own is shown anyway, whatever is in it
            variables["origination_caller_id_number"] = target.caller_id
        dial = commands.dial_string(template, target.address, variables)
        talk = {
            **dict.fromkeys(commands.KEPT_TALK if self._stays() else (), ""),
            "continue_on_fail": "true",
            "hangup_after_bridge": "false",
            "ringback": "%(1000,4000,450)",
            "transfer_ringback": "%(1000,4000,450)",
        }
        self._kept_talk = False
        self._forget_talks()
        if options.guard:  # from here on FreeSWITCH keeps the timer, first of all for as long as it may ring
            talk |= commands.guarded_talk(self.id, options.guard)
            self._post(*commands.guard(self.id, options.guard + round(target.ring_seconds)))
        self._api(self._keeper.begun(keeping.Doing("bridge", other), talk))
        job = Job("bridge", str(uuid.uuid4()), other=other, keys_after=target.digits_after_answer)
        with self._begun(job):
            self._run(job, "bridge", dial)

    def _forget_talks(self) -> None:
        """What is still to be told of a talk before is not about the one that begins: a caller who comes back
        from where an agent's telephone had sent them has such a past."""
        for event in [self._events.get_nowait() for _ in range(self._events.qsize())]:
            if not isinstance(event, Bridged | BridgeEnded):
                self._events.put_nowait(event)

    def connect(self, leg: str, refused: Callable[[], object] = lambda: None) -> None:
        """As the port says; never waits, so that an event handler may do it. A call that is connected already
        goes over to `leg`, and of the talk before no `BridgeEnded` is told.

        Raises:
            CallEnded: the caller has gone.
            IvoryError: the flow is at something that cannot be broken off.
        """
        self._alive()
        before = self._job
        if before is not None and before.kind != CONNECT:
            raise IvoryError(f"the call is busy with: {before.kind}")
        self._silence()
        self._listening.end()
        ring: tuple[ApiCall, ...] = ()
        if not self._answered:
            self._answered = True
            ring = (commands.api("uuid_answer", self.id),)
        begun = self._keeper.begun(keeping.Doing(CONNECT, leg), self._talk_needs())
        job = self._job = Job(CONNECT, leg, running=True, began=True, other=leg, history=self._moves)
        self._forget_queued()
        # What is queued on the channel would run once they talk, before one hears the other.
        self._post(*ring, begun, commands.api("uuid_break", self.id, "all"))
        try:
            self._link.post(
                commands.api("uuid_bridge", self.id, leg), failed=partial(self._not_connected, job, refused)
            )
        except SwitchError as error:
            self._not_connected(job, refused, error)

    def _talk_needs(self) -> dict[str, str]:
        """What FreeSWITCH must know of the call before it is connected with somebody: that it stays when they
        have gone, and who keeps the timer meanwhile. Said once, and nothing that the dialplan has said."""
        if self._kept_talk:
            return {}
        self._kept_talk = True
        needs = {"hangup_after_bridge": "false", **commands.kept_talk()}
        if seconds := self._around.options.guard:
            needs |= commands.guarded_talk(self.id, seconds)
        told, always = self.variables, commands.KEPT_TALK  # which `bridge` may have taken away since
        return {
            name: value
            for name, value in needs.items()
            if name in always or told.get(f"variable_{name}") != value
        }

    def _stays(self) -> bool:
        """Whether it would be parked after a talk, instead of going on where it was."""
        return self._kept_talk or bool(self.variables.get(f"variable_{commands.KEPT_TALK[0]}"))

    def _not_connected(self, job: Job, refused: Callable[[], object], error: SwitchError) -> None:
        """The two were not joined. Without a line that is not known: `resume` finds out."""
        if job is self._job and isinstance(error, CommandFailed):
            log.info("not connected", call=self.id, leg=job.other, error=str(error))
            self._job = None
            self._put(job.failure())
            refused()

    def _connected(self, job: Job, event: wire.Event) -> None:
        """A CHANNEL_BRIDGE."""
        if event.get("Bridge-B-Unique-ID") == job.other:
            self._taken(event)  # takes note of it as our own doing
            self._bridged(job)

    def _parted(self, job: Job, event: wire.Event) -> None:
        """A CHANNEL_PARK: the talk is over, or never began. One from before this talk is about the last."""
        if arriving(event, job.other):
            self._taken(event)  # takes note of it as our own doing
        elif self._taken(event):
            self._move()
        elif event.variable("transfer_history") != job.history:
            self._complete(job, event)

    def stop_bridge(self) -> None:
        self._alive()
        job = self._job
        if job is not None and job.kind in ("bridge", CONNECT):
            try:
                self._link.api(commands.kill(job.other))
            except CommandFailed:
                log.debug("nobody to hang up", call=self.id)

    # What FreeSWITCH reports --------------------------------------------------------------------------

    def handle(self, event: wire.Event) -> None:
        """Take one of the channel's events; never waits."""
        job = self._job
        match event.name:
            case "DTMF":
                self._pressed(event.get("DTMF-Digit"))
            case "MEDIA_BUG_STOP":
                self._sound_ended(event)
            case "CHANNEL_EXECUTE":
                self._execution_began(event)
            case "CHANNEL_EXECUTE_COMPLETE":
                self._execution_ended(event)
            case "CHANNEL_BRIDGE" if job and job.kind == "bridge":
                self._bridged(job)
            case "CHANNEL_BRIDGE" if job and job.kind == CONNECT:
                self._connected(job, event)
            case "CHANNEL_UNBRIDGE" if job and job.kind == CONNECT and self._taken(event):
                self._move()
            case "CHANNEL_PARK" if job and job.kind == CONNECT:
                self._parted(job, event)
            case "CHANNEL_ANSWER":
                self._answered = True
            case "CHANNEL_HANGUP" | "CHANNEL_HANGUP_COMPLETE":
                self._end(event.get("Hangup-Cause") or "NORMAL_CLEARING", raising=False)

    def _pressed(self, key: str) -> None:
        if len(key) == 1 and key in KEYS and self._events.qsize() < MAX_KEYS:
            self._put(Key(key, self.monotonic()))

    def lost(self, cause: str) -> None:
        """The channel is not there any more, though nobody saw it go."""
        self._end(cause, raising=False)
