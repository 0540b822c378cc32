"""`ivr flow lint --journeys`: what real callers chose decides which option belongs first."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine

from ivr.cli import run
from ivr.flow.releases import fold
from ivr.runtime.journey import CallStarted
from ivr.store import versions
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert
from tests.calls import completed
from tests.unit.insight.crowd import Crowd, Pause, Press

SINCE = "--journeys=2026-11-16"
MAIN = """
nodes:
  main:
    type: menu
    prompt: For hours press 1. For your bill press 2.
    options: {1: hours, 2: bill}
    outcomes: {exhausted: end}
  hours: {type: play, prompt: From nine to five., next: end}
  bill: {type: play, prompt: You owe five dollars., next: end}
"""
FIRST = "id: first\nnodes: {hello: {type: play, prompt: Hello., next: 'flow:t'}}"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_STORE_URL", f"sqlite:///{tmp_path}/ivory.db")
    monkeypatch.setenv("IVR_FLOWS_DIR", str(tmp_path / "flows"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/t.yaml").write_text(completed(MAIN))
    (tmp_path / "flows/first.yaml").write_text(completed(FIRST))
    return tmp_path


def save(crowd: Crowd) -> None:
    with open_current("sqlite:///ivory.db") as store:
        Upsert(store)([pack(record) for record in crowd.records()])


def callers(*texts: str, **twos: int) -> Crowd:
    """Ten who choose 1, and so many who choose 2, of those who come in by each flow."""
    crowd = Crowd(*texts)
    for crowd.start, count in twos.items():
        crowd.call(Pause(8), Press("2"), times=count)
        crowd.call(Pause(8), Press("1"), times=10)
    return crowd


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str]]:
    """File and message of what is said about the order."""
    assert run(["flow", "lint", "--json", *arguments]) == 0
    rows = json.loads(capsys.readouterr().out)
    return [(Path(row["file"]).name, row["message"]) for row in rows if row["code"] == "F305"]


def test_the_most_wanted_option_belongs_first(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(callers(MAIN, t=110))
    assert found(capsys) == []
    told = ("t.yaml", "92% of callers choose 2, which they hear as number 2")
    assert found(capsys, SINCE) == [told]
    assert found(capsys) == []  # and nothing of it is remembered
    assert found(capsys, SINCE, "flows/t.yaml") == [told]


def test_without_a_moment_it_is_the_last_thirty_days(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(callers(MAIN, t=110))
    with time_machine.travel("2026-12-10"):
        assert len(found(capsys, "--journeys")) == 1
    with time_machine.travel("2027-01-10"):
        assert found(capsys, "--journeys") == []


def test_callers_who_came_in_by_another_flow_count_too(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(callers(FIRST, MAIN, first=60, t=30))
    assert [message[:3] for _, message in found(capsys, SINCE)] == ["82%"]


def test_too_few_callers_tell_nothing(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(callers(MAIN, t=80))
    assert found(capsys, SINCE) == []


def test_callers_of_another_version_may_have_pressed_other_keys(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(callers(MAIN, t=110))
    file = house / "flows/t.yaml"
    file.write_text(file.read_text().replace("1: hours, 2: bill", "1: bill, 2: hours"))
    assert found(capsys, SINCE) == []


def test_a_draft_is_judged_by_callers_of_the_published_version_whose_keys_lead_the_same_way(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["flow", "publish", "t", "--untested"]) == 0
    capsys.readouterr()
    crowd = callers(MAIN, t=110)
    with open_current("sqlite:///ivory.db") as store:
        version = fold(versions.releases(store, "t"))["t"].version
    for walk in crowd.walks:
        walk.events[:] = [
            replace(event, version=version) if isinstance(event, CallStarted) else event
            for event in walk.events
        ]
    save(crowd)
    file = house / "flows/t.yaml"
    file.write_text(file.read_text().replace("You owe", "You still owe"))
    assert len(found(capsys, SINCE)) == 1
    file.write_text(file.read_text().replace("1: hours, 2: bill", "1: bill, 2: hours"))
    assert found(capsys, SINCE) == []


def test_without_a_store_it_says_so(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "lint", SINCE]) == 1
    assert "ivory.db" in capsys.readouterr().err
    assert not (house / "ivory.db").exists()


def test_a_path_in_the_place_of_the_moment_is_told_apart(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["flow", "lint", "--journeys", "flows/t.yaml"]) == 2
    assert "--journeys=30d" in capsys.readouterr().err
