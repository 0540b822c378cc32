"""How a call's audio gets out of FreeSWITCH, to whoever listens to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final

from ivr.esl import commands
from ivr.esl.channel import Link

ANSWER: Final = 10.0
"""Seconds FreeSWITCH may take to begin or end a tap."""


class AudioTap(ABC):
    """The audio of one channel, from `begin` to `end`, or to the channel's own end. Both may wait."""

    def __init__(self, link: Link, channel: str) -> None:
        self._link, self._channel = link, channel

    @abstractmethod
    def begin(self) -> None:
        """Have FreeSWITCH send the audio; whoever listens does already. Raises SwitchError."""

    @abstractmethod
    def end(self) -> None:
        """Have it stop. Raises SwitchError; CommandFailed when it had ended."""


class FifoTap(AudioTap):
    """Through a named pipe on a disk that FreeSWITCH shares with us: 20 ms frames, nothing late."""

    def __init__(self, link: Link, channel: str, path: Path) -> None:
        super().__init__(link, channel)
        self._path = path.as_posix()

    def begin(self) -> None:
        self._link.bgapi(commands.tap(self._channel, self._path)).get(ANSWER)

    def end(self) -> None:
        self._link.bgapi(commands.record_stop(self._channel, self._path)).get(ANSWER)
