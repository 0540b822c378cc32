"""The commands about calendars, as an admin uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest

from ivr.cli import run
from ivr.cli.calendar.times import local
from ivr.hours.written import read

FLOW = """
id: {name}
languages: [en-US]
calendars: {{office: {{timezone: Asia/Shanghai, daily: {hours}}}}}
nodes: {{a: {{type: hours, calendar: office, open: end, closed: end}}}}
"""
PLAN = 'calendars: {{desk: {{timezone: UTC, daily: "24h"}}}}\ngroups: {{billing: {{hours: desk}}}}\n'.format()
HOURS = 'timezone: Asia/Shanghai\nmon-fri: "09:00-18:00"\nholidays: [CN]\ndates: {"2026-12-24": closed}\n'
Ivr = Callable[..., str]


@pytest.fixture
def ivr(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ivr:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/hotline.yaml").write_text(FLOW.format(name="hotline", hours="24h"))
    (tmp_path / "routing.yaml").write_text(PLAN)
    (tmp_path / "office.yaml").write_text(HOURS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_STORE_URL", f"sqlite:///{tmp_path}/ivory.db")

    def command(*words: str, code: int = 0) -> str:
        assert run(list(words)) == code, capsys.readouterr()
        told = capsys.readouterr()
        return told.out + told.err

    return command


def test_calendars_of_flows_and_of_the_plan_are_listed_with_who_goes_by_them(ivr: Ivr) -> None:
    found = {one["name"]: one for one in json.loads(ivr("calendar", "list", "--json"))}
    assert found["office"]["flows"] == {"hotline": {"timezone": "Asia/Shanghai", "mon-sun": "24h"}}
    assert found["desk"]["groups"] == ["billing"]
    assert found["office"]["stands"]["state"] == "open"
    assert "theirs" in ivr("calendar", "list")


def test_hours_that_are_set_are_shown_and_set_again(ivr: Ivr, tmp_path: Path) -> None:
    assert "calendar office is" in ivr(
        "calendar", "set", "office", "office.yaml", "--note", "Shanghai", "--by", "li"
    )
    written = ivr("calendar", "show", "office", "--yaml")
    assert "mon-fri: 09:00-18:00" in written
    (tmp_path / "again.yaml").write_text(written)
    before = json.loads(ivr("calendar", "show", "office", "--json"))
    after = json.loads(ivr("calendar", "set", "office", "again.yaml", "--json"))
    assert (after["hours"], after["note"]) == (before["hours"], "Shanghai")


def test_who_had_other_hours_is_told(ivr: Ivr) -> None:
    assert "other hours than these stood in flow hotline" in ivr("calendar", "set", "office", "office.yaml")


def test_json_is_taken_as_well(ivr: Ivr, tmp_path: Path) -> None:
    (tmp_path / "office.json").write_text(json.dumps({"timezone": "UTC", "daily": "24h"}))
    ivr("calendar", "set", "office", "office.json")
    assert "office is open\n" in ivr("calendar", "show", "office")


def test_the_rule_of_a_moment_is_told(ivr: Ivr) -> None:
    ivr("calendar", "set", "office", "office.yaml")
    told = ivr("calendar", "show", "office", "--at", "2026-10-01 10:00")
    assert "office is holiday until" in told
    assert "国庆节" in told
    lines = ivr("calendar", "show", "office", "--at", "2026-12-23 20:00").splitlines()
    assert lines[0] == "office is closed until Fri 2026-12-25 09:00"
    assert lines[2] == "  Fri 2026-12-25 09:00  open"


def test_a_calendar_is_switched_by_hand_and_back(ivr: Ivr) -> None:
    told = ivr("calendar", "force", "office", "closed", "--until", "2h", "--reason", "水淹")
    assert "office is closed until" in told
    assert "(by hand)" in told
    shown = ivr("calendar", "show", "office")
    assert "switched by hand: 水淹" in shown
    assert "those of flows hold" in shown
    assert "office is open" in ivr("calendar", "force", "office", "off")
    assert "D003" in ivr("calendar", "force", "office", "off", code=1)


def test_a_calendar_that_nobody_has_is_not_switched(ivr: Ivr) -> None:
    assert 'did you mean "office"' in ivr("calendar", "force", "ofice", "closed", code=1)


def test_what_goes_is_left_to_flows(ivr: Ivr) -> None:
    ivr("calendar", "set", "office", "office.yaml")
    assert "no calendar office any more; it is open" in ivr("calendar", "remove", "office")
    assert "D003" in ivr("calendar", "remove", "office", code=1)


def test_a_month_shows_holidays_and_worked_weekends(ivr: Ivr) -> None:
    ivr("calendar", "set", "office", "office.yaml")
    lines = ivr("calendar", "month", "office", "2026-10").splitlines()
    assert len(lines) == 31
    assert lines[0].split() == ["Thu", "2026-10-01", "closed", "国庆节"]
    assert "worked weekend" in lines[9]
    assert "National Day" in ivr("calendar", "month", "office", "2026-10", "--language", "en-US")
    assert json.loads(ivr("calendar", "month", "office", "2026-12", "--json"))[23]["rule"] == "date"
    assert "is no month" in ivr("calendar", "month", "office", "2026-13", code=2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("timezone: Mars\ndaily: 24h", 'wrong.yaml:1:11: D004 timezone: "Mars" is no time zone'),
        ("timezone: UTC\nmon: 9-18", "wrong.yaml:2:6: D004 mon"),
        ("- a", "no calendar"),
        ("a: [", "F0"),
    ],
)
def test_wrong_hours_are_refused_and_change_nothing(
    ivr: Ivr, tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "wrong.yaml").write_text(content)
    assert message in ivr("calendar", "set", "office", "wrong.yaml", code=1)
    assert json.loads(ivr("calendar", "show", "office", "--json"))["hours"] is None


def test_calendars_of_flows_that_differ_have_no_one_answer(ivr: Ivr, tmp_path: Path) -> None:
    (tmp_path / "flows/support.yaml").write_text(FLOW.format(name="support", hours='"09:00-18:00"'))
    assert "theirs, and they differ" in ivr("calendar", "list")
    assert "it depends on the flow" in ivr("calendar", "show", "office")
    assert "those of flows differ" in ivr("calendar", "month", "office", code=1)
    ivr("calendar", "set", "office", "office.yaml")
    assert "depends" not in ivr("calendar", "list")


# Moments ----------------------------------------------------------------------------------------------

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)  # in Beijing
OFFICE = read({"timezone": "Asia/Shanghai", "daily": "24h"})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("15:00", "2026-11-23 15:00"),
        ("09:30", "2026-11-24 09:30"),
        ("2h", "2026-11-23 14:00"),
        ("90 min", "2026-11-23 13:30"),
        ("3d", "2026-11-26 12:00"),
        ("2026-12-24 15:00", "2026-12-24 15:00"),
    ],
)
def test_a_moment_is_that_of_the_calendars_zone(text: str, moment: str) -> None:
    wanted = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert local(text, OFFICE, NOON) == wanted


@pytest.mark.parametrize("text", ["", "tomorrow", "25:00", "9999999h", "2026-13-01"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        local(text, OFFICE, NOON)
