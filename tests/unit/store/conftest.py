"""A real SQLite file for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.store.database import Store
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Refused, Upsert


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/ivory.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_current(url) as opened:
        yield opened


@pytest.fixture
def save(store: Store) -> Callable[..., list[Refused]]:
    """Writes records straight into the store."""
    upsert = Upsert(store)
    return lambda *records: upsert([pack(record) for record in records])
