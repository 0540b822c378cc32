"""What a caller is to do, in words: `1`, `1234567890#`, `wait:2s`, `hear:余额`, `say:TEXT`,
`agent_hangs_up`, `hang_up`.

One script serves callers of the embedded switch and test calls on a real one. A caller who presses a key
listens first, until the prompt is over; music is no prompt. As in tests of flows, heard is what was said to
its end since the last key, without regard to spaces, punctuation and case.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ivr.call import KEYS
from ivr.errors import IvoryError
from ivr.flag import Flag
from ivr.flow.script import HangUp, Hear, Pause, Press, bare

PATIENCE = 60.0
"""Seconds a caller waits for what the script says they will hear, or for a prompt to end."""
QUIET = 0.8
"""Seconds without sound after which a prompt is taken to be over."""
NOTHING = 10.0
"""Seconds of nothing at all, or of waiting with music, after which a caller presses on regardless."""
REACTION = 0.5
"""Seconds a caller takes to hang up, in which a flow notices that its last words were heard."""
_REMEMBERED = 10_000  # letters
_HINT = "write keys (1, 1234567890#), wait:2s, hear:TEXT, say:TEXT or hang_up"
_HANG_UP = ("hang_up", "hangup")
_PART = "agent_hangs_up"
_TEXTS = ("wait", "hear", "say")


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait until the prompt is over. `short`: the script has waited for something of its own before."""

    short: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """Speak words."""

    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """The agent hangs up."""


Step = Hear | Listen | Press | Pause | HangUp | Say | Part


def parse(words: Iterable[str]) -> list[Step]:
    """The steps that words stand for.

    Raises:
        IvoryError: a word that is none.
    """
    steps: list[Step] = []
    for word in words:
        name, _, rest = word.strip().replace("：", ":").partition(":")
        if word.strip().upper().strip(KEYS) == "" and word.strip():
            if not (steps and isinstance(steps[-1], Hear | Pause)):
                steps.append(Listen())
            steps.append(Press(word.strip().upper()))
        elif name == "wait":
            steps.append(Pause(_seconds(rest)))
        elif name == "hear" and bare(rest):
            steps.append(Hear(rest.strip()))
        elif name == "say" and rest.strip():
            steps.append(Say(rest.strip()))
        elif word.strip() == _PART:
            steps.append(Part())
        elif word.strip() in _HANG_UP:
            steps.append(HangUp())
        elif word.strip():
            raise IvoryError(f'"{word.strip()}" is nothing a caller can do', hint=_HINT)
    return steps


def parse_line(line: str, before: Step | None = None) -> list[Step]:
    """The steps of one typed line: as words, or as `wait 2`, `hear 您好 欢迎` and `say 我家停电了`. `before`
    is the last step of the line before: keys that follow a `wait` or a `hear` do not wait for long again."""
    name, _, rest = line.strip().partition(" ")
    steps = parse([f"{name}:{rest}"] if name in _TEXTS and rest else line.split())
    if isinstance(before, Hear | Pause) and steps[:1] == [Listen()]:
        steps[0] = Listen(short=True)
    return steps


def _seconds(text: str) -> float:
    try:
        seconds = float(text.strip().removesuffix("s"))
    except ValueError:
        raise IvoryError(f'"{text}" is no time to wait', hint="write wait:2s") from None
    if not 0 < seconds <= 600:
        raise IvoryError(f"a caller waits up to 600 seconds, not {text}")
    return seconds


class Ear:
    """What a caller has heard, for whoever waits for it. `began` and `ended` are told of each sound."""

    def __init__(self) -> None:
        self.over = False
        self._unheard = ""
        self._sounding = 0
        self._silent_since = time.monotonic()
        self._any = False
        self._music = False
        self._music_since: float | None = None
        self._changed = Flag()

    def began(self, *, person: bool = False) -> None:
        """A sound that is listened to until it ends; a `person` is what music was for."""
        self._sounding += 1
        if person:
            self._music_since = None
        self._any = True
        self._changed.set()

    def ended(self) -> None:
        self._sounding = max(0, self._sounding - 1)
        self._silent_since = time.monotonic()
        self._changed.set()

    def music(self, on: bool) -> None:
        """Music has begun, or has made way. It is no prompt: nobody waits for its end to press a key."""
        self._music = on
        if on and self._music_since is None:
            self._music_since = time.monotonic()
        self._silent_since = time.monotonic()
        self._changed.set()

    def heard(self, words: str) -> None:
        """Words were said to their end; or music began, which has none."""
        self._unheard = (self._unheard + bare(words))[-_REMEMBERED:]
        self._changed.set()

    def hang_up(self) -> None:
        self.over = True
        self._changed.set()

    def forget(self) -> None:
        """What was heard so far is done with: only what comes now counts."""
        self._any = False
        self._unheard = ""
        self._silent_since = time.monotonic()
        self._music_since = self._silent_since if self._music else None

    def hear(self, text: str, timeout: float) -> bool:
        """Wait until `text` has been said to its end; whatever was heard up to it is done with."""
        return self._wait(lambda: self._take(text), timeout)

    def quiet(self, seconds: float, nothing: float, timeout: float, music: float) -> bool:
        """Wait until a prompt was heard and has been over for `seconds`, or there was none for `nothing`, or
        there has been music, with announcements or not, for `music`, and nothing is said just now."""

        def is_quiet() -> bool:
            if self._sounding:
                return False
            now = time.monotonic()
            if self._music:
                return self._music_since is not None and now - self._music_since >= music
            return now - self._silent_since >= (seconds if self._any else nothing)

        return self._wait(is_quiet, timeout)

    def sleep(self, seconds: float) -> None:
        self._wait(lambda: False, seconds)

    def _take(self, text: str) -> bool:
        before, found, after = self._unheard.partition(bare(text))
        self._unheard = after if found else before
        return bool(found)

    def _wait(self, done: Callable[[], bool], timeout: float) -> bool:
        until = time.monotonic() + timeout
        while not (found := done()) and not self.over and (left := until - time.monotonic()) > 0:
            self._changed.clear()
            self._changed.wait(min(left, 0.1))
        return found


class Phone(Protocol):
    """What a caller has in hand."""

    def press(self, keys: str) -> object:
        """Press keys, one after the other; does not wait."""

    def say(self, wav: Path) -> float:
        """Speak a sound file; returns how long it takes in seconds, and does not wait."""

    def hangup(self) -> object:
        """Hang up."""


def follow(
    steps: Sequence[Step],
    phone: Phone,
    ear: Ear,
    speak: Callable[[str], Path] | None = None,
    part: Callable[[], bool] = lambda: False,
) -> None:
    """Do what a script says, until its end or the call's.

    Args:
        speak: makes words into a sound file; None: this caller is dumb.
        part: has the agent hang up; whether there was one.

    Raises:
        IvoryError: the caller waited for words that did not come.
    """
    for step in steps:
        if ear.over:
            return
        match step:
            case Hear(text):
                if not ear.hear(text, PATIENCE) and not ear.over:
                    raise IvoryError(f'"{text}" was not heard within {PATIENCE:g} s')
                if ear.over and not ear.hear(text, 0):
                    raise IvoryError(f'the call ended before "{text}" was heard')
            case Listen(short):
                ear.quiet(QUIET, QUIET if short else NOTHING, PATIENCE, QUIET if short else NOTHING)
            case Press(keys):
                ear.forget()
                phone.press(keys)
            case Pause(seconds):
                ear.sleep(seconds)
            case Say(text):
                if speak is None:
                    raise IvoryError("this caller cannot speak", hint="press keys")
                ear.sleep(phone.say(speak(text)))
            case Part():
                if not part():
                    raise IvoryError("no agent talks with the caller", hint="hear what comes before, or wait")
            case HangUp():
                ear.sleep(REACTION)
                phone.hangup()
                return
