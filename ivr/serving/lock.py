"""One worker for each FreeSWITCH: a file lock that the kernel lets go of when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from urllib.parse import quote

from ivr.errors import IvoryError

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def lock_file(folder: Path, host: str, port: int) -> Path:
    """The lock of the FreeSWITCH at `host`; the names of this machine are one."""
    name = "localhost" if host.lower() in _LOOPBACK else host.lower()
    return folder / f"{quote(name, safe='')}-{port}.lock"


class Lock:
    """The right to drive the calls of one FreeSWITCH."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Take it if it is free. Raises IvoryError when the file cannot be made."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise IvoryError(f"the lock {self.path} cannot be opened: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor
        return True

    @property
    def holder(self) -> str:
        """The process that holds it, as far as is known."""
        try:
            return self.path.read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            return ""

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
