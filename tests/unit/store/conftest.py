"""A real database for each test: a SQLite file, and a schema of a PostgreSQL server where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.store.database import Store
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Refused, Upsert


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/ivory.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_current(url) as opened:
        yield opened


@pytest.fixture
def save(store: Store) -> Callable[..., list[Refused]]:
    """Writes records straight into the store."""
    upsert = Upsert(store)
    return lambda *records: upsert([pack(record) for record in records])
