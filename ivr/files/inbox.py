"""Takes recordings in: only those that are expected, whole or not at all, and never the disk's last bytes."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from typing import IO, Any, Final

from gevent.threadpool import ThreadPool

from ivr.files.tickets import Tickets

MAX_BYTES: Final = 400 << 20
"""The largest recording: an hour at 48 kHz, which is more than any flow may ask for."""

RESERVE: Final = 64 << 20
"""Bytes of the disk that are left free: the records of calls go to the same one, as a rule."""

CHUNK: Final = 256 << 10


class Refused(Exception):
    """A delivery that is not taken: `status` is that of the HTTP answer."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class Inbox:
    """The folder of recordings, as FreeSWITCH fills it. `pool`: its disk work is done there."""

    def __init__(self, folder: Path, tickets: Tickets, pool: ThreadPool) -> None:
        self._folder = folder
        self._tickets = tickets
        self._pool = pool

    def receive(self, name: str, length: int | None, read: Callable[[int], bytes]) -> None:
        """Take a recording of `length` bytes in by `read`; on disk for good when this returns.

        Raises:
            Refused: it is not expected, has no length, is too large, breaks off, or the disk is full.
        """
        if not self._tickets.expects(name):
            raise Refused("404 Not Found")
        if length is None:
            raise Refused("411 Length Required")
        if length > MAX_BYTES:
            raise Refused("413 Content Too Large")
        target = self._folder / name
        partial = target.with_name(f".{target.name}.{token_hex(8)}.part")
        kept = False
        try:
            file = self._in_thread(self._create, partial, length)
            try:
                left = length
                while left:
                    # An OSError from here is the caller's line, not our disk.
                    if not (block := self._from_line(read, min(CHUNK, left))):
                        raise Refused("400 Bad Request")
                    left -= len(block)
                    self._in_thread(file.write, block)
                self._in_thread(self._keep, file, partial, target)
                kept = True
            finally:
                file.close()
            self._in_thread(self._tickets.redeem, name)
        finally:
            if not kept:
                partial.unlink(missing_ok=True)

    @staticmethod
    def _from_line(read: Callable[[int], bytes], size: int) -> bytes:
        try:
            return read(size)
        except OSError:
            raise Refused("400 Bad Request") from None

    def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return self._pool.apply(work, arguments)
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            raise Refused("507 Insufficient Storage" if full else "500 Internal Server Error") from error

    @staticmethod
    def _create(partial: Path, length: int) -> IO[bytes]:
        partial.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(partial.parent).free < length + RESERVE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return partial.open("xb", buffering=0)

    @staticmethod
    def _keep(file: IO[bytes], partial: Path, target: Path) -> None:
        # FreeSWITCH's copy goes once we say that we have it: so it must outlive a loss of power here.
        os.fsync(file.fileno())
        partial.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
