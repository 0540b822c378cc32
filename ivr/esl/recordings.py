"""Where FreeSWITCH records to, and what is to be done before and after.

FreeSWITCH hangs a call up when it cannot write where it is told to record, so that is found out first.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Protocol

from ivr.errors import IvoryError

LEAST: Final = 64 << 10
"""Bytes that must be free, four seconds of sound: FreeSWITCH hangs up where not even a beginning can be."""


class Recordings(Protocol):
    """The folder of recordings, as calls use it."""

    def begin(self, call: str, name: str) -> str:
        """The path for FreeSWITCH to record `name` (without ending) of a channel to; may wait.

        Raises IvoryError when FreeSWITCH could not write there."""

    def ended(self, file: Path) -> None:
        """A recording is whole; `file` is where it belongs on our side. Never waits. Of a channel that is
        gone nobody need say so."""


class LocalRecordings:
    """A folder on a disk that FreeSWITCH shares with us."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    def begin(self, call: str, name: str) -> str:
        path = self._folder / f"{name}.wav"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            disk = os.statvfs(path.parent)
        except OSError as error:
            raise IvoryError(
                f"{path} cannot be recorded to: {error.strerror}", hint="see calls.recordings"
            ) from None
        if disk.f_bavail * disk.f_frsize < LEAST:
            raise IvoryError(f"{path} cannot be recorded to: the disk is full", hint="see calls.recordings")
        return path.as_posix()

    def ended(self, file: Path) -> None:
        return
