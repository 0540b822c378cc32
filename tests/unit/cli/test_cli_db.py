from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.cli import run
from ivr.store.calls import count
from ivr.store.records import CallRecord
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.spool import Spool
from ivr.store.upsert import Upsert


@pytest.fixture(autouse=True)
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_STORE_URL", f"sqlite:///{tmp_path}/ivory.db")
    monkeypatch.setenv("IVR_STORE_SPOOL", str(tmp_path / "spool"))
    return f"sqlite:///{tmp_path}/ivory.db"


def test_migrate_makes_the_database_and_does_nothing_when_it_is_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["db", "migrate"]) == 0
    assert capsys.readouterr().out.startswith("0001_calls\n0002_quality\n0003_versions\n")
    assert run(["db", "migrate"]) == 0
    assert capsys.readouterr().out == ""


def test_status_counts_what_is_stored_and_what_waits(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_current(url) as store:
        Upsert(store)([pack(CallRecord("c", datetime.now(UTC)))])
    spool = Spool(tmp_path / "spool")
    spool.append(["{}", "{}"])
    spool.reject([("{}", "why")])
    spool.close()
    assert run(["db", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["calls"], told["steps"], told["current"]) == (1, 0, True)
    assert (told["spool"]["waiting"], told["spool"]["rejected"]) == (2, 1)
    assert run(["db", "status"]) == 0
    assert "2 records wait" in capsys.readouterr().out


def test_status_of_a_database_that_needs_migrating_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "ivory.db").touch()
    assert run(["db", "status"]) == 1


def test_check_finds_nothing_in_a_whole_database_and_fails_on_garbage(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_current(url).close()
    assert run(["db", "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    (tmp_path / "ivory.db").write_bytes(b"garbage" * 1000)
    assert run(["db", "check"]) == 1
    assert "is not a database" in capsys.readouterr().err


def test_a_backup_can_be_opened_in_place_of_the_database(url: str, tmp_path: Path) -> None:
    with open_current(url) as store:
        Upsert(store)([pack(CallRecord("c", datetime.now(UTC)))])
    assert run(["db", "backup", str(tmp_path / "copy.db")]) == 0
    assert run(["--set", f"store.url=sqlite:///{tmp_path}/copy.db", "calls", "show", "c"]) == 0


def test_pruning_asks_first_and_a_dry_run_deletes_nothing(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = (
        CallRecord(name, datetime(year, 1, 1, tzinfo=UTC)) for name, year in (("old", 2020), ("new", 2090))
    )
    with open_current(url) as store:
        Upsert(store)([pack(old), pack(new)])
        assert run(["db", "prune", "--days", "30", "--dry-run"]) == 0
        assert count(store) == (2, 0)
        assert run(["db", "prune", "--days", "30", "--yes", "--compact"]) == 0
        assert count(store) == (1, 0)
    assert "deleted: 1 call;" in capsys.readouterr().err
