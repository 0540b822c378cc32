from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.store.cells import DETAIL_LIMIT, NAME_LIMIT, clip
from ivr.store.kinds import KINDS
from ivr.store.records import CallRecord, Step
from ivr.store.rows import Row, from_line, pack, to_line

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def value(row: Row, column: str) -> object:
    return row.values[list(KINDS[row.kind].columns).index(column)]


def test_times_are_stored_in_utc_and_sort_as_text() -> None:
    beijing = datetime(2026, 11, 23, 20, tzinfo=timezone(timedelta(hours=8)))
    assert value(pack(CallRecord("c", beijing)), "started") == "2026-11-23 12:00:00.000000"


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        pack(CallRecord("c", datetime(2026, 11, 23)))  # noqa: DTZ001 - that is the point


def test_what_is_not_known_is_none_so_that_it_overwrites_nothing() -> None:
    row = pack(CallRecord("c", NOON))
    assert set(row.values) == {"c", "2026-11-23 12:00:00.000000", None}


def test_a_hostile_name_is_cut_and_marked() -> None:
    name = value(pack(CallRecord("c", NOON, caller_name="x" * 65536)), "caller_name")
    assert isinstance(name, str)
    assert len(name) == NAME_LIMIT
    assert name.endswith("x…")


def test_a_call_without_an_id_is_refused_rather_than_merged_with_others() -> None:
    for bad in ("", "x" * 256, "a\0b"):
        with pytest.raises(ValueError, match="id"):
            pack(CallRecord(bad, NOON))


def test_a_large_detail_is_clipped_to_valid_json() -> None:
    row = pack(Step("c", 1, "f", "n", "t", NOON, detail={"body": '"' * 100_000}))
    detail = value(row, "detail")
    assert isinstance(detail, str)
    assert len(detail) <= DETAIL_LIMIT + 64
    assert json.loads(detail)["clipped"].startswith('{"body":')


def test_a_line_of_the_spool_brings_the_same_row_back() -> None:
    row = pack(Step("c", 1, "f", "n", "t", NOON, input="请按1\n", detail={"状态": 200}))
    line = to_line(row)
    assert "\n" not in line
    assert from_line(line.encode()) == row


def test_figures_survive_the_spool_and_what_is_no_number_becomes_none() -> None:
    row = pack(CallRecord("c", NOON, mos=4.41, jitter_ms=float("nan"), loss_percent=float("inf")))
    assert [value(row, name) for name in ("mos", "jitter_ms", "loss_percent")] == [4.41, None, None]
    assert from_line(to_line(row).encode()) == row


def test_a_line_from_another_version_keeps_what_both_know() -> None:
    row = from_line(b'{"kind": "call", "id": "c", "started": "2026-11-23 12:00:00.000000", "mood": "happy"}')
    assert value(row, "id") == "c"
    assert value(row, "flow") is None


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"7", b"\xff", b'{"kind": "x"}', b'{"kind": "call", "id": [1]}']
)
def test_what_is_no_line_of_ours_is_a_value_error(line: bytes) -> None:
    with pytest.raises(ValueError):
        from_line(line)


@given(st.text(st.characters()), st.integers(2, 50))
def test_clipped_text_always_fits_and_can_be_stored(text: str, limit: int) -> None:
    clipped = clip(text, limit)
    assert len(clipped) <= limit
    assert "\0" not in clipped
    clipped.encode()
