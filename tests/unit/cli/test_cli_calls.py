from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.cli import run
from ivr.store.records import CallRecord, Step
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_STORE_URL", f"sqlite:///{tmp_path}/ivory.db")
    return f"sqlite:///{tmp_path}/ivory.db"


def save(url: str, *records: CallRecord | Step) -> None:
    with open_current(url) as store:
        Upsert(store)([pack(record) for record in records])


def a_call(url: str, caller_name: str = "") -> None:
    ended = NOON + timedelta(seconds=72.5)
    save(
        url,
        CallRecord(
            "e3ebeeef-383a", NOON, "hotline", ani="138", caller_name=caller_name, ended=ended, end="completed"
        ),
        Step(
            "e3ebeeef-383a", 1, "hotline", "greet", "play", NOON, NOON, "next", detail={"heard": ["a", "b"]}
        ),
        Step("e3ebeeef-383a", 2, "bills", "account", "collect", NOON + timedelta(seconds=3), input="1234"),
    )


def test_a_journey_is_a_tree_with_times(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    a_call(url)
    assert run(["calls", "show", "e3eb"]) == 0
    shown = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert shown[1:] == [
        "├── hotline",
        "│   ├──  0:00.0  greet play  → next  0.0 s",
        "│   │             heard: a · b",
        "│   └──  0:03.0  bills:account collect  “1234”  never left",
        "└── completed    after 1:12.5",
    ]


def test_a_callers_name_reaches_the_terminal_as_text_and_nothing_else(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    a_call(url, caller_name="\x1b]0;owned\x07[red]Bob[/red]\nforged line")
    assert run(["calls", "show", "e3eb"]) == 0
    shown = capsys.readouterr().out
    assert "�]0;owned�[red]Bob[/red]�forged line" in shown
    assert "\x1b" not in shown


def test_the_list_for_programs_is_paged_by_its_own_cursor(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    save(url, *(CallRecord(f"c{number}", NOON + timedelta(minutes=number)) for number in range(3)))
    assert run(["calls", "list", "--limit", "2", "--json"]) == 0
    page = json.loads(capsys.readouterr().out)
    assert [call["id"] for call in page["calls"]] == ["c2", "c1"]
    assert page["calls"][0]["started"] == "2026-11-23T12:02:00+00:00"
    assert run(["calls", "list", "--before", page["next"], "--json"]) == 0
    assert [call["id"] for call in json.loads(capsys.readouterr().out)["calls"]] == ["c0"]


def test_ids_in_the_list_are_long_enough_to_tell_calls_apart(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    save(url, CallRecord("0123456789-a", NOON), CallRecord("0123456789-b", NOON))
    assert run(["calls", "list"]) == 0
    shown = capsys.readouterr().out
    assert "0123456789-a" in shown
    assert "0123456789-b" in shown


@pytest.mark.parametrize(
    ("since", "found"),
    [("2026-11-23T12:00Z", 1), ("2026-11-23T20:00:01+08:00", 0), ("2026-11-22", 1), ("9999w", 1)],
)
def test_times_may_be_written_as_people_do(
    url: str, capsys: pytest.CaptureFixture[str], since: str, found: int
) -> None:
    save(url, CallRecord("c", NOON))
    assert run(["calls", "list", "--since", since, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["calls"]) == found


@pytest.mark.parametrize("since", ["yesterday-ish", "999999w", "0001-01-01T00:00+14:00"])
def test_a_time_that_is_none_is_a_mistake_in_the_command_line(since: str) -> None:
    assert run(["calls", "list", "--since", since]) == 2


def test_an_unknown_call_and_a_missing_database_are_told_with_a_way_out(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calls", "list"]) == 1
    assert "ivr db migrate" in capsys.readouterr().err
    save(url)
    assert run(["calls", "show", "nope"]) == 1
    assert "ivr calls list" in capsys.readouterr().err


def test_how_well_a_caller_was_heard_is_shown_for_people_and_programs(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    a_call(url)
    save(url, CallRecord("e3ebeeef-383a", NOON, mos=4.2, jitter_ms=5.81, loss_percent=5.0))
    assert run(["calls", "show", "e3eb"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[-1] == "└── caller's audio: MOS 4.20 · jitter 5.8 ms · 5 % lost"
    assert run(["calls", "show", "e3eb", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["call"]
    assert (told["mos"], told["jitter_ms"], told["loss_percent"]) == (4.2, 5.81, 5.0)
    assert run(["calls", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["calls"][0]["mos"] == 4.2
