from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from ivr.store.calls import count, journey
from ivr.store.database import Store
from ivr.store.records import CallRecord
from ivr.store.rows import Row, pack
from ivr.store.upsert import Upsert

GOOD = [pack(CallRecord(f"c{number}", datetime(2026, 11, 23, tzinfo=UTC))) for number in range(3)]


def test_a_poison_row_is_refused_and_its_neighbours_are_written(store: Store) -> None:
    no_start = Row("call", ("poison", *GOOD[0].values[2:], None))
    too_big = Row(
        "step", ("c1", 1 << 70, "f", "n", "t", "2026-11-23 00:00:00.000000", None, None, None, None)
    )
    refused = Upsert(store)([GOOD[0], no_start, GOOD[1], too_big, GOOD[2]])
    assert [one.row for one in refused] == [no_start, too_big]
    assert "started" in refused[0].reason
    assert count(store) == (3, 0)


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEGUN = CallRecord("c", NOON, "hotline", ani="138", language="zh-CN", node="fs1")
OVER = CallRecord("c", NOON, ended=NOON + timedelta(seconds=9), end="completed", language="en-US", node="fs1")
MEASURED = CallRecord("c", NOON, node="fs1", mos=4.41, jitter_ms=12.5, loss_percent=0.0)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    "records",
    [order for order in permutations((BEGUN, OVER, MEASURED)) if order.index(BEGUN) < order.index(OVER)],
)
def test_how_well_a_caller_was_heard_may_come_at_any_time_and_takes_nothing_away(
    store: Store, records: tuple[CallRecord, ...], *, at_once: bool
) -> None:
    upsert = Upsert(store)
    for batch in [records] if at_once else [[record] for record in records]:
        upsert([pack(record) for record in batch])
    whole = replace(OVER, flow="hotline", ani="138", mos=4.41, jitter_ms=12.5, loss_percent=0.0)
    assert journey(store, "c").call == whole
