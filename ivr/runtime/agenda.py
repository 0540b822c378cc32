"""When somebody who waits is told something next: the announcements of the flow or of their group, and the
offer of a callback. It counts from when they came to the group, so that whoever takes a call over in the
middle of a wait says nothing a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ivr.runtime.ports import Notice
from ivr.runtime.waiting import OfferCallback

FIRST: Final = 5.0
"""Seconds of peace at least, after somebody else was heard."""
AGAIN: Final = 60.0
"""Seconds between two offers of a callback where nothing else is told."""
LATE: Final = 1.0
"""Seconds by which an announcement may be late; later than that it is passed over."""


@dataclass(slots=True)
class _Due:
    notice: Notice
    at: float


class Agenda:
    """What one caller is told while they wait; moments are on the call's own clock, in seconds."""

    def __init__(self, offer: OfferCallback | None, now: float) -> None:
        self._notices: list[_Due] = []
        self._offer = None if offer is None else now + offer.after
        self._pause = AGAIN
        self.offered = False
        """Whether the callback was offered, so that its key means something."""

    def follow(self, notices: Sequence[Notice], now: float, waited: float) -> None:
        """From here on these are told, to somebody who has waited so long with whoever tells them."""
        self._notices = []
        for notice in notices:
            late = waited - notice.after
            if late <= LATE:
                self._notices.append(_Due(notice, now + max(0.0, -late)))
            elif notice.every is not None:
                self._notices.append(_Due(notice, now + notice.every - late % notice.every))
        self._pause = min((notice.every for notice in notices if notice.every), default=AGAIN)

    def interrupted(self, now: float) -> None:
        """The wait goes on after somebody else was heard."""
        for due in self._notices:
            due.at = max(due.at, now + min(FIRST, due.notice.every or FIRST))

    def due(self, now: float) -> list[Notice]:
        """What is to be told now. Each is told once: a late one is not made up for."""
        told = [due for due in self._notices if due.at <= now]
        for due in told:
            due.at = now + (due.notice.every or 0.0)
        self._notices = [due for due in self._notices if due.notice.every is not None or due not in told]
        return [due.notice for due in told]

    def offer(self, now: float) -> bool:
        """Whether a callback is to be offered now."""
        if self._offer is None or now < self._offer:
            return False
        self._offer, self.offered = now + self._pause, True
        return True

    def left(self, now: float, music: float | None) -> float | None:
        """Seconds until something is due, None: nothing; `music` is when that may begin."""
        moments = [due.at for due in self._notices]
        moments += [moment for moment in (self._offer, music) if moment is not None]
        return max(0.0, min(moments) - now) if moments else None
