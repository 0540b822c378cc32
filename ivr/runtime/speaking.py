"""A caller who speaks into a recording: from the beep to its end, also where they hang up on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.call import Key, RecordEnded, Tone
from ivr.errors import CallEnded, IvoryError
from ivr.runtime.visit import Visit

BEEP = Tone("%(400,0,850)")
GRACE = 5.0  # seconds in which FreeSWITCH must have closed the file


@dataclass(frozen=True, slots=True)
class Take:
    """How one recording is made: its longest and shortest, and the silence that ends it (0: none does), in
    seconds; whether a tone says when to speak."""

    longest: float
    shortest: float
    silence: float
    beep: bool = True


def record(
    visit: Visit, name: str, take: Take, keep: Callable[[], object], *, goes_on: bool = False
) -> tuple[RecordEnded, float]:
    """Record one take; its end, and its seconds without the silence that ended it: who said nothing left no
    message. A key ends it and means nothing else.

    Args:
        keep: called when the caller hangs up on the way, and said enough to be kept.
        goes_on: a worker before began it, and it goes on.
    """
    began = visit.call.monotonic()
    if not goes_on:
        if take.beep:
            visit.input.play([BEEP], "none")
        visit.input.silence()
        visit.input.flush()
        began = visit.call.monotonic()
        visit.call.record(name, max_seconds=take.longest, silence_seconds=take.silence)
    deadline, stopped = began + take.longest + GRACE, False
    try:
        while not isinstance(event := _wait(visit, deadline), RecordEnded):
            if isinstance(event, Key) and not stopped:
                visit.call.stop_record()
                deadline, stopped = visit.call.monotonic() + GRACE, True
    except CallEnded:
        if visit.call.monotonic() - began >= take.shortest:
            keep()
        raise
    visit.input.flush()
    by_silence = take.silence and not stopped and event.seconds < take.longest
    return event, event.seconds - take.silence if by_silence else event.seconds


def _wait(visit: Visit, deadline: float) -> object:
    left = deadline - visit.call.monotonic()
    event = visit.input.wait(left) if left > 0 else None
    if event is None:
        visit.call.stop_record()
        raise IvoryError("the recording did not end", hint="look at the disk that FreeSWITCH records to")
    return event
