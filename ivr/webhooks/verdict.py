"""What becomes of a delivery, once it was tried. Pure: time and chance come in.

Taken is what was answered with 2xx. 410 Gone is the receiver's wish to hear nothing more. All else is tried
again, later and later: after 2 s, 4 s, 8 s … up to an hour, each a fifth more or less, so that those who
failed together do not come back together. An event that the receiver itself refuses (4xx) is a dead letter
when its tries are used up; whatever else is wrong, when its hours are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ivr.store.webhooks.outbox import DEAD, DELIVERED, Delivery

FIRST, LONGEST = 2.0, 3600.0
"""Seconds until the second try, and between two at most."""
SPREAD = 0.2
MOST_AFTER = 86_400.0
"""Seconds that a receiver may ask for with `Retry-After`."""
_OURS = range(400, 500)
_BUSY = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an event is tried: so many times where it is refused, and for so long in any case."""

    tries: int
    give_up: timedelta


@dataclass(frozen=True, slots=True)
class Tried:
    """What a try brought: the HTTP `status`, None where nobody answered; `words` of it; `after`, seconds that
    the receiver asked to be left alone."""

    status: int | None
    words: str = ""
    after: float = 0.0

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether it wants to hear nothing more."""
        return self.status == 410

    @property
    def refused(self) -> bool:
        """Whether it is this event that the receiver does not want."""
        return self.status in _OURS and self.status not in _BUSY

    @property
    def unwell(self) -> bool:
        """Whether it is the receiver that fails: others would fail, too."""
        return not self.taken and not self.refused


def judge(delivery: Delivery, tried: Tried, now: datetime, limits: Limits, chance: float) -> Delivery:
    """The delivery as it is after a try. `chance` is a random number from 0 to 1."""
    attempts = delivery.attempts + 1
    after = replace(delivery, attempts=attempts, tried=now, status=tried.status, answer=tried.words, due=now)
    if tried.taken:
        return replace(after, state=DELIVERED)
    if tried.gone:
        return after  # it waits for whoever enables the endpoint again
    used_up = tried.refused and attempts >= limits.tries
    if used_up or now - delivery.made >= limits.give_up:
        return replace(after, state=DEAD)
    pause = max(backoff(attempts, chance), min(tried.after, MOST_AFTER))
    return replace(after, due=now + timedelta(seconds=pause))


def backoff(attempts: int, chance: float) -> float:
    """Seconds until the next try, after so many that failed."""
    pause = min(LONGEST, FIRST * 2.0 ** min(attempts - 1, 30))
    return pause * (1 - SPREAD + 2 * SPREAD * chance)


def retry_after(header: str, now: datetime) -> float:
    """Seconds that a `Retry-After` asks for, a number or a date (RFC 9110, 10.2.3); 0 for what is neither."""
    try:
        seconds = float(header)
    except ValueError:
        try:
            at = parsedate_to_datetime(header)
        except (ValueError, TypeError):
            return 0.0
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(seconds, 0.0), MOST_AFTER) if math.isfinite(seconds) else 0.0
