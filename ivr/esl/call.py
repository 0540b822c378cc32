"""The Call port on FreeSWITCH: one call, driven over the event socket.

Applications run event-locked, one after the other, each with a UUID of ours that comes back when it begins
and ends. Digits, the end of a sound and a hangup arrive on one queue that `wait` reads.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, Protocol

import gevent
from gevent.queue import Empty, Queue

from ivr.call import (
    KEYS,
    Bridged,
    Event,
    Key,
    Piece,
    PlayEnded,
    SecretRule,
    Target,
    Woken,
)
from ivr.errors import (
    CallEnded,
    CommandFailed,
    CommandTimeout,
    ConnectionLost,
    IvoryError,
    RefusedInput,
    SwitchError,
)
from ivr.esl import commands, resync, wire
from ivr.esl.commands import ApiCall, Argument, Sound
from ivr.esl.job import OVER, SECRET, Job
from ivr.esl.sounds import Reel, Voice
from ivr.log import get
from ivr.numbers import may_dial
from ivr.settings import Calls

log = get(__name__)

MAX_KEYS = 200  # that may wait for a call's flow; nobody presses as many, but a broken phone might
LOOK_AFTER = 60.0  # seconds without an event after which the switch is asked how the call is
RECONNECT_PATIENCE = 60.0  # seconds a call waits for the event socket to come back
MOVED = "BLIND_TRANSFER"  # how a call ends for a flow when somebody takes the caller elsewhere
SILENCE_ENERGY = 200  # what FreeSWITCH calls silence on a telephone line when it records


class Link(Protocol):
    """What a call needs of the connection."""

    def execute(
        self, channel: str, application: str, argument: Argument | None = None, *, event_uuid: str
    ) -> Any:
        """Queue an application on a channel. Raises SwitchError."""

    def api(self, call: ApiCall) -> str:
        """Run an API command. Raises SwitchError."""

    def wait_up(self, timeout: float | None = None) -> bool:
        """Wait until FreeSWITCH is there; False when it took too long."""


@dataclass(frozen=True)
class Surroundings:
    """What all calls of a worker share."""

    link: Link
    voice: Voice
    options: Calls
    sounds: Path
    speech_deadline: float = 15.0


class SwitchCall:
    """A call on FreeSWITCH. `handle` is given the channel's events, on the connection's greenlet."""

    def __init__(self, around: Surroundings, arrival: wire.Event) -> None:
        self._around = around
        self._link = around.link
        self.id = arrival.uuid
        self.variables: Mapping[str, str] = arrival.headers()
        self.ani = arrival.get("Caller-Caller-ID-Number")
        self.dnis = arrival.get("Caller-Destination-Number")
        created = arrival.get("Caller-Channel-Created-Time")
        self.started = (
            datetime.fromtimestamp(int(created) / 1e6, UTC) if created.isdigit() else datetime.now(UTC)
        )
        self._events: Queue[Event | None] = (
            Queue()
        )  # bounded: keys by MAX_KEYS, the rest by what was asked for
        self._ended = ""
        self._moves = arrival.variable("transfer_history")
        self.moved = False
        """Whether the caller was taken elsewhere, by an agent's transfer: on the line, but not ours."""
        self._answered = bool(arrival.get("Answer-State") == "answered")
        self._job: Job | None = None
        self._doomed: set[str] = set()  # applications to be broken off as soon as they begin
        self._plays = 0

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

    def _put(self, event: Event | None) -> None:
        self._events.put_nowait(event)

    def _alive(self) -> None:
        if self._ended:
            raise CallEnded(self._ended)

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
        self.stop()
        self._plays += 1
        around = self._around
        reel = Reel(pieces, around.voice, around.sounds, around.speech_deadline, self.id)
        job = self._job = Job("play", str(uuid.uuid4()), self._plays, reel)
        if reel.ready:
            with self._begun(job):
                self._play_next(job)
        else:
            self._spawn_for(job, self._play_next)
        return self._plays

    def _play_next(self, job: Job) -> None:
        """Queue the next sounds of a play, waiting for them if need be; or report its end."""
        sounds = job.reel.take() if job.reel else []
        if job is not self._job or self._ended:
            return
        if sounds:
            self._run(job, "playback", commands.playback(sounds))
        else:
            self._job = None
            self._put(PlayEnded(job.number, complete=True))

    def stop(self) -> None:
        self._alive()
        job = self._job
        if job is None or job.kind != "play":
            return
        # What is queued next begins on the switch when the break took effect; nobody need wait for it here.
        self._job = None
        self._put(PlayEnded(job.number, complete=False))
        if job.running:
            self._break_off(job)

    # Recording ----------------------------------------------------------------------------------------

    def record(self, name: str, *, max_seconds: float, silence_seconds: float) -> None:
        self._alive()
        self.stop()
        path = (self._around.options.recordings / f"{name}.wav").absolute()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()  # FreeSWITCH hangs up on a path it cannot write
        except OSError as error:
            raise IvoryError(
                f"{path} cannot be recorded to: {error.strerror}", hint="see calls.recordings"
            ) from None
        argument = commands.recording(
            path.as_posix(),
            max_seconds=max(1, round(max_seconds)),
            silence_threshold=SILENCE_ENERGY if silence_seconds else 0,
            silence_seconds=round(silence_seconds),
        )
        self._api(commands.set_variables(self.id, {OVER["record"]: ""}))  # that of an earlier recording
        job = Job("record", str(uuid.uuid4()), path=path)
        with self._begun(job):
            self._run(job, "record", argument)

    def stop_record(self) -> None:
        self._alive()
        if self._job is not None and self._job.kind == "record":
            self._break_off(self._job)

    # Digits nobody may see ----------------------------------------------------------------------------

    def secret(self, pieces: Sequence[Piece], rule: SecretRule) -> None:
        self._alive()
        self.stop()
        around = self._around
        reel = Reel(pieces, around.voice, around.sounds, around.speech_deadline, self.id)
        sounds: list[Sound] = []
        while not reel.finished:
            sounds += reel.take()
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
        self._api(
            commands.set_variables(
                self.id, {"sensitive_dtmf": "true", SECRET: "", "read_terminator_used": ""}
            )
        )
        job = Job("secret", str(uuid.uuid4()))
        with self._begun(job):
            self._run(job, "play_and_get_digits", argument)

    # Bridging -----------------------------------------------------------------------------------------

    def bridge(self, target: Target) -> None:
        self._alive()
        self.stop()
        options = self._around.options
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
        self._api(
            commands.set_variables(
                self.id,
                {
                    "continue_on_fail": "true",
                    "hangup_after_bridge": "false",
                    "ringback": "%(1000,4000,450)",
                    "transfer_ringback": "%(1000,4000,450)",
                },
            )
        )
        job = Job("bridge", str(uuid.uuid4()), other=other, keys_after=target.digits_after_answer)
        with self._begun(job):
            self._run(job, "bridge", dial)

    def stop_bridge(self) -> None:
        self._alive()
        job = self._job
        if job is not None and job.kind == "bridge":
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
                key = event.get("DTMF-Digit")
                if len(key) == 1 and key in KEYS and self._events.qsize() < MAX_KEYS:
                    self._put(Key(key, self.monotonic()))
            case "CHANNEL_EXECUTE":
                begun = event.get("Application-UUID")
                if job and begun == job.uuid:
                    job.began = True
                if begun in self._doomed:
                    self._spawn(self._break_doomed, begun)
            case "CHANNEL_EXECUTE_COMPLETE" if event.variable("transfer_history") != self._moves:
                self._move()
            case "CHANNEL_EXECUTE_COMPLETE":
                self._doomed.discard(event.get("Application-UUID"))
                if job and event.get("Application-UUID") == job.uuid:
                    self._complete(job, event)
            case "CHANNEL_BRIDGE" if job and job.kind == "bridge":
                self._bridged(job)
            case "CHANNEL_ANSWER":
                self._answered = True
            case "CHANNEL_HANGUP" | "CHANNEL_HANGUP_COMPLETE":
                self._end(event.get("Hangup-Cause") or "NORMAL_CLEARING", raising=False)

    def _move(self) -> None:
        self.moved = True
        self._end(MOVED, raising=False)

    def lost(self, cause: str) -> None:
        """The channel is not there any more, though nobody saw it go."""
        self._end(cause, raising=False)

    def resume(self, channel: wire.Event) -> None:
        """The event socket was away and is back; `channel` is the call as it is now.

        What still runs is left alone, what ended unseen is over, and of what cannot be known the caller hears
        the sentence twice rather than silence.
        """
        if channel.variable("transfer_history") != self._moves:
            self._move()
        job = self._job
        if job is None or not job.running:
            return
        asked = (job.application, job.argument)
        if asked == (channel.variable("current_application"), channel.variable("current_application_data")):
            if job.kind == "bridge":
                if not job.stranded:
                    self._spawn_for(job, self._look_after_bridge, channel)
                return
            if not channel.variable(OVER[job.kind]):
                job.began, job.stranded = True, False
                return
            if job.began:
                self._complete(job, channel)
                return
        if not job.stranded:
            self._spawn_for(job, self._restart)

    def _look_after_bridge(self, job: Job, channel: wire.Event) -> None:
        """After the line was away: whether it rings, whether they talk, or what came of it."""
        talks_to = channel.variable("bridge_uuid")  # which stays when the talk is over
        talks = bool(talks_to) and self._lives(talks_to)
        lives = talks or self._lives(job.other)
        if job is not self._job:
            return
        answered = talks or channel.variable("originate_disposition") == "SUCCESS"
        if answered and not job.bridged_at:
            self._bridged(job)
        if not lives:
            self._complete(job, channel)

    def _lives(self, channel: str) -> bool:
        return self._link.api(commands.api("uuid_exists", channel)).strip() == "true"

    def _restart(self, job: Job) -> None:
        if job is self._job:
            self._run(job, job.application, Argument(job.argument), again=True)

    def _bridged(self, job: Job) -> None:
        job.bridged_at = self.monotonic()
        self._put(Bridged())
        if job.keys_after:
            self._spawn(self._send_keys, job.other, job.keys_after)

    def _complete(self, job: Job, event: wire.Event) -> None:
        job.running = False
        if job.kind == "play":
            if event.get("Application-Response") == "FILE NOT FOUND":
                Reel.failures["audio"] += 1
                log.warning(
                    "sound not found by the switch", call=self.id, data=event.get("Application-Data")[:200]
                )
            if job.reel and not job.reel.finished:
                self._spawn_for(job, self._play_next)
                return
        self._job = None
        if job.kind == "secret":
            self._spawn(self._forget_secret)
        self._put(job.result(event, self.monotonic()))

    # Commands -----------------------------------------------------------------------------------------

    @contextmanager
    def _begun(self, job: Job) -> Iterator[None]:
        """A job is there when it could be begun, and only then."""
        self._job = job
        try:
            yield
        except BaseException:
            if job is self._job:
                self._job = None
            raise

    def _run(self, job: Job, application: str, argument: Argument, *, again: bool = False) -> None:
        """Queue a job's application under a new UUID; `again`: in the place of what is queued."""
        job.application, job.argument, job.running = application, argument, True
        while not self._queued(job, again=again):
            if not self._link.wait_up(RECONNECT_PATIENCE):
                raise ConnectionLost("the event socket stays away")
            self._alive()
            if job is not self._job or not job.stranded:  # broken off, or found at work by `resume`
                return
            again = True

    def _queued(self, job: Job, *, again: bool) -> bool:
        """Whether an application could be queued; if not, the line has gone, and it may be there or not."""
        job.stranded = False
        try:
            if again and job.other and self._lives(job.other):
                return True
            if again:
                self._link.api(commands.api("uuid_break", self.id, "all"))
            if job is not self._job:
                return True
            job.uuid, job.began = str(uuid.uuid4()), False
            argument = Argument(job.argument)
            self._link.execute(self.id, job.application, argument, event_uuid=job.uuid)
        except ConnectionLost:
            job.stranded = True
            return False
        except CommandTimeout:
            self._doomed.add(job.uuid)  # it may begin yet
            raise
        except CommandFailed as error:
            self._refused(error)
        return True

    def _break_off(self, job: Job) -> None:
        """End a job's application. A break that comes before it begins would be lost, so that one waits."""
        if job.began:
            self._api(commands.api("uuid_break", self.id))
        else:
            self._doomed.add(job.uuid)

    def _break_doomed(self, application: str) -> None:
        if application in self._doomed:
            self._doomed.discard(application)
            self._api(commands.api("uuid_break", self.id))

    def _spawn(self, work: Callable[..., None], *arguments: Any) -> None:
        gevent.spawn(self._quietly, work, *arguments)

    def _spawn_for(self, job: Job, work: Callable[..., None], *arguments: Any) -> None:
        gevent.spawn(self._for_job, job, work, *arguments)

    def _for_job(self, job: Job, work: Callable[..., None], *arguments: Any) -> None:
        """Go on with a job behind the flow's back; if that fails the flow is told, lest it waits for ever."""
        if not self._quietly(work, job, *arguments) and job is self._job:
            self._job = None
            self._put(job.failure())

    def _quietly(self, work: Callable[..., None], *arguments: Any) -> bool:
        try:
            work(*arguments)
        except CallEnded:
            log.debug("call ended first", call=self.id, work=work.__name__)
        except IvoryError as error:
            log.warning("call command failed", call=self.id, work=work.__name__, error=str(error))
            return False
        except Exception:
            log.exception("call command failed", call=self.id, work=work.__name__)
            return False
        return True

    def _send_keys(self, channel: str, keys: str) -> None:
        self._link.api(commands.send_keys(channel, keys))

    def _forget_secret(self) -> None:
        self._api(
            commands.set_variables(self.id, {SECRET: "", f"{SECRET}_invalid": "", "sensitive_dtmf": ""})
        )

    def _execute(self, application: str) -> None:
        self._insist(lambda: self._link.execute(self.id, application, None, event_uuid=str(uuid.uuid4())))

    def _api(self, call: ApiCall) -> None:
        self._insist(lambda: self._link.api(call))

    def _insist(self, command: Callable[[], Any]) -> None:
        """Give a command, waiting for the event socket if it is away. The call itself is not in danger: the
        switch keeps it."""
        try:
            while not self._given(command):
                self._alive()
        except CommandFailed as error:
            self._refused(error)

    def _refused(self, error: CommandFailed) -> NoReturn:
        if "No such channel" in error.message or "invalid session" in error.message:
            self._end("NORMAL_CLEARING", raising=True)
        raise error

    def _given(self, command: Callable[[], Any]) -> bool:
        """Whether a command could be given; if not, the event socket was away and is back."""
        try:
            command()
        except ConnectionLost:
            if not self._link.wait_up(RECONNECT_PATIENCE):
                raise
            return False
        return True

    def _end(self, cause: str, *, raising: bool) -> None:
        if not self._ended:
            self._ended = cause
            self._job = None
            self._put(None)
        if raising:
            raise CallEnded(self._ended)
