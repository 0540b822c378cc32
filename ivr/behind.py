"""A stream that never makes its writer wait: a thread of the system's own does the writing.

Whoever reads our logs may stop reading (a full disk, a stuck pipe, a paused terminal); calls must not feel
it. After gevent's patches every thread of Python's is a greenlet, so this one is made underneath them.
"""

from __future__ import annotations

import os
import sys
from _queue import SimpleQueue  # the one in C: gevent's has no room for other threads
from collections.abc import Callable
from importlib import import_module
from threading import get_native_id
from typing import Any

MOST = 4 << 20
"""Bytes that may wait to be written; what comes on top is dropped and counted."""
GATHER = 0.05
"""Seconds in which lines gather to be written together: each time the thread wakes, calls wait for Python."""
_RETRY = 0.02


class Behind:
    """A text stream over a file descriptor; `write` only takes over.

    Attributes:
        dropped: writes that were lost.
        thread: the system's number of the thread that writes; 0 before it runs.

    Args:
        notice: makes the line that tells how many writes were dropped, once there is room again.
    """

    encoding = "utf-8"

    def __init__(self, descriptor: int, notice: Callable[[int], str], most: int = MOST) -> None:
        self.dropped = 0
        self.thread = 0
        self._told = 0
        self._descriptor, self._notice, self._most = descriptor, notice, most
        self._queue: SimpleQueue[bytes | SimpleQueue[None]] = SimpleQueue()
        self._taken = self._written = 0
        self._sleep = _native("time", "sleep")
        _native("_thread", "start_new_thread")(self._run, ())

    def write(self, text: str) -> int:
        """Take `text` over, or drop it when too much waits already."""
        data = text.encode("utf-8", "replace")
        if self._taken - self._written + len(data) > self._most:
            self.dropped += 1
            return len(text)
        if self.dropped > self._told:
            missing, self._told = self.dropped - self._told, self.dropped
            self._put(self._notice(missing).encode())
        self._put(data)
        return len(text)

    def flush(self) -> None:
        """Nothing to do: what was taken over is on its way. See `drain`."""

    def drain(self, timeout: float) -> bool:
        """Wait until all that was taken over is written; False when `timeout` seconds were not enough.

        The whole process waits, so it is for its end."""
        done: SimpleQueue[None] = SimpleQueue()
        self._queue.put(done)
        try:
            done.get(timeout=timeout)
        except Exception:  # Empty, of a module that gevent may have replaced
            return False
        return True

    def _put(self, data: bytes) -> None:
        self._taken += len(data)
        self._queue.put(data)

    def _run(self) -> None:
        self.thread = get_native_id()
        while True:
            items = [self._queue.get()]
            if isinstance(items[0], bytes):
                self._sleep(GATHER)
            while not self._queue.empty():
                items.append(self._queue.get())
            self._write([item for item in items if isinstance(item, bytes)])
            for item in items:
                if isinstance(item, SimpleQueue):
                    item.put(None)

    def _write(self, writes: list[bytes]) -> None:
        left = memoryview(b"".join(writes))
        while left:
            try:
                count = os.write(self._descriptor, left)
            except BlockingIOError:  # somebody made the terminal non-blocking, for all who share it
                self._sleep(_RETRY)
                continue
            except OSError:  # nobody is there to read it
                self.dropped += len(writes)
                count = len(left)
            left = left[count:]
            self._written += count


def _native(module: str, name: str) -> Any:
    """What stood there before gevent's patches, if there are any."""
    if monkey := sys.modules.get("gevent.monkey"):
        return monkey.get_original(module, name)
    return getattr(import_module(module), name)
