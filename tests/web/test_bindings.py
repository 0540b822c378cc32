"""The API for numbers and calendars, as a page or a program uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivr.settings import Acd, Flows, Settings, Store, Web

FLOW = """
id: {name}
languages: [en-US]
numbers: {numbers}
calendars: {{office: {{timezone: UTC, daily: 24h}}}}
nodes: {{a: {{type: hours, calendar: office, open: end, closed: end}}}}
"""
HOURS = {"timezone": "Asia/Shanghai", "mon-fri": "09:00-18:00", "holidays": ["CN"]}
Ask = Callable[..., Any]


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


@pytest.fixture
def ask(bearer: Callable[..., Ask]) -> Ask:
    return bearer("numbers:*", "calendars:*", "audit:read")


# Numbers ----------------------------------------------------------------------------------------------


def test_a_number_is_made_changed_and_removed(ask: Ask) -> None:
    made = ask("POST", "/api/v1/numbers", {"number": "010-5555 1234", "flow": "hotline"})
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/numbers/+861055551234")
    path, etag = "/api/v1/numbers/01055551234", made.headers["ETag"]
    changed = ask("PUT", path, {"flow": "support", "note": "fair"}, If_Match=etag)
    assert (changed.status_code, changed.json["flow"], changed.json["serving"]) == (200, "support", True)
    assert ask("PUT", path, {"flow": "hotline"}, If_Match=etag).status_code == 412
    assert ask("DELETE", path, If_Match=etag).status_code == 412
    assert ask("DELETE", path, If_Match=changed.headers["ETag"]).status_code == 204
    assert ask("GET", path).status_code == 404


def test_a_deleted_number_can_be_put_back(ask: Ask) -> None:
    before = ask("PUT", "/api/v1/numbers/80XX", {"flow": "hotline"}, If_None_Match="*").json
    ask("DELETE", "/api/v1/numbers/80XX")
    put = {name: before[name] for name in ("flow", "language", "note", "enabled")}
    assert ask("PUT", "/api/v1/numbers/80XX", put, If_None_Match="*").status_code == 200
    assert ask("PUT", "/api/v1/numbers/80XX", put, If_None_Match="*").status_code == 412


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"number": "a b", "flow": "hotline"}, "/number"),
        ({"number": "95598", "flow": "hotlin"}, "/flow"),
        ({"number": "95598", "flow": "hotline", "language": "english"}, "/language"),
        ({"number": "95598"}, "/flow"),
        ({"number": "95598", "flow": "hotline", "revision": 1}, "/revision"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(ask: Ask, body: dict[str, Any], pointer: str) -> None:
    answer = ask("POST", "/api/v1/numbers", body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_what_answers_and_why_is_told(ask: Ask) -> None:
    asked = "/api/v1/number-lookup?number=95598"
    assert ask("GET", asked).json["flow"] == "hotline"
    ask("PUT", "/api/v1/numbers/955XX", {"flow": "support", "language": "en-US"})
    which = ask("GET", asked).json
    assert (which["flow"], which["language"]) == ("support", "en-US")
    assert [one["rule"] for one in which["candidates"]] == ["pattern", "wish"]
    (wish,) = ask("GET", "/api/v1/number-wishes").json
    assert (wish["fate"], wish["row"], wish["leads"]) == ("taken", "955XX", "support")


def test_numbers_come_in_pages(ask: Ask) -> None:
    for number in ("8001", "8002", "8003"):
        ask("PUT", f"/api/v1/numbers/{number}", {"flow": "hotline", "note": f"desk {number}"})
    first = ask("GET", "/api/v1/numbers?limit=2").json
    assert [one["number"] for one in first] == ["8001", "8002"]
    rest = ask("GET", f"/api/v1/numbers?limit=2&after={first[-1]['number']}").json
    assert [one["number"] for one in rest] == ["8003"]
    assert [one["number"] for one in ask("GET", "/api/v1/numbers?search=DESK%208002").json] == ["8002"]


def test_a_change_is_in_the_audit_in_the_name_of_who_made_it(ask: Ask) -> None:
    ask("PUT", "/api/v1/numbers/8001", {"flow": "hotline"})
    (entry,) = ask("GET", "/api/v1/audit?target=8001").json
    assert (entry["by"], entry["order"], entry["after"]["flow"]) == ("token:crm", "number.set", "hotline")


# Calendars --------------------------------------------------------------------------------------------


def test_a_calendar_that_only_flows_know_is_taken_over(ask: Ask) -> None:
    found = ask("GET", "/api/v1/calendars/office")
    assert (found.json["hours"], found.json["standing"]["state"]) == (None, "open")
    assert sorted(found.json["flows"]) == ["hotline", "support"]
    put = ask(
        "PUT", "/api/v1/calendars/office", {"hours": HOURS, "note": "Beijing"}, If_Match=found.headers["ETag"]
    )
    assert (put.status_code, put.json["hours"]["mon-fri"]) == (200, "09:00-18:00")
    again = ask("PUT", "/api/v1/calendars/office", {"hours": HOURS}, If_Match=found.headers["ETag"])
    assert again.status_code == 412
    assert ask("DELETE", "/api/v1/calendars/office", If_Match=put.headers["ETag"]).status_code == 204
    assert ask("GET", "/api/v1/calendars/office").json["hours"] is None


def test_wrong_hours_are_told_at_their_key(ask: Ask) -> None:
    answer = ask("PUT", "/api/v1/calendars/office", {"hours": {"timezone": "UTC", "mon": "9-18"}})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/hours/mon"


def test_a_calendar_is_switched_by_hand_and_back(ask: Ask) -> None:
    forced = "/api/v1/calendars/office/forced"
    body = {"state": "closed", "until": "2026-03-02T18:00:00+08:00", "reason": "水淹"}
    answer = ask("PUT", forced, body)
    assert answer.json["standing"]["rule"] == "forced"
    assert answer.json["forced"]["reason"] == "水淹"
    assert ask("PUT", forced, {**body, "until": "2020-01-01T00:00:00Z"}).status_code == 422
    assert ask("PUT", forced, {**body, "until": "2027-01-01T00:00:00"}).status_code == 422
    assert ask("DELETE", forced).status_code == 204
    assert ask("DELETE", forced).status_code == 404
    assert ask("PUT", "/api/v1/calendars/nobodys/forced", body).status_code == 404


def test_what_comes_is_told(ask: Ask) -> None:
    ask("PUT", "/api/v1/calendars/office", {"hours": HOURS})
    outlook = ask(
        "GET", "/api/v1/calendars/office/outlook?at=2026-10-01T10:00:00%2B08:00&language=en-US"
    ).json
    assert (outlook["standing"]["state"], outlook["standing"]["name"]) == ("holiday", "National Day")
    assert outlook["changes"][:2] == [
        {"at": "2026-10-08T00:00:00+08:00", "state": "closed"},
        {"at": "2026-10-08T09:00:00+08:00", "state": "open"},
    ]
    days = ask("GET", "/api/v1/calendars/office/month?month=2026-10").json
    assert [day["rule"] for day in days if day["day"].endswith("-10")] == ["worked"]
    assert ask("GET", "/api/v1/calendars/office/month?month=2026-13").status_code == 422


def test_hours_are_looked_at_before_they_are_set(ask: Ask) -> None:
    days = ask("POST", "/api/v1/calendar-preview", {"hours": HOURS, "month": "2026-12"}).json
    assert len(days) == 31
    assert ask("GET", "/api/v1/calendars/office").json["hours"] is None


def test_where_flows_differ_there_is_no_one_answer(ask: Ask, settings: Settings) -> None:
    (settings.flows.dir / "other.yaml").write_text(
        FLOW.format(name="other", numbers="[]").replace("24h", "closed")
    )
    assert ask("GET", "/api/v1/calendars/office").json["standing"] is None
    assert ask("GET", "/api/v1/calendars/office/outlook").status_code == 404


def test_who_may_only_look_changes_nothing(bearer: Callable[..., Ask]) -> None:
    ask = bearer("numbers:read", "calendars:read")
    assert ask("PUT", "/api/v1/numbers/1", {"flow": "hotline"}).status_code == 403
    assert ask("PUT", "/api/v1/calendars/office/forced", {"state": "open"}).status_code == 403
