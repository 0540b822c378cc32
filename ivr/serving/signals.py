"""Signals as something that can be waited for together with sockets."""

from __future__ import annotations

import select
import signal
import socket
from types import TracebackType
from typing import Any, Self


class Signals:
    """Catches `numbers` while it is entered; for the main thread of a process without gevent."""

    def __init__(self, *numbers: signal.Signals) -> None:
        self._numbers = numbers
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        self._wakeup = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _noted) for number in self._numbers}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        self._read.close()
        self._write.close()

    def wait(self, seconds: float, *others: socket.socket) -> list[signal.Signals]:
        """The signals that came, after at most `seconds`, or sooner when one of `others` can be read."""
        readable, _, _ = select.select([self._read, *others], [], [], max(0.0, seconds))
        if self._read not in readable:
            return []
        return [signal.Signals(number) for number in self._read.recv(4096)]


def _noted(_number: int, _frame: object) -> None:
    """The wake-up descriptor has it already."""
