"""A call's audio as FreeSWITCH writes it into a named pipe (FIFO).

It is read whatever happens: a pipe nobody reads blocks the thread that writes it and, at last, the end of the
call. It is open here before FreeSWITCH is told of it, as opening blocks until both ends are there; and it is
removed only when FreeSWITCH has let go of it, as FreeSWITCH makes a plain file of a path that is not there.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from ivr.speech.ears.voice import FRAME

SIZE: Final = 256 << 10
"""Bytes a pipe may hold: 16 s of audio, far longer than a relay may stand still."""

GRACE: Final = 5.0
"""Seconds after which FreeSWITCH opens no pipe any more that it was told of."""

_READ: Final = 8 << 10  # half a second: after a standstill everybody gets a turn soon


class Pipe:
    """One of them, read in the running event loop.

    Args:
        frame: is given every 20 ms of audio.
        over: called once, when FreeSWITCH has let go of it.
        made: whether it is there already, left behind by a relay before.

    Raises OSError when it cannot be made.
    """

    def __init__(
        self, path: Path, frame: Callable[[bytes], None], over: Callable[[], None], *, made: bool = False
    ) -> None:
        self._path, self._frame, self._over = path, frame, over
        self._rest = b""
        self.began = False
        """Whether anything came."""
        if not made:
            os.mkfifo(path, 0o660)
        try:
            self._end = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            if not made:
                path.unlink(missing_ok=True)
            raise
        with suppress(OSError):  # beyond what one user may have of such: as it is, it holds 4 s
            fcntl.fcntl(self._end, fcntl.F_SETPIPE_SZ, SIZE)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._end, self._read)
        self._open = True

    def let_go(self) -> None:
        """Nobody listens any more: read on to the end. One that nobody has opened is removed in a while."""
        self._frame = _ignore
        self._loop.call_later(GRACE, self._close_unused)

    def close(self) -> None:
        """Remove it."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._end)
            os.close(self._end)
            with suppress(OSError):  # FreeSWITCH itself removes what it has written nothing to
                self._path.unlink(missing_ok=True)
            self._over()

    def _close_unused(self) -> None:
        if not self.began:
            self.close()

    def _read(self) -> None:
        try:
            data = os.read(self._end, _READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self.began = True
        data = self._rest + data
        whole = len(data) - len(data) % FRAME
        self._rest = data[whole:]
        for start in range(0, whole, FRAME):
            self._frame(data[start : start + FRAME])


def _ignore(_frame: bytes) -> None:
    return
