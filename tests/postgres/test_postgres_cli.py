"""`ivr` on PostgreSQL: the same commands, the same answers, and no password anywhere."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from ivr.cli import run
from ivr.store.calls import count, journey
from ivr.store.connect import open_store
from ivr.store.records import CallRecord, Step
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert
from tests.postgres.server import PASSWORD, Server

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def settings(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_STORE_URL", postgres_url)
    monkeypatch.setenv("IVR_STORE_SPOOL", str(tmp_path / "spool"))


def ivr(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command says; never the password."""
    assert run(list(arguments)) == code
    told = capsys.readouterr()
    for secret in (PASSWORD, quote(PASSWORD, safe="")):
        assert secret not in told.out + told.err
    return told.out + told.err


def records(days: int = 0, calls: int = 3) -> list[CallRecord | Step]:
    began = NOW - timedelta(days=days)
    made: list[CallRecord | Step] = []
    for number in range(calls):
        name = f"call-{days}-{number}"
        made.append(CallRecord(name, began, flow="hotline", ani="+8613800000000", goals=("bill_told",)))
        made.append(Step(name, 1, "hotline", "main", "menu", began, detail={"prompts": ["您好"]}))
    return made


def test_a_database_is_made_looked_at_and_looked_after(
    capsys: pytest.CaptureFixture[str], postgres: Server, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ivr(capsys, "calls", "list", code=1)
    assert "lacks 0001_calls, 0002_quality, 0003_versions, " in told
    assert "; run `ivr db migrate`" in told
    assert "0001_calls" in ivr(capsys, "db", "migrate")
    with open_store(postgres_url) as store:
        Upsert(store)([pack(record) for record in (*records(), *records(days=400))])
    told = json.loads(ivr(capsys, "db", "status", "--json"))
    assert (told["calls"], told["steps"], told["current"]) == (6, 6, True)
    assert told["bytes"] > 0
    assert "postgresql://ivory@127.0.0.1" in ivr(capsys, "db", "status")
    assert "nothing wrong" in ivr(capsys, "db", "check")
    monkeypatch.setenv("PATH", f"{postgres.binaries}:{os.environ['PATH']}")
    assert "copy.dump" in ivr(capsys, "db", "backup", "copy.dump")
    assert "deleted: 3 calls" in ivr(capsys, "db", "prune", "--days", "365", "--yes", "--compact")
    assert "call-0-1" in ivr(capsys, "calls", "list", "--number", "00000", "--json")
    assert "您好" in ivr(capsys, "calls", "show", "call-0-1")


def test_the_settings_are_shown_without_the_password(capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = json.loads(ivr(capsys, "config", "show", "store.url", "--json"))
    assert row["value"].startswith("postgresql://ivory:••••@127.0.0.1")


def test_calls_move_from_sqlite_to_postgresql_and_back(
    capsys: pytest.CaptureFixture[str], postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, back = (f"sqlite:///{tmp_path}/{name}.db" for name in ("old", "back"))
    with open_current(old) as store:
        Upsert(store)([pack(record) for record in records(calls=150)])
    for _ in range(2):
        assert "copied: 150 calls, 150 steps" in ivr(capsys, "db", "copy", "--from", old)
    monkeypatch.setenv("IVR_STORE_URL", back)
    ivr(capsys, "db", "copy", "--from", postgres_url)
    with open_store(old) as first, open_store(postgres_url) as second, open_store(back) as third:
        assert count(first) == count(second) == count(third) == (150, 150)
        assert journey(first, "call-0-7") == journey(second, "call-0-7") == journey(third, "call-0-7")


def test_copying_from_nowhere_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no database at" in ivr(capsys, "db", "copy", "--from", "sqlite:///nowhere.db", code=1)
