"""Pages of numbers and opening hours: what they say, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.settings import Acd, Flows, Settings, Store, Web
from ivr.web.pages.calendars import bars
from tests.web.conftest import Browser
from tests.web.test_bindings import FLOW

Someone = Callable[[str], Browser]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "flows").mkdir()
    for name, numbers in (("hotline", '["95598"]'), ("support", "[]")):
        (tmp_path / f"flows/{name}.yaml").write_text(FLOW.format(name=name, numbers=numbers))
    return Settings(
        store=Store(url=f"sqlite:///{tmp_path}/ivory.db", spool=tmp_path / "spool"),
        web=Web(key=tmp_path / "web.key"),
        acd=Acd(plan=tmp_path / "routing.yaml"),
        flows=Flows(dir=tmp_path / "flows", sounds=tmp_path / "flows"),
    )


def read(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


# Numbers ----------------------------------------------------------------------------------------------


def test_without_rows_the_page_says_what_they_are_for(signed_in: Someone) -> None:
    page = read(signed_in("designer"), "/numbers")
    assert "No numbers are set yet" in page
    assert "Answered by wish" in page


def test_who_may_only_look_is_shown_no_way_to_change_a_number(signed_in: Someone) -> None:
    signed_in("designer").send("PUT", "/api/v1/numbers/8001", {"flow": "support"})
    page = read(signed_in("viewer"), "/numbers")
    assert "8001" in page
    assert "/api/v1/numbers" not in page


def test_a_wish_that_a_row_does_not_fulfil_is_told(signed_in: Someone) -> None:
    designer = signed_in("designer")
    assert "Fulfil the wish" not in read(designer, "/numbers")
    designer.send("PUT", "/api/v1/numbers/955XX", {"flow": "support"})
    assert "Fulfil the wish" in read(designer, "/numbers")


@pytest.mark.parametrize(
    ("row", "number", "said"),
    [
        ({}, "95598", "wishes for 95598."),
        ({"number": "95598", "flow": "support"}, "95598", "The row of this very number"),
        ({"number": "955XX", "flow": "support"}, "95598", "The pattern 955XX"),
        ({"number": "95598", "flow": "support", "enabled": False}, "95598", "Nobody answers 95598"),
        ({"number": "95598", "flow": "gone"}, "95598", "Nobody answers 95598"),
        ({"number": "!", "flow": "support"}, "+49", "for all numbers that nobody else answers"),
        ({}, "+49", "no flow wishes for it"),
    ],
)
def test_what_answers_a_number_is_told_with_its_reason(
    signed_in: Someone, row: dict[str, object], number: str, said: str, settings: Settings
) -> None:
    if row.get("flow") == "gone":
        (settings.flows.dir / "gone.yaml").write_text(FLOW.format(name="gone", numbers="[]"))
    designer = signed_in("designer")
    if row:
        assert designer.send("POST", "/api/v1/numbers", row).status_code == 201
    (settings.flows.dir / "gone.yaml").unlink(missing_ok=True)
    page = read(designer, f"/numbers?number={number.replace('+', '%2B')}")
    assert said in page.split('class="toolbar"')[0].split('class="empty"')[0]


def test_a_long_list_of_numbers_comes_in_pages(signed_in: Someone) -> None:
    designer = signed_in("designer")
    for number in range(8000, 8101):
        designer.send("PUT", f"/api/v1/numbers/{number}", {"flow": "support"})
    first = read(designer, "/numbers")
    assert "after=8099" in first
    assert ">8100<" not in first
    assert ">8100<" in read(designer, "/numbers?after=8099")


def test_nonsense_in_the_address_is_not_looked_at(signed_in: Someone) -> None:
    assert "No number is like that" in read(signed_in("viewer"), "/numbers?q=%00%3Cb%3E")
    read(signed_in("viewer"), f"/numbers?q={'x' * 200}&number={'9' * 300}")


def test_what_somebody_wrote_stays_text(signed_in: Someone) -> None:
    designer = signed_in("designer")
    evil = "\"'><script>alert(1)</script>"
    designer.send("PUT", "/api/v1/numbers/8001", {"flow": "support", "note": evil})
    assert "<script>alert" not in read(designer, "/numbers?number=<script>alert(1)</script>")


# Opening hours ----------------------------------------------------------------------------------------

HOLIDAY = {"timezone": "Asia/Shanghai", "mon-fri": "09:00-18:00, 20:00-02:00", "holidays": ["CN"]}


def test_without_calendars_the_page_says_what_they_are_for(signed_in: Someone, settings: Settings) -> None:
    for file in settings.flows.dir.iterdir():
        file.unlink()
    assert "No opening hours yet" in read(signed_in("supervisor"), "/calendars")


def test_a_calendar_of_flows_may_become_one_of_the_house(signed_in: Someone) -> None:
    page = read(signed_in("supervisor"), "/calendars/office")
    assert "Open now" in page
    assert "Make them the house" in page
    assert "data-etag='\"0\"'" in page
    assert 'value="24h"' in page


def test_a_month_shows_holidays_and_days_worked_in_return(signed_in: Someone) -> None:
    designer = signed_in("designer")
    designer.send("PUT", "/api/v1/calendars/office", {"hours": HOLIDAY})
    page = read(designer, "/calendars/office?month=2026-10")
    assert page.count("National Day") == 7
    assert page.count("is-worked") == 1
    assert "?month=2026-09" in page
    assert "?month=2026-11" in page


def test_a_month_that_is_none_is_this_one(signed_in: Someone) -> None:
    for month in ("2026-13", "x", "0000-01", "9999-12"):
        assert "March 2026" in read(signed_in("viewer"), f"/calendars/office?month={month}"), month


def test_what_reaches_over_night_is_drawn_on_both_days() -> None:
    assert bars(((1200, 1560),), ()) == ((1200, 240),)
    assert bars(((540, 600),), ((1200, 1560),)) == ((0, 120), (540, 60))


def test_a_calendar_that_was_closed_by_hand_offers_the_way_back(signed_in: Someone) -> None:
    supervisor = signed_in("supervisor")
    body = {"state": "closed", "reason": "no <power>"}
    assert supervisor.send("PUT", "/api/v1/calendars/office/forced", body).status_code == 200
    page = read(supervisor, "/calendars/office")
    assert "no &lt;power&gt;" in page
    assert "Let the hours hold again" in page
    assert 'id="force"' not in page


def test_where_flows_differ_each_ones_hours_can_be_taken(signed_in: Someone, settings: Settings) -> None:
    other = FLOW.format(name="other", numbers="[]").replace("24h", '"10:00-11:00"')
    (settings.flows.dir / "other.yaml").write_text(other)
    page = read(signed_in("designer"), "/calendars/office?from=other")
    assert "Flows differ" in page
    assert 'value="10:00-11:00"' in page


def test_who_may_only_look_at_hours_is_shown_no_way_to_change_them(signed_in: Someone) -> None:
    page = read(signed_in("viewer"), "/calendars/office")
    assert "fieldset disabled" in page
    assert 'class="button primary"' not in page
    assert "data-force" not in page


def test_a_calendar_that_nobody_knows_is_not_there(signed_in: Someone) -> None:
    assert signed_in("viewer").get("/calendars/nobodys").status_code == 404
