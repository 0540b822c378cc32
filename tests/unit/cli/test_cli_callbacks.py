"""`ivr acd callbacks`: who is to be called back, and what became of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.cli import run
from ivr.store.records import CallbackRecord
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert

ASKED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/ivory.db"
    monkeypatch.setenv("IVR_STORE_URL", url)
    records = [
        CallbackRecord("c1", "+8613800000001", "billing", ASKED, "done", served_by="1001", attempts=1),
        CallbackRecord("c2", "+8613800000002", "sales", ASKED + timedelta(minutes=1), "failed", attempts=3,
                       result="USER_BUSY"),
        CallbackRecord("c3", "+8613800000003", "billing", ASKED + timedelta(minutes=2), "waiting"),
    ]  # fmt: skip
    with open_current(url) as store:
        assert Upsert(store)([pack(record) for record in records]) == []


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ((), ["c3", "c2", "c1"]),
        (("billing",), ["c3", "c1"]),
        (("--still",), ["c3"]),
        (("--limit", "1"), ["c3"]),
    ],
)
def test_the_newest_come_first(
    words: tuple[str, ...], ids: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(("acd", "callbacks", "--json", *words)) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == ids


@pytest.mark.usefixtures("kept")
def test_what_came_of_each_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("acd", "callbacks")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "done" in lines[3]
    assert "1001" in lines[3]
    assert all(word in lines[2] for word in ("+8613800000002", "failed", "3", "USER_BUSY"))
    assert run(("acd", "callbacks", "nobody")) == 0
    assert "nobody was called back" in capsys.readouterr().err
