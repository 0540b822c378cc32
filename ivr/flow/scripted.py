"""A call without a telephone: a scripted caller on a virtual clock, for a flow's tests.

It is the Call port's second implementation. Nothing waits: time jumps to whatever comes next, so a call of
ten minutes takes a millisecond, and the same script always gives the same call.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ivr.call import (
    KEYS,
    BridgeEnded,
    Event,
    Key,
    Music,
    Piece,
    PlayEnded,
    RecordEnded,
    SecretEnded,
    SecretRule,
    Silence,
    Speech,
    Target,
    Tone,
    Woken,
)
from ivr.clock import VirtualClock
from ivr.errors import CallEnded
from ivr.flow import phrases

KEY_SPACING = 0.2  # seconds between keys of one `Press`
AUDIO_SECONDS = 2.0  # what a recorded file is taken to last
PATIENCE = 3600.0  # seconds of virtual time after which a caller who only waits is taken to have gone


# What a scripted caller does ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hear:
    """Wait until words are heard that hold `text`."""

    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys, one after the other."""

    keys: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """Leave."""

    cause: str = "NORMAL_CLEARING"


@dataclass(frozen=True, slots=True)
class Speak:
    """Talk for so many seconds (only recordings notice)."""

    seconds: float


Step = Hear | Press | Pause | HangUp | Speak


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript: seconds since the call began, who, what."""

    at: float
    who: str
    text: str


class ScriptedCall:
    """The Call port, played by a script.

    Args:
        steps: what the caller does; when they are used up the caller listens until the flow ends.
        answers: how a bridged party behaves, by address: (result, seconds it talks).
        started: the moment of the call, aware.
    """

    def __init__(
        self,
        steps: Sequence[Step] = (),
        *,
        ani: str = "13800000000",
        dnis: str = "95598",
        call_id: str = "00000000-0000-4000-8000-000000000001",
        started: datetime | None = None,
        variables: Mapping[str, str] | None = None,
        answers: Mapping[str, tuple[str, float]] | None = None,
    ) -> None:
        self.clock = VirtualClock(started)
        self.id, self.ani, self.dnis = call_id, ani, dnis
        self.started = self.clock.now()
        self.variables: Mapping[str, str] = variables or {}
        self.answered = False
        self.cause = ""
        self.transcript: list[Line] = []
        self.bridged: list[Target] = []
        self.missed: Hear | None = None
        self._answers = answers or {}
        self._steps: Iterator[Step] = iter(steps)
        self._step: Step | None = None
        self._ready_at = 0.0
        self._unheard: list[str] = []
        self._agenda: list[tuple[float, int, Callable[[], Event | None]]] = []
        self._order = 0
        self._plays = 0
        self._playing: int | None = None
        self._recording: tuple[str, float, float] | None = None
        self._spoken_until = 0.0
        self._secret: tuple[SecretRule, str] | None = None

    # The port -----------------------------------------------------------------------------------------

    def monotonic(self) -> float:
        return self.clock.monotonic()

    def now(self) -> datetime:
        return self.clock.now()

    def answer(self) -> None:
        self._alive()
        self.answered = True

    def pre_answer(self) -> None:
        self._alive()

    def play(self, pieces: Sequence[Piece]) -> int:
        self._alive()
        self._plays += 1
        self._playing = play = self._plays
        at = self.monotonic()
        for piece in pieces:
            text, seconds = _sound(piece)
            self._at(at, lambda text=text, play=play: self._hear(text, play, began=True))  # type: ignore[misc]
            at += seconds
            self._at(at, lambda text=text, play=play: self._hear(text, play, began=False))  # type: ignore[misc]
        self._at(at, lambda: self._play_ended(play, complete=True))
        return play

    def stop(self) -> None:
        self._alive()
        if (play := self._playing) is not None:
            self._at(self.monotonic(), lambda: self._play_ended(play, complete=False))

    def record(self, name: str, *, max_seconds: float, silence_seconds: float) -> None:
        self._alive()
        began = self.monotonic()
        self._recording = (name, began, silence_seconds)
        self._note("switch", f"records {name}")
        self._at(began + max_seconds, self._record_ended)
        if silence_seconds:
            self._at(max(began, self._spoken_until) + silence_seconds, self._record_silent)

    def stop_record(self) -> None:
        self._alive()
        self._at(self.monotonic(), self._record_ended)

    def secret(self, pieces: Sequence[Piece], rule: SecretRule) -> None:
        self.play(pieces)
        self._secret = (rule, "")

    def bridge(self, target: Target) -> None:
        self._alive()
        self.bridged.append(target)
        result, talks = self._answers.get(target.address, ("answered", 10.0))
        self._note("switch", f"rings {target.address}")
        ringing = {"answered": 2.0, "no_answer": target.ring_seconds}.get(result, 1.0)
        cause = {"answered": "NORMAL_CLEARING", "no_answer": "NO_ANSWER", "busy": "USER_BUSY"}.get(
            result, "CALL_REJECTED"
        )
        talked = talks if result == "answered" else 0.0
        self._at(self.monotonic() + ringing + talked, lambda: BridgeEnded(result, cause, talked))

    def stop_bridge(self) -> None:
        self._alive()

    def wake(self) -> None:
        self._at(self.monotonic(), Woken)

    def wake_after(self, seconds: float) -> None:
        """Wake the call when `seconds` of its time have passed."""
        self._at(self.monotonic() + seconds, Woken)

    def wait(self, timeout: float | None) -> Event | None:
        self._alive()
        deadline = self.monotonic() + (PATIENCE if timeout is None else timeout)
        while True:
            self._act()
            if not self._agenda or self._agenda[0][0] > deadline:
                self._move_to(deadline)
                if timeout is None:
                    self._gone("NORMAL_CLEARING")
                return None
            at, _, what = heapq.heappop(self._agenda)
            self._move_to(at)
            event = what()
            if event is not None:
                return event

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        self._alive()
        self.cause = cause
        self._note("switch", f"hangs up: {cause}")

    # The caller ---------------------------------------------------------------------------------------

    @property
    def heard(self) -> str:
        """Everything the caller heard, in order."""
        return " ".join(line.text for line in self.transcript if line.who == "ivr")

    @property
    def finished(self) -> bool:
        """Whether the caller did everything the script says."""
        if self._step is None:
            self._step = next(self._steps, None)
        return self._step is None

    def _act(self) -> None:
        """Let the caller do what the script says for now."""
        while self._ready_at <= self.monotonic():
            if self._step is None:
                self._step = next(self._steps, None)
            match self._step:
                case None:
                    return
                case Hear(text):
                    index = next((i for i, words in enumerate(self._unheard) if text in words), None)
                    if index is None:
                        return
                    del self._unheard[: index + 1]
                case Press(keys):
                    self._press(keys)
                case Pause(seconds):
                    self._later(seconds)
                case Speak(seconds):
                    self._spoken_until = self.monotonic() + seconds
                    self._later(seconds)
                    if self._recording and self._recording[2]:
                        self._at(self._spoken_until + self._recording[2], self._record_silent)
                case HangUp(cause):
                    self._gone(cause)
            self._step = None

    def _later(self, seconds: float) -> None:
        self._ready_at = self.monotonic() + seconds
        self._at(self._ready_at, lambda: None)

    def _press(self, keys: str) -> None:
        for number, key in enumerate(keys):
            if key not in KEYS:
                raise ValueError(f"{key!r} is not a key")
            at = self.monotonic() + number * KEY_SPACING
            self._at(at, lambda key=key, at=at: self._pressed(key, at))  # type: ignore[misc]
        self._later(len(keys) * KEY_SPACING)

    def _pressed(self, key: str, at: float) -> Event | None:
        if self._secret is None:
            self._note("caller", key)
            return Key(key, at)
        self._note("caller", "•")
        rule, digits = self._secret
        if key == rule.terminator or len(digits) + 1 >= rule.max_length:
            entry = digits if key == rule.terminator else digits + key
            return self._secret_ended(entry, key == rule.terminator)
        self._secret = rule, digits + key
        marker = self._secret
        self._at(
            at + rule.digit_timeout,
            lambda: self._secret_ended(marker[1], False) if self._secret is marker else None,
        )
        return None

    # What happens -------------------------------------------------------------------------------------

    def _hear(self, text: str, play: int, *, began: bool) -> None:
        if self._playing != play or not text:
            return
        if began:
            self._note("ivr", text)
        else:
            self._unheard.append(text)

    def _play_ended(self, play: int, *, complete: bool) -> Event | None:
        if self._playing != play:
            return None
        self._playing = None
        if self._secret is not None:
            rule, _ = marker = self._secret
            wait = self.monotonic() + rule.noinput_after
            self._at(wait, lambda: self._secret_ended("", False) if self._secret is marker else None)
            return None
        return PlayEnded(play, complete)

    def _secret_ended(self, digits: str, terminated: bool) -> Event:
        self._secret = self._playing = None
        return SecretEnded(digits, terminated)

    def _record_silent(self) -> Event | None:
        return None if self.monotonic() < self._spoken_until else self._record_ended()

    def _record_ended(self) -> Event | None:
        if self._recording is None:
            return None
        name, began, _ = self._recording
        self._recording = None
        return RecordEnded(Path(f"{name}.wav"), self.monotonic() - began)

    def _at(self, at: float, what: Callable[[], Event | None]) -> None:
        self._order += 1
        heapq.heappush(self._agenda, (at, self._order, what))

    def _move_to(self, at: float) -> None:
        self.clock.advance(max(0.0, at - self.monotonic()))

    def _note(self, who: str, text: str) -> None:
        self.transcript.append(Line(round(self.monotonic(), 3), who, text))

    def _alive(self) -> None:
        if self.cause:
            raise CallEnded(self.cause)

    def _gone(self, cause: str) -> None:
        self._note("caller", "hangs up")
        self.cause = cause
        raise CallEnded(cause)


def _sound(piece: Piece) -> tuple[str, float]:
    """The words of a piece, and how long it lasts."""
    match piece:
        case Speech(text, language):
            return text, phrases.estimate_seconds(text, language)
        case Silence(seconds):
            return "", seconds
        case Tone():
            return "", 0.4
        case Music():
            return "", PATIENCE * 2
        case _:
            return f"[{piece.file}]", AUDIO_SECONDS
