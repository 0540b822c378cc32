"""Pages of calls, customers and the overview: they are there for who may see them, and show nothing as markup
that somebody else wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ivr.store import customers
from ivr.store.customers import Customer
from ivr.store.records import CallRecord, ContactRecord, Record, RecordingRecord, Step, SurveyAnswer
from ivr.store.rows import pack
from ivr.store.upsert import Upsert
from ivr.web.live.feed import Feed
from ivr.web.live.today import Today
from ivr.web.pages.calls import asked, ending
from ivr.web.site import Site
from tests.web.conftest import NOW, Browser

SCRIPT = "<script>alert(1)</script>"
Open = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def _ended(site: Site) -> Any:
    yield
    site.part(Feed).stop()


@pytest.fixture
def call(site: Site) -> str:
    """A call in which everything that others can write is hostile."""
    contact = ContactRecord(
        "c1:3", NOW, "c1", group=SCRIPT, agent=SCRIPT, answered=NOW, ended=NOW, waited=3, talk=4, note=SCRIPT,
        disposition="answered", disposition_code=SCRIPT, customer="+8613800000001",
    )  # fmt: skip
    records: list[Record] = [
        CallRecord("c1", NOW, SCRIPT, "v", "+8613800000001", SCRIPT, SCRIPT, end="completed", ended=NOW),
        Step("c1", 1, SCRIPT, SCRIPT, "menu", NOW, NOW, SCRIPT, SCRIPT,
             {"slots": {SCRIPT: SCRIPT}, "request": SCRIPT, "status": 503, "problems": [SCRIPT],
              "confidence": 0.9, "recording": "x.wav"}),
        contact,
        RecordingRecord("c1-1", NOW, "c1", agent=SCRIPT, ended=NOW, seconds=1.0, path="x.wav"),
        SurveyAnswer("c1", 2, SCRIPT, NOW, score=1, answer=SCRIPT),
    ]  # fmt: skip

    def write(store: Any) -> None:
        with store.errors():
            assert Upsert(store)([pack(record) for record in records]) == []
        customer = Customer("w", NOW, ("+8613800000001",), SCRIPT, SCRIPT, tags=(SCRIPT,), agent=SCRIPT,
                            attributes={SCRIPT: SCRIPT})  # fmt: skip
        assert customers.write(store, [customer]) == []

    site.ask(write)
    return "c1"


@pytest.mark.parametrize("path", ["/", "/overview", "/calls", "/calls/c1", "/customers", "/customers/w"])
@pytest.mark.parametrize("role", ["admin", "supervisor", "viewer"])
def test_what_others_wrote_is_shown_as_words(signed_in: Open, call: str, path: str, role: str) -> None:
    answer = signed_in(role).get(path)
    if answer.status_code == 403:
        return  # that they may not is tried elsewhere
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "alert(1)" in page or path == "/customers"
    assert SCRIPT not in page


def test_a_call_that_is_not_there_has_a_page_that_says_so(signed_in: Open) -> None:
    assert signed_in("admin").get("/calls/nobody").status_code == 404
    assert signed_in("admin").get("/customers/nobody").status_code == 404


def test_a_newcomer_is_led_to_the_first_call(signed_in: Open, site: Site) -> None:
    page = signed_in("admin").get("/").get_data(as_text=True)
    assert "Three steps to the first call" in page
    assert "No worker runs just now" in page


def test_who_may_not_listen_sees_no_player_and_who_may_not_change_no_button(
    signed_in: Open, call: str
) -> None:
    assert "<audio" in signed_in("supervisor").get("/calls/c1").get_data(as_text=True)
    viewer = signed_in("viewer").get("/calls/c1").get_data(as_text=True)
    assert "<audio" not in viewer
    assert "/sound" not in viewer


def test_a_search_that_makes_no_sense_is_told_and_the_rest_of_it_done(signed_in: Open, call: str) -> None:
    page = signed_in("admin").get("/calls?shortest=long&number=0001&end=completed")
    assert page.status_code == 200
    assert "/calls/c1" in page.get_data(as_text=True)
    query, wrong = asked({"shortest": "long", "end": "perhaps", "colour": "red", "number": "0001"}, NOW)
    assert (set(wrong), query.number) == ({"shortest", "end"}, "*0001")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("5598", "*5598"), ("+8613800005598", "+8613800005598"), ("13800005598", "13800005598"), ("*98", "*98"),
     ("138 0000", "*1380000")],
)  # fmt: skip
def test_a_number_without_its_prefix_is_the_end_of_one(typed: str, meant: str) -> None:
    assert ending(typed) == meant


def test_days_are_those_of_this_machine() -> None:
    query, _ = asked({"from": "2026-03-01", "to": "2026-03-02"}, NOW)
    assert query.since is not None
    assert query.until is not None
    assert query.until - query.since == timedelta(days=2)
    assert asked({"day": "0"}, NOW)[0].since == NOW.astimezone().replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    assert asked({"from": "tomorrow", "to": "9999-12-31"}, NOW)[0].since is None


def test_the_days_figures_count_waits_against_each_groups_own_target(site: Site) -> None:
    def contact(number: int, group: str, disposition: str, waited: float, call: str = "a") -> ContactRecord:
        return ContactRecord(
            f"c{number}", NOW, call=call, group=group, disposition=disposition, waited=waited
        )

    records: list[Record] = [
        contact(1, "fast", "answered", 8),
        contact(2, "slow", "answered", 50),
        contact(3, "other", "answered", 25),
        contact(4, "fast", "abandoned", 5),
        contact(5, "fast", "callback", 5),
        contact(6, "fast", "abandoned", 5, "e"),
        CallRecord("a", NOW, "f", end="completed", goals=("told",), ended=NOW),
        CallRecord("b", NOW, "f", end="transfer", goals=("told",), ended=NOW),
        CallRecord("c", NOW, "f", end="abandoned", ended=NOW),
        CallRecord("d", NOW, "f"),
        CallRecord("e", NOW, "f", dnis="try-0a1b2c", end="abandoned", ended=NOW),  # a designer's
    ]

    def counted(store: Any) -> Any:
        with store.errors():
            Upsert(store)([pack(record) for record in records])
        return Today(site.settings).ask(store, NOW, {"fast": 10, "slow": 60})

    day = site.ask(counted)
    assert (day.calls, day.contacts, day.abandoned) == (4, 5, 0.2)
    assert day.service_level == 2 / 4
    assert day.levels == {"fast": 1 / 2, "slow": 1.0, "other": 0.0}
    assert day.contained == pytest.approx(1 / 3)
