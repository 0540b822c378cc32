"""What is kept of a recording on the caller's own channel, so that the next worker finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

KEPT: Final = "ivr_recording"
"""The channel variable of a caller whose talk is recorded, or was."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A recording as it is kept with the call: the `number`th, of that `path`, begun at `started`, seconds
    since the epoch; `paused` are seconds from then, the last span without an end while it is paused. Without
    a `path` none is going on."""

    number: int
    path: str = ""
    started: float = 0.0
    paused: tuple[tuple[float, float | None], ...] = ()

    @property
    def silent(self) -> bool:
        """Whether it is paused."""
        return bool(self.paused) and self.paused[-1][1] is None


def written(taken: Taken) -> str:
    """As it stands in the channel variable: `2 2026/11/22/<call>-2.wav 1795337000.123 1.5-3.25,9.0-`."""
    spans = ",".join(f"{begin}-{'' if end is None else end}" for begin, end in taken.paused)
    words = (taken.number, taken.path, taken.started, spans) if taken.path else (taken.number,)
    return " ".join(map(str, words)).strip()


def read(text: str) -> Taken:
    """What `written` wrote; anything else is a call that was never recorded."""
    number, *rest = text.split(" ")
    try:
        if not rest:
            return Taken(int(number))
        path, started, *spans = rest
        return Taken(
            int(number), path, float(started), tuple(map(_span, "".join(spans).split(",") if spans else ()))
        )
    except ValueError:
        return Taken(0)


def _span(text: str) -> tuple[float, float | None]:
    begin, _, end = text.partition("-")
    return float(begin), float(end) if end else None
