"""A caller of flesh and time: does in real time what a script says, at the moments of the virtual clock.

The rules are those of `ivr.flow.scripted`: half a second before each act but after a pause, and heard is what
was said to its end since the last one. Needs gevent's patches.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from ivr.flag import Flag
from ivr.flow.script import HangUp, Hear, Line, Meet, Pause, Press, Speak, Step, bare
from ivr.flow.scripted import KEY_SPACING
from ivr.testing.case import REACTION

READY = 30.0  # seconds until a call is answered, or a flow gives sound without answering
LONGEST = 3600.0  # seconds until somebody answers who is waited for
MAX_LINES = 10_000


class Phone(Protocol):
    """What a caller has in hand."""

    def press(self, key: str) -> object:
        """Press a key; does not wait. After the call it is lost."""

    def say(self, wav: Path) -> float:
        """Speak a sound file; returns how long it takes in seconds, and does not wait."""

    def hangup(self) -> object:
        """Hang up."""


class Actor:
    """One caller. The telephone tells `began`, `heard`, `answered` and `left`; `lines` is the transcript.

    Args:
        speech: makes words into a sound file.
    """

    def __init__(self, steps: Sequence[Step], speech: Callable[[str], Path]) -> None:
        self.lines: list[Line] = []
        self.done = 0
        self._steps = steps
        self._speech = speech
        self._unheard = ""
        self._talks_with = ""
        self._over = False
        self._ready = False
        self._changed = Flag()
        self._began = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the call was placed."""
        return time.monotonic() - self._began

    # What the telephone tells -------------------------------------------------------------------------

    def answered(self) -> None:
        """The call is answered, or there is sound."""
        if not self._ready:
            self._ready = True
            self._began = time.monotonic()
        self._changed.set()

    def began(self, words: str) -> None:
        """Something begins to sound."""
        self.answered()
        self._note("ivr", words)

    def heard(self, words: str) -> None:
        """Something was heard to its end."""
        self._unheard += bare(words)
        self._changed.set()

    def talks(self, who: str) -> None:
        """The caller talks with somebody; empty: no longer."""
        self._talks_with = who
        if who:
            self._note("switch", f"connects {who}")
        self._changed.set()

    def left(self) -> None:
        """The call is over."""
        self._over = True
        self._changed.set()

    # What the caller does -----------------------------------------------------------------------------

    def act(self, phone: Phone) -> None:
        """Do what the script says, until its end or the call's. Raises SpeechError."""
        self._wait(lambda: self._ready, READY)
        paused = False
        for step in self._steps:
            if isinstance(step, Press | Speak | HangUp) and not paused:
                self._wait(lambda: False, REACTION)
            if self._over:
                break
            paused = isinstance(step, Pause)
            if not self._do(step, phone):
                break
            self.done += 1
        self._wind_up()

    def _do(self, step: Step, phone: Phone) -> bool:
        """Do one step; False when nothing more is to be done."""
        match step:
            case Hear(text, within):
                if not self._wait(lambda: self._take(text), 3600.0 if within is None else within):
                    if not self._over:
                        self._note("caller", "hangs up")
                        phone.hangup()
                    return False
            case Meet(who):
                return self._wait(lambda: self._talks_with == who, LONGEST)
            case Press(keys):
                self._unheard = ""
                for key in keys:  # one by one, as what a key means may hang on what came of those before
                    if not self._over:
                        self._note("caller", key)
                        phone.press(key)
                        self._wait(lambda: False, KEY_SPACING)
            case Speak(seconds, words, _):
                self._unheard = ""
                self._note("caller", f"says “{words}”" if words else f"speaks for {seconds:g} s")
                self._wait(lambda: False, phone.say(self._speech(words or _prattle(seconds))))
            case Pause(seconds):
                self._wait(lambda: False, seconds)
            case HangUp():
                self._note("caller", "hangs up")
                phone.hangup()
                self._wait(lambda: False, READY)
        return True

    def _wind_up(self) -> None:
        """What is left of the script when the call is over, as a scripted call has it."""
        for step in self._steps[self.done :] if self._over else ():
            if isinstance(step, Press | Speak | Meet) or (
                isinstance(step, Hear) and not self._take(step.text)
            ):
                return
            self.done += 1

    def _take(self, text: str) -> bool:
        before, found, after = self._unheard.partition(bare(text) or " ")
        self._unheard = after if found else before
        return bool(found)

    def _wait(self, done: Callable[[], bool], timeout: float) -> bool:
        until = time.monotonic() + timeout
        while not (found := done()) and not self._over and (left := until - time.monotonic()) > 0:
            self._changed.clear()
            self._changed.wait(min(left, 0.1))
        return found

    def _note(self, who: str, text: str) -> None:
        if len(self.lines) < MAX_LINES:
            self.lines.append(Line(round(self.elapsed, 3), who, text))


def _prattle(seconds: float) -> str:
    """Words that take about so many seconds."""
    return "一二三四" * max(1, round(seconds))
