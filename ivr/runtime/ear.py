"""What of a caller's speech counts while a question is asked: when it begins, how it ends, who hears it.

An `Ear` is made for one question. Keys come first: from the first key on nothing that is said counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ivr.call import Call, Deaf, Event, Hearing, Hypothesis, SpeechBegan, SpeechEnded
from ivr.flow.spoken import Said

UNTIL = 20.0  # seconds beyond the longest utterance after which its end is no longer believed in


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of asking.

    Attributes:
        kind: `entry` (keys), `spoken`, or `unsure` (spoken, and to be asked back), `noinput`, `nomatch`,
            `noise` (sound without words), `too_long`, `deaf` (nobody can listen now).
        keys: what was pressed.
        said: what was understood, where something was.
        words: what was said, or why nobody listens.
    """

    kind: str
    keys: str = field(default="", repr=False)
    said: Said | None = None
    words: str = ""


class Listener(Protocol):
    """What may be said in answer, and what it means."""

    @property
    def hearing(self) -> Hearing:
        """What is listened for."""

    @property
    def alone(self) -> bool:
        """Whether there is no other way to answer: no key does."""

    def judge(self, hypotheses: Sequence[Hypothesis]) -> Heard:
        """What an utterance means: `spoken`, `unsure` or `nomatch`."""


class Ear:
    """Listens to one answer. Without a `listener` it hears nothing.

    Args:
        forgiving: whether it is no news that nobody can listen, because the caller was told before.
    """

    def __init__(self, call: Call, listener: Listener | None, *, forgiving: bool) -> None:
        self._call = call
        self._listener = listener
        self._forgiving = forgiving
        self._listening: int | None = None
        self.until: float | None = None
        """The moment by which somebody who speaks now is over; None while nobody does."""

    @property
    def hears(self) -> bool:
        """Whether the caller is speaking."""
        return self.until is not None

    def open(self) -> None:
        """Begin to listen, unless it does, or cannot."""
        if self._listener is not None and self._listening is None:
            self._listening = self._call.listen(self._listener.hearing)

    def close(self) -> None:
        """Listen no longer."""
        if self._listening is not None:
            self._listening = self.until = None
            self._call.stop_listening()

    def take(self, event: Event) -> Heard | None:
        """What an event means, if it ends the question."""
        if not isinstance(event, SpeechBegan | SpeechEnded | Deaf) or self._listener is None:
            return None
        if event.listening != self._listening:
            return None
        match event:
            case SpeechBegan():
                self.until = self._call.monotonic() + self._listener.hearing.longest + UNTIL
                return None
            case SpeechEnded(hypotheses=hypotheses, cut=cut):
                self.until = None
                if cut:
                    return Heard("too_long")
                return self._listener.judge(hypotheses) if hypotheses else Heard("noise")
        self.until = None
        told = self._listener.alone or (event.failed and not self._forgiving)
        self._listener = None
        return Heard("deaf", words=event.why) if told else None

    def lost(self) -> None:
        """The end of what is being said will not come."""
        self.until = None
        self._listener = None
