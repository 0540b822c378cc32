"""What somebody at the far end of a channel hears of all that is played to them, as samples: prompts, tones,
music, and what is laid over them.

It is cut from a time line, always a little after the fact, so that pieces that follow each other within 20 ms
are all in it.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ivr.switch.samples import RATE, Samples, Track, track
from ivr.switch.sounds import Piece

_KEPT = 64
"""Pieces that may sound, or have just sounded."""
_FORGOTTEN = 5.0
"""Seconds after which nobody asks any more how a piece sounded."""
_SILENT = frozenset({"silence", "person"})

Mixed = npt.NDArray[np.int32]


@dataclass(slots=True)
class _Span:
    """A piece that sounds from `begin` until `end` (monotonic seconds); at `begin` it is `at` seconds old."""

    piece: Piece
    begin: float
    at: float
    end: float = math.inf
    found: list[Track | None] = field(default_factory=list)

    def track(self) -> Track | None:
        """How it sounds; read when somebody listens."""
        if not self.found:
            self.found.append(track(self.piece))
        return self.found[0]

    def cut(self, first: float, last: float) -> Samples | None:
        """What of it sounds between two moments."""
        sound = self.track()
        if sound is None:
            return None
        since = first if sound.shared else first - self.begin + self.at
        return sound.cut(round(since * RATE), round((last - first) * RATE))


class Earpiece:
    """The time line of one telephone."""

    def __init__(self) -> None:
        self._spans: list[_Span] = []

    def began(self, piece: Piece, at: float = 0.0) -> None:
        """A piece begins now, or goes on `at` seconds after its beginning."""
        if piece.kind not in _SILENT:
            self._forget()
            self._spans.append(_Span(piece, time.monotonic(), at))

    def ended(self, piece: Piece) -> None:
        """It is over."""
        for span in reversed(self._spans):
            if span.piece is piece and math.isinf(span.end):
                span.end = time.monotonic()
                return

    def mix(self, into: Mixed, begin: float) -> None:
        """Add what sounds from `begin` on."""
        until = begin + len(into) / RATE
        for span in self._spans:
            first, last = max(begin, span.begin), min(until, span.end)
            if last > first and (samples := span.cut(first, last)) is not None:
                at = round((first - begin) * RATE)
                samples = samples[: len(into) - at]
                into[at : at + len(samples)] += samples

    def _forget(self) -> None:
        past = time.monotonic() - _FORGOTTEN
        self._spans = [span for span in self._spans if span.end >= past][-_KEPT:]
