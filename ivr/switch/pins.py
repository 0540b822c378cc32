"""Who still has to do with a channel: it is not destroyed before the last has let go (the session's rwlock).

Whoever runs a bridge to it or listens to it holds it. One who plays something meanwhile notices late that it
has gone, and until then there is no CHANNEL_DESTROY.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ivr.flag import Flag

_LOOK_AGAIN = 60.0


class Pins:
    """Those of one channel."""

    def __init__(self) -> None:
        self._count = 0
        self._free = Flag()
        self._free.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it."""
        self._count += 1
        self._free.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._free.set()

    def wait(self) -> None:
        """Wait until nobody does."""
        while not self._free.wait(_LOOK_AGAIN):
            pass
