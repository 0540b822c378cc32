"""A call without a telephone: a scripted caller on a virtual clock, for a flow's tests.

It is the Call port's second implementation. Nothing waits: time jumps to whatever comes next, so a call of
ten minutes takes a millisecond, and the same script always gives the same call.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from ivr.call import (
    KEYS,
    Bridged,
    BridgeEnded,
    Deaf,
    Event,
    Hearing,
    Hypothesis,
    Kept,
    Key,
    Music,
    Piece,
    PlayEnded,
    RecordEnded,
    SecretEnded,
    SecretRule,
    Silence,
    Speech,
    SpeechBegan,
    SpeechEnded,
    Target,
    Tone,
    Woken,
)
from ivr.clock import VirtualClock
from ivr.errors import CallEnded
from ivr.flow.phrases import estimate_seconds
from ivr.flow.script import HangUp, Hear, Line, Meet, Party, Pause, Press, Speak, Step, bare

__all__ = ["HangUp", "Hear", "Line", "Meet", "Party", "Pause", "Press", "ScriptedCall", "Speak", "Step"]

KEY_SPACING = 0.2  # seconds between keys of one `Press`
AUDIO_SECONDS = 2.0  # what a recorded file is taken to last
REFUSAL = 1.0  # seconds until somebody who is busy, or refuses, says so
CAUSES = {"busy": "USER_BUSY", "no_answer": "NO_ANSWER", "failed": "DESTINATION_OUT_OF_ORDER"}
PATIENCE = 3600.0  # seconds of virtual time after which a caller who only waits is taken to have gone


_speech_seconds = lru_cache(4096)(estimate_seconds)  # the same prompts are heard call after call


@dataclass(frozen=True, slots=True, eq=False)
class _Recording:
    name: str
    began: float
    silence: float


class ScriptedCall:
    """The Call port, played by a script.

    Args:
        steps: what the caller does; when they are used up the caller listens until the flow ends.
        answers: how a bridged party behaves, by address: (result, seconds it talks), or what is asked for it
            each time it is rung.
        reaction: seconds a caller takes before each act but those that follow a pause.
        started: the moment of the call, aware.
        kept: what an earlier worker kept with the call; afterwards, what was kept last.
        deaf: why there is no recogniser; empty: there is one, and it understands every word.
    """

    going_on = ""
    going_on_with = ""

    def __init__(
        self,
        steps: Sequence[Step] = (),
        *,
        ani: str = "13800000000",
        dnis: str = "95598",
        call_id: str = "00000000-0000-4000-8000-000000000001",
        started: datetime | None = None,
        variables: Mapping[str, str] | None = None,
        answers: Mapping[str, tuple[str, float]] | Callable[[str], Party] | None = None,
        reaction: float = 0.0,
        kept: Kept | None = None,
        deaf: str = "",
    ) -> None:
        self.clock = VirtualClock(started)
        self.id, self.ani, self.dnis = call_id, ani, dnis
        self.started = self.clock.now()
        self.variables: Mapping[str, str] = variables or {}
        self.kept = kept
        self.answered = False
        self.early = False
        self.cause = ""
        self.transcript: list[Line] = []
        self.bridged: list[Target] = []
        self.done = 0
        """Steps that the caller has done."""
        self._party = answers if callable(answers) else _parties(answers or {})
        self._reaction = reaction
        self._steps: Iterator[Step] = iter(steps)
        self._step: Step | None = None
        self._paused = False
        self._ready_at = 0.0
        self._unheard = ""
        self._agenda: list[tuple[float, int, Callable[[], Event | None]]] = []
        self._order = 0
        self._plays = 0
        self._playing: int | None = None
        self._recording: _Recording | None = None
        self._spoken_until = 0.0
        self._deaf = deaf
        self._listenings = 0
        self._listening: Hearing | None = None
        self._secret: tuple[SecretRule, str] | None = None
        self._bridge: tuple[Target, float | None] | None = None  # whom, and since when they talk

    # The port -----------------------------------------------------------------------------------------

    def monotonic(self) -> float:
        return self.clock.monotonic()

    def now(self) -> datetime:
        return self.clock.now()

    def keep(self, text: str, keys: str) -> None:
        self.kept = Kept(text, keys)

    def amend(self, text: str) -> None:
        self.kept = Kept(text, self.kept.keys if self.kept else "")

    def keep_keys(self, keys: str) -> None:
        self.kept = Kept(self.kept.text if self.kept else "", keys)

    def answer(self) -> None:
        self._alive()
        self.answered = True

    def pre_answer(self) -> None:
        self._alive()
        self.early = True

    def play(self, pieces: Sequence[Piece]) -> int:
        self.stop()
        self._plays += 1
        self._playing = play = self._plays
        at = self.monotonic()
        for left, piece in enumerate(pieces, 1 - len(pieces)):
            text, seconds = _sound(piece)
            self._at(at, lambda text=text, play=play: self._hear(text, play, began=True))  # type: ignore[misc]
            at += seconds
            if left:
                self._at(at, lambda text=text, play=play: self._hear(text, play, began=False))  # type: ignore[misc]
        last = _sound(pieces[-1])[0] if pieces else ""
        self._at(at, lambda: self._play_ended(play, last))
        return play

    def stop(self) -> None:
        self._alive()
        if (play := self._playing) is not None:
            self._playing = None
            self._at(self.monotonic(), lambda: PlayEnded(play, complete=False))

    def listen(self, hearing: Hearing) -> int:
        self._alive()
        self._listenings += 1
        self._listening = hearing
        if self._deaf:
            deaf = Deaf(self._listenings, self._deaf)
            self._at(self.monotonic(), lambda: deaf)
        return self._listenings

    def stop_listening(self) -> None:
        self._listening = None

    def record(self, name: str, *, max_seconds: float, silence_seconds: float) -> None:
        self.stop()
        began = self.monotonic()
        self._recording = recording = _Recording(name, began, silence_seconds)
        self._note("switch", f"records {name}")
        self._at(began + max_seconds, lambda: self._record_ended(recording))
        self._watch_silence(recording)

    def stop_record(self) -> None:
        self._alive()
        if recording := self._recording:
            self._at(self.monotonic(), lambda: self._record_ended(recording))

    def secret(self, pieces: Sequence[Piece], rule: SecretRule) -> None:
        self.play(pieces)
        self._secret = (rule, "")

    def bridge(self, target: Target) -> None:
        self.stop()
        self.bridged.append(target)
        self._bridge = ringing = (target, None)
        party = self._party(target.address)
        self._note("switch", f"rings {target.address}")
        late = party.result == "answered" and party.after > target.ring_seconds
        result = "no_answer" if late else party.result
        rings = {"answered": party.after, "no_answer": target.ring_seconds}.get(result, REFUSAL)
        at = self.monotonic() + rings
        if result == "answered":
            self._at(at, lambda: self._answered(target, party.talks) if self._bridge is ringing else None)
        else:
            cause = CAUSES.get(result, "CALL_REJECTED")
            self._at(at, lambda: self._bridge_ended(result, cause) if self._bridge is ringing else None)

    def connect(self, leg: str, refused: Callable[[], object] = lambda: None) -> None:
        self.stop()
        self._bridge = waiting = (Target("leg", leg), None)
        self._at(self.monotonic(), lambda: self._bridged(waiting[0]) if self._bridge is waiting else None)

    def part_after(self, seconds: float, over: Callable[[], object]) -> None:
        """End the talk that `connect` began after `seconds`, if nobody did before; `over` is called first."""
        talk = self._bridge[0] if self._bridge else None

        def part() -> Event | None:
            if self._bridge is None or self._bridge[0] is not talk:
                return None
            over()
            return self._bridge_ended("answered", "NORMAL_CLEARING")

        self._at(self.monotonic() + seconds, part)

    def stop_bridge(self) -> None:
        self._alive()
        if self._bridge is not None:
            ringing = self._bridge[1] is None
            result, cause = ("no_answer", "ORIGINATOR_CANCEL") if ringing else ("answered", "NORMAL_CLEARING")
            ended = self._bridge_ended(result, cause)
            self._at(self.monotonic(), lambda: ended)

    def wake(self) -> None:
        self._at(self.monotonic(), Woken)

    def wake_after(self, seconds: float) -> None:
        """Wake the call when `seconds` of its time have passed."""
        self._at(self.monotonic() + seconds, Woken)

    def after(self, seconds: float, what: Callable[[], object]) -> None:
        """Call `what` when `seconds` of its time have passed, if the call is not over by then."""

        def do() -> None:
            what()

        self._at(self.monotonic() + seconds, do)

    def note(self, text: str) -> None:
        """Write down what the switch does."""
        self._note("switch", text)

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
        self._leave()

    # The caller ---------------------------------------------------------------------------------------

    @property
    def heard(self) -> str:
        """Everything the caller heard, in order."""
        return " ".join(line.text for line in self.transcript if line.who == "ivr")

    @property
    def finished(self) -> bool:
        """Whether the caller did everything the script says."""
        if self._step is None:
            self._next_step()
        return self._step is None

    def _act(self) -> None:
        """Let the caller do what the script says for now."""
        while self._ready_at <= self.monotonic():
            if self._step is None:
                self._next_step()
                if self._ready_at > self.monotonic():
                    return
            match self._step:
                case None:
                    return
                case Hear(text):
                    if not self._has_heard(text):
                        return
                case Meet(who):
                    if not self._talks_with(who):
                        return
                case Press(keys):
                    self._press(keys)
                case Pause(seconds):
                    self._later(seconds)
                case Speak():
                    self._speak(self._step)
                case HangUp(cause):
                    self.done += 1
                    self._gone(cause)
            self._paused = isinstance(self._step, Pause)
            self._step = None
            self.done += 1

    def _has_heard(self, text: str) -> bool:
        """Whether `text` was said since the last act; what was said up to it is done with."""
        before, found, after = self._unheard.partition(bare(text) or " ")
        self._unheard = after if found else before
        return bool(found)

    def _talks_with(self, who: str) -> bool:
        target, since = self._bridge or (None, None)
        return target is not None and since is not None and target.address == who

    def _leave(self) -> None:
        """What is left of the script when the call is over: last words may have been heard, and there is
        nothing more to wait for."""
        while not self.finished:
            if isinstance(self._step, Hear) and not self._has_heard(self._step.text):
                return
            if isinstance(self._step, Press | Speak | Meet):
                return
            self._step = None
            self.done += 1

    def _next_step(self) -> None:
        """Take up the next step, which begins when the caller has had time for it."""
        self._step = step = next(self._steps, None)
        match step:
            case Hear(_, within) if within is not None:
                self._at(self.monotonic() + within, lambda: self._give_up(step))
            case Press() | Speak() | HangUp() if self._reaction and not self._paused:
                self._later(self._reaction)

    def _give_up(self, step: Step) -> None:
        """Leave, as what the caller waits for has not been said."""
        if self._step is step:
            self._gone("NORMAL_CLEARING")

    def _speak(self, step: Speak) -> None:
        self._unheard = ""
        self._spoken_until = self.monotonic() + step.seconds
        self._note("caller", f"says “{step.words}”" if step.words else f"speaks for {step.seconds:g} s")
        self._later(step.seconds)
        if self._recording:
            self._watch_silence(self._recording)
        if self._listening is not None and not self._deaf:
            self._recognise(step, self._listening)

    def _recognise(self, step: Speak, hearing: Hearing) -> None:
        """What a recogniser that understands everything reports, unless nobody listens any more by then."""
        number, began = self._listenings, self.monotonic()
        cut = step.seconds > hearing.longest
        silence = hearing.silence if hearing.whole(step.words) else hearing.patience
        ended = began + (hearing.longest if cut else step.seconds + silence)
        said = (Hypothesis(step.words, step.confidence),) if step.words else ()

        def tell(event: Event) -> Event | None:
            return event if number == self._listenings and self._listening is not None else None

        self._at(began, lambda: tell(SpeechBegan(number, began)))
        self._at(ended, lambda: tell(SpeechEnded(number, said, min(step.seconds, hearing.longest), cut)))

    def _later(self, seconds: float) -> None:
        self._ready_at = self.monotonic() + seconds
        self._at(self._ready_at, lambda: None)

    def _press(self, keys: str) -> None:
        self._unheard = ""
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
        self._secret = marker = rule, digits + key
        self._playing = None
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
            self._unheard += bare(text)

    def _play_ended(self, play: int, last: str) -> Event | None:
        """The end; the flow notices before the caller can act on the last words."""
        if self._playing != play:
            return None
        self._hear(last, play, began=False)
        self._playing = None
        if self._secret is not None:
            rule, _ = marker = self._secret
            wait = self.monotonic() + rule.noinput_after
            self._at(wait, lambda: self._secret_ended("", False) if self._secret is marker else None)
            return None
        return PlayEnded(play, complete=True)

    def _secret_ended(self, digits: str, terminated: bool) -> Event:
        self._secret = self._playing = None
        return SecretEnded(digits, terminated)

    def _answered(self, target: Target, talks: float) -> Event:
        bridged = self._bridged(target)
        talking = self._bridge
        self._at(
            self.monotonic() + talks,
            lambda: self._bridge_ended("answered", "NORMAL_CLEARING") if self._bridge is talking else None,
        )
        return bridged

    def _bridged(self, target: Target) -> Event:
        self._bridge = (target, self.monotonic())
        self._note("switch", f"connects {target.address}")
        return Bridged()

    def _bridge_ended(self, result: str, cause: str) -> Event:
        since = self._bridge[1] if self._bridge else None
        self._bridge = None
        return BridgeEnded(result, cause, 0.0 if since is None else self.monotonic() - since)

    def _watch_silence(self, recording: _Recording) -> None:
        """End a recording when nothing has been said for its `silence` seconds."""
        if still := recording.silence:
            at = max(recording.began, self._spoken_until) + still
            self._at(
                at,
                lambda: self._record_ended(recording) if self._spoken_until + still <= at else None,
            )

    def _record_ended(self, recording: _Recording) -> Event | None:
        if self._recording is not recording:
            return None
        self._recording = None
        return RecordEnded(Path(f"{recording.name}.wav"), self.monotonic() - recording.began)

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


def _parties(answers: Mapping[str, tuple[str, float]]) -> Callable[[str], Party]:
    return lambda address: Party(*answers.get(address, ()))


def _sound(piece: Piece) -> tuple[str, float]:
    """The words of a piece, and how long it lasts."""
    match piece:
        case Speech(text, language):
            return text, _speech_seconds(text, language)
        case Silence(seconds):
            return "", seconds
        case Tone():
            return "", 0.4
        case Music():
            return "", PATIENCE * 2
        case _:
            return f"[{piece.file}]", AUDIO_SECONDS
