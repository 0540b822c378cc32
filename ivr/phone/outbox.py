"""What is to be said to one browser, in its order. A slow one loses sound, and in the end the connection."""

from __future__ import annotations

from collections import deque
from typing import Final

from ivr.flag import Flag

SOUND: Final = 15
"""Frames that may wait, 300 ms; the oldest goes."""
MESSAGES: Final = 256


class Outbox:
    """Filled by whatever happens, emptied by one who may wait."""

    def __init__(self) -> None:
        self._messages: deque[str] = deque()
        self._sound: deque[bytes] = deque(maxlen=SOUND)
        self._news = Flag()
        self.closed = ""
        """Why nothing more is said; empty while something may be."""

    def put(self, frame: str | bytes) -> None:
        """Say this; never waits."""
        if self.closed:
            return
        if isinstance(frame, bytes):
            self._sound.append(frame)
        elif len(self._messages) < MESSAGES:
            self._messages.append(frame)
        else:
            self.close("the browser reads too slowly")
        self._news.set()

    def close(self, why: str) -> None:
        """Say what waits, and nothing more."""
        self.closed = self.closed or why
        self._sound.clear()
        self._news.set()

    def get(self) -> str | bytes | None:
        """What is next, as soon as there is anything: messages before sound. None: nothing more."""
        while True:
            self._news.clear()
            if self._messages:
                return self._messages.popleft()
            if self._sound:
                return self._sound.popleft()
            if self.closed:
                return None
            self._news.wait()
