from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.errors import StoreError
from ivr.store.calls import Query, count, journey, page
from ivr.store.database import Store
from ivr.store.records import CallRecord, Step
from ivr.store.upsert import Refused

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Save = Callable[..., list[Refused]]


def call(name: str = "c1", after: float = 0.0, **values: Any) -> CallRecord:
    return CallRecord(name, NOON + timedelta(seconds=after), **values)


def step(name: str = "c1", visit: int = 1, **values: Any) -> Step:
    return Step(name, visit, "hotline", "main", "menu", NOON, **values)


def ids(store: Store, **query: Any) -> list[str]:
    return [found.id for found in page(store, Query(**query)).calls]


def test_a_call_comes_back_as_it_was_put(store: Store, save: Save) -> None:
    record = call(
        flow="hotline", version="ab12", ani="+8613800000000", dnis="95598", caller_name="王 O'Neil",
        language="zh-CN", answered=NOON, ended=NOON + timedelta(seconds=61.5),
        hangup_cause="NORMAL_CLEARING", end="completed", goals=("bill_told", "问卷"), node="fs1",
    )  # fmt: skip
    save(record)
    assert journey(store, "c1").call == record


def test_a_later_record_fills_in_and_wipes_nothing_out(store: Store, save: Save) -> None:
    save(call(ani="138", language="zh-CN"))
    save(call(language="en-US", ended=NOON, end="abandoned"))
    save(call())
    assert journey(store, "c1").call == call(ani="138", language="en-US", ended=NOON, end="abandoned")


def test_records_written_twice_do_no_harm(store: Store, save: Save) -> None:
    records = [call(), step(), step(left=NOON, outcome="1", input="1")]
    save(*records)
    save(*records)
    assert count(store) == (1, 1)
    assert journey(store, "c1").steps == (step(left=NOON, outcome="1", input="1"),)


def test_the_journey_is_in_the_order_of_visits(store: Store, save: Save) -> None:
    save(call(), *(step(visit=visit) for visit in (10, 2, 1)))
    assert [found.visit for found in journey(store, "c1").steps] == [1, 2, 10]


def test_a_journey_is_kept_even_if_its_calls_own_record_never_comes(store: Store, save: Save) -> None:
    assert save(step("lost")) == []
    assert journey(store, "lost").call == CallRecord("lost", NOON, flow="hotline")


def test_a_call_is_found_by_a_part_of_its_id_that_only_it_has(store: Store, save: Save) -> None:
    save(call("ab12-x"), call("ab34-y"), call("%"))
    assert journey(store, "ab3").call.id == "ab34-y"
    assert journey(store, "%").call.id == "%"


def test_an_id_wins_over_longer_ones_that_begin_with_it(store: Store, save: Save) -> None:
    save(call("a"), call("ab"))
    assert journey(store, "a").call.id == "a"


def test_an_ambiguous_id_lists_the_calls_it_may_mean(store: Store, save: Save) -> None:
    save(call("ab12"), call("ab34"))
    with pytest.raises(StoreError, match="ab12, ab34"):
        journey(store, "ab")


@pytest.mark.parametrize("name", ["", "nope", "%", "'; drop table calls; --"])
def test_an_unknown_call_is_an_error_with_a_way_out(store: Store, save: Save, name: str) -> None:
    save(call())
    with pytest.raises(StoreError, match="calls list"):
        journey(store, name)


def test_the_list_begins_with_the_latest_call(store: Store, save: Save) -> None:
    save(call("old"), call("new", 60), call("middle", 30.5))
    assert ids(store) == ["new", "middle", "old"]


def test_the_list_is_filtered_by_every_field_that_people_ask_for(store: Store, save: Save) -> None:
    save(
        call("a", 0, flow="hotline", ani="+8613800000000", end="completed"),
        call("b", 10, flow="survey", dnis="+861095598", end="abandoned"),
    )
    assert ids(store, flow="survey") == ["b"]
    assert ids(store, end="completed") == ["a"]
    assert ids(store, number="95598") == ["b"]
    assert ids(store, number="13800000000") == ["a"]
    assert ids(store, number="%") == []
    assert ids(store, since=NOON + timedelta(seconds=10)) == ["b"]
    assert ids(store, until=NOON + timedelta(seconds=10)) == ["a"]


def test_pages_meet_without_gap_or_overlap_while_calls_arrive(store: Store, save: Save) -> None:
    save(*(call(f"c{number}", number // 2) for number in range(7)))
    seen: list[str] = []
    before = ""
    for arrival in range(4):
        found = page(store, Query(limit=2, before=before))
        seen += [record.id for record in found.calls]
        before = found.next
        save(call(f"new{arrival}", 100 + arrival))
    assert seen == ["c6", "c5", "c4", "c3", "c2", "c1", "c0"]
    assert before == ""


@pytest.mark.parametrize("query", [Query(limit=0), Query(limit=1001), Query(before="yesterday")])
def test_a_question_out_of_bounds_is_refused(store: Store, query: Query) -> None:
    with pytest.raises(StoreError):
        page(store, query)
