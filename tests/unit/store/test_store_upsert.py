from __future__ import annotations

from datetime import UTC, datetime

from ivr.store.calls import count
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
