"""A real SQLite file for each test, and records to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ivr.store.database import Store
from ivr.store.records import CallRecord, Step
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Refused, Upsert

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/ivory.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_current(url) as opened:
        yield opened


@pytest.fixture
def save(store: Store) -> Callable[..., list[Refused]]:
    upsert = Upsert(store)
    return lambda *records: upsert([pack(record) for record in records])


def call(name: str = "c1", after: float = 0.0, **values: Any) -> CallRecord:
    """A call that started `after` seconds after noon."""
    return CallRecord(name, NOON + timedelta(seconds=after), **values)


def step(name: str = "c1", visit: int = 1, **values: Any) -> Step:
    """A visit of the main menu."""
    given = {"flow": "hotline", "node": "main", "type": "menu", "entered": NOON} | values
    return Step(name, visit, **given)
