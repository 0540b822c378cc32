"""Frames that a browser sends when it can, made into one every 20 ms.

What comes in bursts waits a little; when there is nothing, silence is sent. Nothing piles up: what is always
there beyond the cushion is delay, and is thrown away once a second.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from ivr.voip.messages import SILENCE

CUSHION: Final = 2
"""Frames that are waited for after a silence."""
MOST: Final = 10
"""Frames that may wait; the oldest goes."""
LOOK: Final = 50
"""Frames after which it is looked whether some were never needed."""


class Outgoing:
    """What is to be said."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._flows = False
        self._least = MOST
        self._seen = 0
        self.lost = 0

    def put(self, frame: bytes) -> None:
        """A frame has come."""
        if len(self._frames) >= MOST:
            self._drop()
        self._frames.append(frame)

    def next(self) -> bytes:
        """What is said now."""
        self._look()
        self._flows = len(self._frames) >= (1 if self._flows else CUSHION)
        return self._frames.popleft() if self._flows else SILENCE

    def _look(self) -> None:
        self._least = min(self._least, len(self._frames))
        self._seen += 1
        if self._seen >= LOOK:
            for _ in range(self._least - CUSHION):
                self._drop()
            self._least, self._seen = MOST, 0

    def _drop(self) -> None:
        self._frames.popleft()
        self.lost += 1
