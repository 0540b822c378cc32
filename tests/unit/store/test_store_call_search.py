from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from ivr.errors import NotFound, StoreError
from ivr.store.call_search import Wanted, search
from ivr.store.call_whole import extras, whole
from ivr.store.database import Store
from ivr.store.records import (
    CallRecord,
    ContactRecord,
    OfferRecord,
    RecordingRecord,
    Step,
    SurveyAnswer,
)
from ivr.store.upsert import Refused

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Save = Callable[..., list[Refused]]


def call(name: str, after: float = 0.0, lasts: float | None = None, **values: Any) -> CallRecord:
    started = NOON + timedelta(seconds=after)
    ended = None if lasts is None else started + timedelta(seconds=lasts)
    return CallRecord(name, started, ended=ended, **values)


def contact(of: str, **values: Any) -> ContactRecord:
    return ContactRecord(f"{of}:1", NOON, of, **values)


def step(of: str, node: str = "main", **values: Any) -> Step:
    return Step(of, 1, "hotline", node, "menu", NOON, **values)


def ids(store: Store, **wanted: Any) -> list[str]:
    return [one.id for one in search(store, Wanted(**wanted)).calls]


def test_the_latest_calls_come_first_page_by_page(store: Store, save: Save) -> None:
    save(*(call(f"c{number}", after=number // 2) for number in range(7)))
    found, pages = search(store, Wanted(limit=3)), []
    pages.append([one.id for one in found.calls])
    while found.next:
        found = search(store, Wanted(limit=3, before=found.next))
        pages.append([one.id for one in found.calls])
    assert pages == [["c6", "c5", "c4"], ["c3", "c2", "c1"], ["c0"]]


@pytest.mark.parametrize(
    "wanted",
    [
        {"ani": "+8613800005598"},
        {"ani": "*5598"},
        {"ani": "*98"},
        {"number": "*5598"},
        {"dnis": "95598"},
        {"dnis": "*5598"},
        {"flow": "hotline"},
        {"version": "abc"},
        {"goal": "told"},
        {"end": "completed"},
        {"cause": "NORMAL_CLEARING"},
        {"language": "zh-CN"},
        {"direction": "in"},
        {"shortest": 60, "longest": 62},
        {"node": "main"},
        {"node": "hotline/main"},
        {"heard": "查话"},
        {"agent": "1001"},
        {"group": "billing"},
        {"disposition": "answered"},
        {"disposition": "SOLD"},
        {"waited": 10, "waited_most": 20},
        {"rating": 2, "rating_most": 3},
        {"recorded": True},
        {"message": True},
        {"text": "WANG"},
        {"text": "refund"},
        {"text": "the"},
        {"since": NOON, "until": NOON + timedelta(seconds=1)},
    ],
    ids=str,
)
def test_each_condition_finds_what_it_is_true_of_and_nothing_else(
    store: Store, save: Save, wanted: dict[str, Any]
) -> None:
    save(
        call("the-one", lasts=61, ani="+8613800005598", dnis="95598", flow="hotline", version="abc123",
             goals=("told",), end="completed", hangup_cause="NORMAL_CLEARING", language="zh-CN",
             caller_name="Wang"),
        step("the-one", input="“查话费”", detail={"seconds": 2.3, "recording": "hotline/the-one-1.wav"}),
        contact("the-one", agent="1001", group="billing", disposition="answered", disposition_code="SOLD",
                waited=15, note="a refund"),
        RecordingRecord("the-one-1", NOON, "the-one"),
        SurveyAnswer("the-one", 3, "service", NOON, score=2),
        call("other", after=-5, lasts=300, ani="+8613800005599", dnis="95599", flow="sales", version="def",
             goals=("no",), end="failed", hangup_cause="USER_BUSY", language="en-US", direction="out",
             caller_name="Li"),
        step("other", "bye", input="2", detail={"slots": {"wish": 'a "recording": mine'}}),
        contact("other", agent="1002", group="repair", disposition="abandoned", waited=50, note="nothing"),
        RecordingRecord("other-1", NOON, "other", purged=NOON),
        SurveyAnswer("other", 3, "service", NOON, score=5),
        call("bare", after=-9, direction="out"),
    )  # fmt: skip
    assert ids(store, **wanted) == ["the-one"]


def test_a_number_is_looked_for_on_both_sides_and_told_once(store: Store, save: Save) -> None:
    save(
        call("by", 1, ani="5551234"),
        call("to", 2, dnis="5551234"),
        call("both", 3, ani="5551234", dnis="5551234"),
        call("neither", 4, ani="51234", dnis="5551233"),
    )
    assert ids(store, number="5551234") == ["both", "to", "by"]
    assert ids(store, number="*1234") == ["neither", "both", "to", "by"]
    page = search(store, Wanted(number="5551234", limit=1))
    assert ids(store, number="5551234", limit=5, before=page.next) == ["to", "by"]


def test_calls_under_way_and_those_without_a_recording_are_found(store: Store, save: Save) -> None:
    save(call("now"), call("over", 1, lasts=3), RecordingRecord("over-1", NOON, "over"))
    save(step("over", detail={"recording": "over.wav"}))
    assert ids(store, end="live") == ["now"]
    assert ids(store, recorded=False) == ["now"]
    assert ids(store, message=False) == ["now"]


@pytest.mark.parametrize("hostile", ["%", "_", "'; DROP TABLE calls; --", "\\", "“"])
@pytest.mark.parametrize("name", ["ani", "number", "node", "heard", "text", "version", "flow", "goal"])
def test_what_is_looked_for_is_never_taken_for_a_pattern(
    store: Store, save: Save, name: str, hostile: str
) -> None:
    save(call("c1", ani="13800000000", caller_name="Li", version="abc"), step("c1", input="1"))
    assert ids(store, **{name: hostile}) == []


def test_a_search_whose_time_is_over_says_how_far_it_looked_and_goes_on_there(
    store: Store, save: Save
) -> None:
    save(*(call(f"c{number:04}", after=number) for number in range(1000)))
    save(step("c0003", "rare"))
    ticking = count()
    first = search(store, Wanted(node="rare"), patience=0.5, now=lambda: float(next(ticking)))
    assert first.calls == ()
    assert first.searched == NOON + timedelta(seconds=600)
    then = search(store, Wanted(node="rare", before=first.next))
    assert [one.id for one in then.calls] == ["c0003"]
    assert (then.next, then.searched) == ("", None)


@pytest.mark.parametrize("wanted", [Wanted(limit=0), Wanted(limit=1001), Wanted(before="yesterday")])
def test_what_makes_no_sense_is_refused(store: Store, wanted: Wanted) -> None:
    with pytest.raises(StoreError):
        search(store, wanted)


def test_a_call_comes_with_all_that_belongs_to_it_and_nothing_else(store: Store, save: Save) -> None:
    mine, other = contact("c1", agent="1001"), contact("c2")
    offer = OfferRecord(mine.id, "1001", NOON, result="connected")
    recording = RecordingRecord("c1-1", NOON, "c1", mine.id)
    answer = SurveyAnswer("c1", 3, "service", NOON, score=4)
    save(call("c1"), call("c2"), step("c1"), step("c2"), mine, other, offer, recording, answer)
    found = whole(store, "c1")
    assert (found.call, found.steps) == (call("c1"), (step("c1"),))
    assert (found.contacts, found.offers) == ((mine,), (offer,))
    assert (found.recordings, found.answers) == ((recording,), (answer,))
    assert (found.callbacks, found.events) == ((), ())
    with pytest.raises(NotFound):
        whole(store, "c")


def test_a_line_of_the_list_tells_of_the_last_contact_the_recordings_and_the_worst_score(
    store: Store, save: Save
) -> None:
    first = contact("c1", group="billing", agent="1001", waited=3.0)
    last = replace(first, id="c1:2", arrived=NOON + timedelta(minutes=1), group="repair", agent="1002")
    save(call("c1"), call("c2"), first, last, RecordingRecord("c1-1", NOON, "c1"))
    save(*(SurveyAnswer("c1", 3, item, NOON, score=score) for item, score in (("a", 5), ("b", 2))))
    told = extras(store, ["c1", "c2"])
    assert set(told) == {"c1"}
    assert (told["c1"].group, told["c1"].agent, told["c1"].recordings, told["c1"].rating) == (
        "repair", "1002", 1, 2,
    )  # fmt: skip
