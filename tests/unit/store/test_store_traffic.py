from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.store import traffic
from ivr.store.records import AgentEventRecord, ContactRecord
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_contacts_come_oldest_first_over_pages_and_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traffic, "PAGE", 3)
    past = [ContactRecord(f"c{number:02}", NOON + timedelta(seconds=number // 4)) for number in range(20)]
    with open_current(f"sqlite:///{tmp_path}/ivory.db") as store:
        Upsert(store)([pack(each) for each in past])
        found = traffic.contacts(store, NOON, NOON + timedelta(seconds=4))
        assert [each.id for each in found] == [f"c{number:02}" for number in range(16)]


def test_agents_turns_are_those_of_the_time_asked_for(tmp_path: Path) -> None:
    turns = [AgentEventRecord("anna", NOON + timedelta(hours=hour), "available") for hour in range(-2, 3)]
    with open_current(f"sqlite:///{tmp_path}/ivory.db") as store:
        Upsert(store)([pack(each) for each in turns])
        assert traffic.turns(store, NOON, NOON + timedelta(hours=2)) == turns[2:4]
