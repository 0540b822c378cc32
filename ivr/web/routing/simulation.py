"""A simulation beside the web process: a child that gives way to everything else, bounded in time and number,
and gone with whoever asked for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import gevent
from gevent import subprocess
from gevent.lock import BoundedSemaphore

from ivr.errors import IvoryError
from ivr.settings import Settings
from ivr.store import traffic
from ivr.store.database import Store
from ivr.web.site import Site

AT_ONCE: Final = 1
"""Simulations at the same time: each takes a whole processor that nobody else wants."""
PATIENCE: Final = 10.0
"""Seconds until who waits for another's simulation is told to come again."""
GRACE: Final = 10.0
"""Seconds that the child has beyond its time, to read the days and to write down what it found."""
MOST_LINE: Final = 32 << 20
FEW: Final = 30
"""Answered contacts below which a day says too little to be played again."""
DAYS: Final[Mapping[str, int]] = {"yesterday": 1, "week": 7}


class Room:
    """How many simulate at once; a part of the site."""

    def __init__(self, settings: Settings) -> None:
        self.room = BoundedSemaphore(AT_ONCE)


def lines(site: Site, order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the child says, as it says it: `begun`, `progress` …, then the `report`.

    Raises IvoryError: another simulation goes on, there is nothing to replay, or it took too long.
    """
    room = site.part(Room).room
    if not room.acquire(timeout=PATIENCE):
        raise IvoryError("somebody else is simulating", hint="try again in half a minute")
    try:
        yield from _said(order)
    finally:
        room.release()


def _said(order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    child: Any = subprocess.Popen(
        [sys.executable, "-m", "ivr.routing.what_if"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    late = gevent.spawn_later(float(order["seconds"]) + GRACE, child.kill)
    try:
        with child.stdin as into:
            into.write(json.dumps(order).encode())
        while line := child.stdout.readline(MOST_LINE):
            row = json.loads(line)
            if "error" in row:
                refusal = IvoryError(row["error"], hint=row["hint"])
                refusal.code = row["code"]
                raise refusal
            yield row
            if "report" in row:
                return
        raise IvoryError("it could not be simulated in time", hint="fewer groups or days are quicker")
    except (OSError, ValueError):
        raise IvoryError("the simulation ended before it was through", hint="try again") from None
    finally:
        late.kill()
        child.kill()
        child.wait()
        child.stdout.close()


def days(now: datetime, kind: str) -> tuple[datetime, datetime]:
    """The days of a kind that are over, by this machine's clock: from midnight to midnight."""
    today = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=DAYS[kind]), today


def enough(store: Store, now: datetime) -> str:
    """The kind of days of which enough is known to be played again; empty: of none. Raises StoreError."""
    for kind in DAYS:
        answered = 0
        for contact in traffic.contacts(store, *days(now, kind)):
            answered += contact.disposition == "answered"
            if answered >= FEW:
                return kind
    return ""
