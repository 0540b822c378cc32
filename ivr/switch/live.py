"""Recordings that are heard while they are made: into a named pipe, as raw sound, every 20 ms what was said.

FreeSWITCH writes any recording so; only here the others are written at their end.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from array import array
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import gevent

from ivr.switch.hearing import mix
from ivr.switch.samples import RATE

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.mediabugs import MediaBug

FRAME: Final = 0.02
_LATE: Final = 1.0  # seconds by which it may be behind; a machine that stood still need not catch up


def is_pipe(path: str) -> bool:
    """Whether a path is that of a named pipe."""
    with suppress(OSError):
        return stat.S_ISFIFO(os.stat(path).st_mode)
    return False


class LiveRecording:
    """One of them, of one channel; the manner of `ivr.switch.recordings.Recording`.

    Raises:
        OSError: nobody reads the pipe. (FreeSWITCH would wait until somebody does.)
    """

    def __init__(self, channel: Channel, path: str, sides: str = "read") -> None:
        self.path = path
        self.bug: MediaBug | None = None
        self._channel, self._sides = channel, sides
        self._end = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        self._masked = self._paused = False
        self._at = time.monotonic()
        self._samples = 0
        self._greenlet = gevent.spawn(self._run)

    def mask(self, *, on: bool) -> None:
        """From now on there is silence in it; or no longer."""
        self._masked = on

    def pause(self, *, on: bool) -> None:
        """From now on nothing is written; or again."""
        self._paused = on

    def finish(self) -> int:
        """Let go of the pipe; the number of samples that were written."""
        self._greenlet.kill()
        os.close(self._end)
        return self._samples

    def _run(self) -> None:
        while True:
            gevent.sleep(max(0.0, self._at + FRAME - time.monotonic()))
            self._at = max(self._at, time.monotonic() - _LATE)
            begin, self._at = self._at, self._at + FRAME
            if not self._paused and not self._write(self._heard(begin)):
                return

    def _heard(self, begin: float) -> array[int]:
        channel = self._channel
        if self._masked:
            return array("h", bytes(2 * round(FRAME * RATE)))
        if self._sides == "write":
            return channel.given.samples(begin, begin + FRAME)
        samples = channel.hearing.samples(begin, begin + FRAME)
        if self._sides != "read":
            mix(samples, channel.given.samples(begin, begin + FRAME))
        return samples

    def _write(self, samples: array[int]) -> bool:
        """Whether anybody reads. What does not fit is lost: here nobody is kept waiting."""
        if sys.byteorder == "big":
            samples.byteswap()
        try:
            os.write(self._end, samples.tobytes())
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._samples += len(samples)
        return True
