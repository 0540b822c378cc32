"""Plays sound files on this machine's loudspeaker, by whatever program there is."""

from __future__ import annotations

import shutil
from typing import Self

from gevent import subprocess

PROGRAMS = (
    ("aplay", "-q"),
    ("paplay",),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
    ("play", "-q"),
)


class Player:
    """One sound at a time."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._file = ""
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def find(cls) -> Self | None:
        """A player by the first program that is installed; None when there is none."""
        found = next((command for command in PROGRAMS if shutil.which(command[0])), None)
        return cls(found) if found else None

    def play(self, file: str) -> None:
        """Begin to play; stops what was playing."""
        self.stop()
        self._file = file
        nothing = subprocess.DEVNULL
        self._process = subprocess.Popen(
            [*self._command, file], stdin=nothing, stdout=nothing, stderr=nothing
        )

    def ended(self, file: str) -> None:
        """The caller no longer hears `file`."""
        if file == self._file:
            self.stop()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
        self._process = None
