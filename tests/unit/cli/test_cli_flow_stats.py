"""`ivr flow stats`, from the real engine's journeys in a real database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.cli import run
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert
from tests.calls import completed
from tests.unit.insight.crowd import Crowd, HangUp, Pause, Press

FLOW = """
nodes:
  main:
    type: menu
    prompt: For hours press 1. For your bill press 2. To report an outage press 3. For a person press 0.
    options: {1: hours, 2: {label: bills, next: bill}, 3: {label: "[red]x", next: end}, 0: end}
    outcomes: {exhausted: end}
  hours: {type: play, goal: hours_told, prompt: From nine to five., next: end}
  bill: {type: play, goal: bill_told, prompt: You owe five dollars., next: end}
"""
WINDOW = ["--since", "2026-11-16", "--until", "2026-11-23"]


@pytest.fixture
def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_STORE_URL", f"sqlite:///{tmp_path}/ivory.db")
    monkeypatch.setenv("IVR_FLOWS_DIR", str(tmp_path / "flows"))
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "t.yaml").write_text(completed(FLOW))
    made = Crowd(FLOW)
    made.call(made.listens("2"), times=200)
    made.call(made.listens("1"), times=30)
    made.call(Pause(3), HangUp(), times=20)
    return made


def save(crowd: Crowd, folder: Path) -> None:
    with open_current(f"sqlite:///{folder}/ivory.db") as store:
        Upsert(store)([pack(record) for record in crowd.records()])


def test_a_manager_reads_ways_leavers_and_advice(
    crowd: Crowd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(crowd, tmp_path)
    assert run(["flow", "stats", "t", *WINDOW]) == 0
    shown = capsys.readouterr().out
    assert "250 calls" in shown
    assert "contained 92 % (88–95) · abandoned 8.0 % (5–12)" in shown
    assert "Say 2 1 3 0 instead of 1 2 3 0: " in shown
    rows = [line.split() for line in shown.splitlines()]
    assert ["goal", "bill_told", "200", "80", "%"] in [row[:5] for row in rows]
    assert ["main", "menu", "250", "20", "8.0", "%", "3.0", "s"] in [row[:8] for row in rows]
    assert "[red]x" in shown


def test_programs_get_all_of_it(crowd: Crowd, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(crowd, tmp_path)
    assert run(["flow", "stats", "t", *WINDOW, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["calls"]["total"] == 250
    assert told["menus"][0]["advice"]["order"] == ["2", "1", "3", "0"]
    assert told["shares"]["contained"]["value"] == pytest.approx(0.92)
    assert "13800000000" not in json.dumps(told)


def test_a_version_is_looked_at_alone(
    crowd: Crowd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(crowd, tmp_path)
    for version, calls in ((crowd.version[:6], 250), ("no-such", 0)):
        assert run(["flow", "stats", "t", *WINDOW, "--version", version, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["calls"]["total"] == calls


def test_a_flow_without_calls_and_one_that_is_none_are_told_apart(
    crowd: Crowd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(crowd, tmp_path)
    assert run(["flow", "stats", "t", "--since", "2020-01-01", "--until", "2020-01-02"]) == 0
    assert "0 calls" in capsys.readouterr().out
    assert run(["flow", "stats", "nope"]) == 1
    assert "neither calls nor a file" in capsys.readouterr().err


def test_what_the_records_lack_is_said(
    crowd: Crowd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crowd.call(Press("1"), times=3)
    for walk in crowd.walks[-3:]:
        del walk.events[1:]
    save(crowd, tmp_path)
    (tmp_path / "flows" / "t.yaml").write_text(completed(FLOW) + "# edited\n")
    assert run(["flow", "stats", "t", *WINDOW]) == 0
    shown = capsys.readouterr().out
    assert "calls under way: 3" in shown
    assert "calls without any step in their journeys: 3" in shown
    assert "calls of another version than the one these menus are from: 253" in shown
