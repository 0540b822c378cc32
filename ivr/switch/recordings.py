"""Recordings in progress: what the far end says, from a start to a stop, written as a WAV file.

FreeSWITCH writes while it records; here the file is written when the recording ends, and an empty one at
its start, so that a path that cannot be written is found out at once, as there.
"""

from __future__ import annotations

import time
import wave
from typing import TYPE_CHECKING

from ivr.switch.hearing import RATE

if TYPE_CHECKING:
    from array import array

    from ivr.switch.channel import Channel


class Recording:
    """One recording of one channel.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, channel: Channel, path: str) -> None:
        self.path = path
        self._channel = channel
        self.began = time.monotonic()
        _write(path, b"")

    def finish(self) -> int:
        """Write the file; the number of samples in it."""
        samples: array[int] = self._channel.hearing.samples(self.began, time.monotonic())
        _write(self.path, samples.tobytes())
        return len(samples)


def _write(path: str, data: bytes) -> None:
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data)
