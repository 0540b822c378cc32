"""How a call's audio gets out of FreeSWITCH, to whoever listens to it."""

from __future__ import annotations

import uuid
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


class SipTap(AudioTap):
    """By SIP, from a FreeSWITCH on another host: it calls who listens, and has them overhear what the caller
    says.

    Args:
        dial: how it calls: `sofia/internal/{address}`.
        address: whom, `name@10.0.0.5:5090`.
    """

    def __init__(self, link: Link, channel: str, dial: str, address: str) -> None:
        super().__init__(link, channel)
        self._leg = str(uuid.uuid4())
        self._dial = dial.replace("{address}", address)

    def begin(self) -> None:
        variables: dict[str, str | int | bool] = {
            "origination_uuid": self._leg,
            "originate_timeout": round(ANSWER / 2),
            "ignore_early_media": True,
            "eavesdrop_bridge_aleg": True,
            "hangup_after_bridge": True,
            "absolute_codec_string": "PCMU",
        }
        leg = commands.leg_string(self._dial, variables)
        self._link.bgapi(commands.eavesdrop(leg, self._channel)).get(ANSWER)

    def end(self) -> None:
        self._link.bgapi(commands.kill(self._leg)).get(ANSWER)


class FifoTap(AudioTap):
    """Through a named pipe on a disk that FreeSWITCH shares with us: 20 ms frames, nothing late."""

    def __init__(self, link: Link, channel: str, path: Path) -> None:
        super().__init__(link, channel)
        self._path = path.as_posix()

    def begin(self) -> None:
        self._link.bgapi(commands.tap(self._channel, self._path)).get(ANSWER)

    def end(self) -> None:
        self._link.bgapi(commands.record_stop(self._channel, self._path)).get(ANSWER)
