from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from ivr.store import agent_history
from ivr.store.database import Store
from ivr.store.records import OfferRecord

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("result", "missed"),
    [
        ("expired", 1),  # the router's time was up: how nearly all end that ring out
        ("no_answer", 1),
        ("rejected", 1),
        ("busy", 1),
        ("unregistered", 1),
        ("failed", 1),
        ("connected", 0),
        ("lost", 0),
        ("gone", 0),
        ("agent", 0),
        ("plan", 0),
        ("", 0),  # it rings
    ],
)
def test_an_offer_is_missed_that_came_to_nothing_for_the_agents_sake(
    store: Store, save: Callable[..., object], result: str, missed: int
) -> None:
    save(
        OfferRecord("c1", "1001", NOON, result=result),
        OfferRecord("c1", "1001", NOON + timedelta(seconds=30), result="connected"),
        OfferRecord("c1", "1002", NOON, result="expired"),
    )
    found = agent_history.figures(store, "1001", NOON, NOON + HOUR)
    assert (found["offered"], found["missed"]) == (2, missed)
