"""A real database, real receivers, and a post office between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ivr.clock import SystemClock
from ivr.settings import Webhooks
from ivr.store.database import Store
from ivr.store.records import Record
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert
from ivr.store.webhooks.endpoints import Endpoint
from ivr.webhooks import courier, desk, verdict
from ivr.webhooks import office as offices
from ivr.webhooks.office import Office
from ivr.webhooks.wire import Wire
from tests.unit.webhooks.receivers import Receiver

SECRET = "whsec_" + "c2VjcmV0" * 4


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ivory.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_current(url, patience=5.0) as opened:
        yield opened


@pytest.fixture
def save(store: Store) -> Callable[..., None]:
    """Writes records straight into the store."""
    upsert = Upsert(store)

    def save(*records: Record) -> None:
        assert upsert([pack(record) for record in records]) == []

    return save


@pytest.fixture
def receiver() -> Iterator[Callable[..., Receiver]]:
    """Makes receivers."""
    made: list[Receiver] = []

    def make(*arguments: Any, **options: Any) -> Receiver:
        made.append(Receiver(*arguments, **options))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def options(*receivers: Receiver, **more: Any) -> Webhooks:
    allow = [f"127.0.0.1:{one.port}" for one in receivers] or ["127.0.0.1:1", "*"]
    return Webhooks(allow=allow, private=True, **{"timeout": 2.0, **more})


@pytest.fixture
def subscribe(store: Store) -> Callable[..., Endpoint]:
    """Adds an endpoint for a receiver."""

    def subscribe(receiver: Receiver, *events: str, **more: Any) -> Endpoint:
        now = datetime.now(UTC)
        return desk.add(
            store,
            options(receiver),
            url=receiver.url,
            events=events or ("*",),
            secret=SECRET,
            by="me",
            now=now,
            **more,
        )[0]

    return subscribe


@pytest.fixture
def office(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Office]]:
    """Starts post offices on the test's database."""
    monkeypatch.setattr(verdict, "FIRST", 0.02)
    monkeypatch.setattr(courier, "LOOK", 0.05)
    monkeypatch.setattr(offices, "ENDING", 0.5)
    started: list[Office] = []

    def start(*receivers: Receiver, holder: str = "post", lease: float | None = None, **more: Any) -> Office:
        made = options(*receivers, **more)
        opened = partial(open_current, url, patience=5.0)
        started.append(Office(made, opened, Wire(made), SystemClock(), holder, lease))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.stop()
