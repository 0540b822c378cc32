"""What somebody says into a live telephone, frame by frame, on the time line of their channel.

Frames come from a network in their own time. They are laid one behind the other, a little ahead of now, so
that whoever listens as time goes by finds them. What comes too late begins anew, what comes too early is
lost: neither the jitter of a network piles up, nor do a sound card's seconds that are shorter than ours.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

RATE = 8000
FRAME = 160
CUSHION = 0.03
"""Seconds by which the first frame is laid ahead."""
AHEAD = 0.2
"""Seconds by which any may be."""
LONGEST = 4 * 3600.0
"""Seconds of a call after which no more is kept."""

_SECONDS = FRAME / RATE


class Spoken:
    """All that was said in one call. It lies in a file without a name, for recordings of the whole call; what
    was never said is a hole in it, and reads as silence.

    Raises:
        OSError: there is no place for the file.
    """

    def __init__(self, now: float) -> None:
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it lives as long as anybody may read it
        self._file = file.fileno()
        weakref.finalize(self, file.close)
        self._zero = now
        self.end = now
        """When the last frame ends."""
        self.lost = 0

    def put(self, frame: bytes, now: float) -> bool:
        """The next 20 ms (16-bit, native order); False when they are lost."""
        at = self.end if self.end > now else now + CUSHION
        if at > now + AHEAD or at - self._zero > LONGEST:
            self.lost += 1
            return False
        # On a grid of whole samples, or frames would overlap by one now and then.
        offset = round((at - self._zero) * RATE)
        os.pwrite(self._file, frame, 2 * offset)
        self.end = self._zero + offset / RATE + _SECONDS
        return True

    def cut(self, begin: float, end: float) -> npt.NDArray[np.int16]:
        """What was said between two moments; shorter, where it is silent from there on."""
        first = max(0, round((begin - self._zero) * RATE))
        last = max(first, round((min(end, self.end) - self._zero) * RATE))
        return np.frombuffer(os.pread(self._file, 2 * (last - first), 2 * first), np.int16)

    @property
    def begin(self) -> float:
        """Before this moment nothing was said."""
        return self._zero

    def loud(self, since: float, threshold: int) -> Iterator[tuple[float, float]]:
        """Frames from `since` on whose mean amplitude reaches the threshold, as (begin, end)."""
        begin = max(since, self._zero)
        samples = self.cut(begin, self.end)
        whole = np.pad(samples, (0, -len(samples) % FRAME)).reshape(-1, FRAME)
        for index in np.flatnonzero(np.abs(whole.astype(np.int32)).mean(axis=1) >= threshold):
            at = begin + int(index) * _SECONDS
            yield at, at + _SECONDS
