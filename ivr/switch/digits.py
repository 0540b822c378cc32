"""The keys a caller pressed, waiting to be taken off the channel one by one.

A DTMF event fires when a digit is taken, not when it was pressed. Whether it may be seen is decided when it
is queued: `sensitive_dtmf` hides only what comes after it was set.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from ivr.switch.text import number

KEYS = "0123456789*#ABCDabcdFfWw"
_DEFAULT_DURATION = 2000
_MIN_DURATION = 400
_MAX_DURATION = 192000
_SAMPLES_PER_MS = 8
_MAX_QUEUED = 256


@dataclass(frozen=True, slots=True)
class Digit:
    """One key: how long it was held in samples of 8 kHz, where it came from, whether nobody may see it."""

    key: str
    duration: int = _DEFAULT_DURATION
    source: str = "APP"
    sensitive: bool = False


class DigitQueue:
    """At most 256 digits; the oldest goes when there are more."""

    def __init__(self) -> None:
        self._digits: deque[Digit] = deque(maxlen=_MAX_QUEUED)

    def __len__(self) -> int:
        return len(self._digits)

    def put(self, digit: Digit) -> None:
        """Add one at the end."""
        self._digits.append(digit)

    def take(self) -> Digit | None:
        """The oldest, or None."""
        return self._digits.popleft() if self._digits else None

    def flush(self) -> None:
        """Forget them all; no event tells of it."""
        self._digits.clear()


def parse(text: str, source: str = "APP") -> list[Digit]:
    """The digits of `12#@200+3`: `@ms` sets how long, `+` starts a part with its own; others are dropped."""
    digits: list[Digit] = []
    for part in text.removeprefix("~").split("+"):
        keys, at, length = part.partition("@")
        duration = _DEFAULT_DURATION
        if at and number(length) > _MIN_DURATION // _SAMPLES_PER_MS:
            duration = min(number(length) * _SAMPLES_PER_MS, _MAX_DURATION)
        digits += [Digit(key, duration, source) for key in keys if key in KEYS]
    return digits
