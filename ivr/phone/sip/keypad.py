"""Keys that are pressed, as packets in place of sound: 100 ms each, and a pause (RFC 4733)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from ivr.voip import rtp

HELD: Final = 5
"""Packets while a key is held."""
ENDS: Final = 3
"""Packets that say it was let go: one of them may be lost."""
PAUSE: Final = 2
"""Packets of sound between two keys."""
MOST: Final = 64
_SAMPLES: Final = 160


@dataclass(frozen=True, slots=True)
class Press:
    """A packet of a key: its payload, when the key began (RTP time), whether it is the first or the last."""

    payload: bytes
    time: int
    first: bool
    key: str
    over: bool


class Keypad:
    """The keys that are still to be sent."""

    def __init__(self) -> None:
        self._keys: deque[str] = deque(maxlen=MOST)
        self._step = 0
        self._began = 0

    def press(self, keys: str) -> None:
        """Send these, too."""
        self._keys.extend(keys)

    def next(self, time: int) -> Press | None:
        """What is sent in place of the sound of this moment (RTP time); None: the sound."""
        if not self._keys:
            return None
        step, self._step = self._step, self._step + 1
        if step == 0:
            self._began = time
        if step < HELD + ENDS:
            end, key = step >= HELD, self._keys[0]
            payload = rtp.event(key, _SAMPLES * min(step + 1, HELD), end=end)
            return Press(payload, self._began, step == 0, key, step == HELD + ENDS - 1)
        if self._step == HELD + ENDS + PAUSE:
            self._keys.popleft()
            self._step = 0
        return None
