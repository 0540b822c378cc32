"""What callers and switches put into records, kept alike by every database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from ivr.store.calls import Query, journey, page
from ivr.store.cells import NAME_LIMIT
from ivr.store.database import Store
from ivr.store.records import CallRecord, Step
from ivr.store.upsert import Refused

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Save = Callable[..., list[Refused]]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("nul \0 within", "nul \ufffd within"),
        ("lone \ud800 surrogate", "lone ? surrogate"),
        ("%0A ${system ls} %[x] %s %(x)s \u2028", "%0A ${system ls} %[x] %s %(x)s \u2028"),
        ("'; DROP TABLE calls; --", "'; DROP TABLE calls; --"),
        ("\\000 \\' \x1b[2J \x7f", "\\000 \\' \x1b[2J \x7f"),
        ("😀" * 300, "😀" * (NAME_LIMIT - 1) + "…"),
    ],
)
def test_a_hostile_name_is_kept_as_text_and_found_as_text(
    store: Store, save: Save, sent: str, kept: str
) -> None:
    assert save(CallRecord("c1", NOON, ani=sent, caller_name=sent, goals=(sent,))) == []
    call = journey(store, "c1").call
    assert (call.ani, call.caller_name, call.goals) == (kept, kept, (kept,))
    assert [found.id for found in page(store, Query(number=kept[-9:])).calls] == ["c1"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"nul": "a\0b", "k\0": 1}, {"nul": "a\ufffdb", "k\ufffd": 1}),
        ({"escaped": "\\u0000 \\\0"}, {"escaped": "\\u0000 \\\ufffd"}),
        ({"lone": "\ud800"}, {"lone": "?"}),
        ({"nan": float("nan"), "far": [float("-inf"), 0.5]}, {"nan": None, "far": [None, 0.5]}),
        ({"big": 10**300, "deep": [[[[{}]]]]}, {"big": 10**300, "deep": [[[[{}]]]]}),
    ],
)
def test_a_hostile_detail_is_kept_as_json(
    store: Store, save: Save, sent: dict[str, Any], kept: dict[str, Any]
) -> None:
    assert save(Step("c1", 1, "f", "n", "t", NOON, detail=sent)) == []
    assert journey(store, "c1").steps[0].detail == kept


def test_a_huge_detail_is_kept_as_far_as_it_goes(store: Store, save: Save) -> None:
    assert save(Step("c1", 1, "f", "n", "t", NOON, detail={"body": '\0"' * 100_000})) == []
    assert json.dumps(journey(store, "c1").steps[0].detail).startswith('{"clipped": ')


@pytest.mark.parametrize(
    "when",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 3, 29, 2, 30, 0, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    ],
)
def test_a_moment_comes_back_to_the_microsecond(store: Store, save: Save, when: datetime) -> None:
    assert save(CallRecord("c1", when)) == []
    assert journey(store, "c1").call.started == when
