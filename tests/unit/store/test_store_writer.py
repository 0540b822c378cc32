from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import gevent
import pytest
from gevent.monkey import get_original

from ivr.clock import SystemClock
from ivr.errors import StoreError
from ivr.store.calls import count, journey
from ivr.store.connect import open_store
from ivr.store.database import Store
from ivr.store.records import CallRecord, Record, Step
from ivr.store.rows import Row
from ivr.store.schema import open_current
from ivr.store.sink import Delivery
from ivr.store.spool import waiting
from ivr.store.writer import QUESTIONS, Writer

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Start = Callable[..., Writer]

whichever = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""For what has nothing to do with the kind of database."""


class Door:
    """Opens the database, unless it is told not to."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.shut = False

    def __call__(self) -> Store:
        if self.shut:
            raise StoreError("the door is shut")
        return open_current(self.url)


@pytest.fixture
def door(url: str) -> Door:
    return Door(url)


@pytest.fixture
def start(door: Door, tmp_path: Path) -> Iterator[Start]:
    started = []

    def begin(**options: Any) -> Writer:
        writer = Writer(door, options.pop("spool", tmp_path / "spool"), SystemClock(), **options)
        started.append(writer)
        writer.start()
        return writer

    yield begin
    for writer in started:
        writer.stop(timeout=1.0)


def call(name: str = "c1", **values: Any) -> CallRecord:
    return CallRecord(name, NOON, **values)


def step(visit: int = 1, **values: Any) -> Step:
    return Step("c1", visit, "hotline", "main", "menu", NOON, **values)


def until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    with gevent.Timeout(seconds):
        while not holds():
            gevent.sleep(0.005)


def test_a_question_is_answered_by_what_was_put_before(start: Start) -> None:
    writer = start()
    writer.put(call(ani="138"))
    assert writer.flush()
    assert writer.ask(lambda store: journey(store, "c1").call.ani) == "138"
    with pytest.raises(StoreError, match="no call"):
        writer.ask(lambda store: journey(store, "other"))
    writer.put(call("c2"))
    assert writer.flush()
    assert writer.ask(count) == (2, 0)


def test_a_question_waits_for_what_is_in_the_spool(start: Start, door: Door) -> None:
    door.shut = True
    writer = start()
    writer.put(call(ani="138"))
    until(lambda: writer.health().spilled == 1)
    with pytest.raises(StoreError, match="no answer"):
        writer.ask(count, timeout=0.01)
    asked = gevent.spawn(writer.ask, count)
    door.shut = False
    assert asked.get(timeout=10) == (1, 0)


def test_questions_that_nobody_answers_are_bounded(start: Start, door: Door) -> None:
    door.shut = True
    writer = start()
    writer.put(call())
    until(lambda: writer.health().state == "down" or writer.health().last_error != "")
    asked = [gevent.spawn(writer.ask, count) for _ in range(QUESTIONS)]
    gevent.sleep(0)
    with pytest.raises(StoreError, match="questions wait"):
        writer.ask(count)
    gevent.killall(asked, timeout=5)


def test_records_are_spilled_while_a_question_holds_the_database(start: Start) -> None:
    writer = start()
    assert writer.flush()
    native_lock = get_original("_thread", "allocate_lock")  # the database's thread is no greenlet
    busy, go_on = native_lock(), native_lock()
    busy.acquire()
    go_on.acquire()

    def hold(store: Store) -> int:
        busy.release()
        go_on.acquire()
        return count(store)[0]

    asked = gevent.spawn(writer.ask, hold)
    until(lambda: not busy.locked())
    writer.put(call())
    until(lambda: writer.health().spilled == 1)
    assert not asked.ready()
    go_on.release()
    assert asked.get(timeout=10) == 0
    assert writer.flush()


def test_what_is_put_is_found_in_the_database(start: Start, url: str) -> None:
    writer = start()
    writer.put(call(ani="138"))
    writer.put(step(input="1"))
    assert writer.flush()
    with open_store(url) as store:
        assert journey(store, "c1").call.ani == "138"
        assert journey(store, "c1").steps == (step(input="1"),)
    health = writer.health()
    assert (health.state, health.written, health.pending, health.last_error) == ("ok", 2, 0, "")


def test_a_record_is_as_it_was_when_it_was_put(start: Start, url: str) -> None:
    writer = start()
    detail = {"status": 200}
    writer.put(step(detail=detail))
    detail["status"] = 500
    assert writer.flush()
    with open_store(url) as store:
        assert journey(store, "c1").steps[0].detail == {"status": 200}


def test_records_that_arrive_together_are_written_together(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = start()
    assert writer.flush()
    batches: list[int] = []
    deliver = writer._sink.deliver

    def counting(rows: Sequence[Row]) -> Delivery:
        batches.append(len(rows))
        return deliver(rows)

    monkeypatch.setattr(writer._sink, "deliver", counting)
    for visit in range(500):
        writer.put(step(visit))
    assert writer.flush()
    assert batches == [200, 200, 100]


def test_putting_never_raises_whatever_is_put(start: Start, tmp_path: Path) -> None:
    class Mute:
        def __repr__(self) -> str:
            raise RuntimeError

    writer = start()
    strange = [None, Mute(), call(""), CallRecord("c", cast(datetime, "now")), step(detail={"x": Mute()})]
    for record in strange:
        writer.put(cast(Record, record))
    writer.put(call())
    assert writer.flush()
    assert writer.health().rejected == len(strange)
    assert writer.health().written == 1
    aside = [json.loads(line) for line in (tmp_path / "spool" / "rejected.jsonl").read_text().splitlines()]
    assert "id is 1 to 255" in aside[2]["reason"]
    assert aside[2]["record"].startswith("CallRecord(id=''")


def test_a_record_that_the_database_rejects_is_set_aside_and_blocks_no_other(
    start: Start, tmp_path: Path
) -> None:
    writer = start()
    for visit in (1, 1 << 70, 2):
        writer.put(step(visit))
    assert writer.flush()
    health = writer.health()
    assert (health.written, health.rejected) == (2, 1)
    assert re.search("too large|out of range", health.last_error)
    assert str(1 << 70) in (tmp_path / "spool" / "rejected.jsonl").read_text()


@whichever
def test_what_the_database_does_not_take_is_in_the_spool_soon(start: Start, door: Door) -> None:
    door.shut = True
    writer = start()
    writer.put(call())
    put_at = time.monotonic()
    until(lambda: writer.health().backlog == 1)
    assert time.monotonic() - put_at < 3.0
    health = writer.health()
    assert (health.state, health.spilled, health.pending, health.last_error) == (
        "down",
        1,
        0,
        "the door is shut",
    )


def test_the_spool_is_written_in_order_when_the_database_is_back(start: Start, door: Door, url: str) -> None:
    door.shut = True
    writer = start()
    writer.put(call(language="zh-CN"))
    until(lambda: writer.health().backlog == 1)
    writer.put(call(language="en-US"))
    door.shut = False
    writer.put(call(language="de-DE"))
    assert writer.flush()
    with open_store(url) as store:
        assert journey(store, "c1").call.language == "de-DE"
    health = writer.health()
    assert (health.state, health.backlog, health.written) == ("ok", 0, 3)
    assert health.replayed >= 1


def test_a_spool_of_an_earlier_process_is_written_at_the_start(
    start: Start, door: Door, tmp_path: Path
) -> None:
    door.shut = True
    first = start()
    for visit in range(1000):
        first.put(step(visit))
    first.stop()
    with next((tmp_path / "spool").glob("*.jsonl")).open("a") as file:
        file.write('{"kind": "stranger"}\n{"kind": "step", "ca')
    door.shut = False
    second = start()
    assert second.flush()
    health = second.health()
    assert (health.written, health.replayed, health.rejected) == (1000, 1000, 1)
    assert [path.name for path in (tmp_path / "spool").iterdir()] == ["rejected.jsonl"]


def test_stopping_writes_what_is_left(start: Start, url: str) -> None:
    writer = start()
    for visit in range(1000):
        writer.put(step(visit))
    writer.stop(timeout=60.0)
    assert writer.health().dropped == 0
    assert start().flush(60.0)  # a database that is slow has left some of it in the spool
    with open_store(url) as store:
        assert count(store) == (1, 1000)


def test_what_is_put_after_the_stop_is_counted_as_lost(start: Start) -> None:
    writer = start()
    writer.stop()
    writer.put(call())
    assert writer.health().dropped == 1


@whichever
def test_without_database_and_spool_the_newest_records_are_kept(
    start: Start, door: Door, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    door.shut = True
    writer = start(spool=tmp_path / "file", queue=10)
    for visit in range(25):
        writer.put(step(visit))
    until(lambda: writer.health().state == "losing")
    assert (writer.health().pending, writer.health().dropped) == (10, 15)
    door.shut = False
    assert writer.flush()
    with open_store(door.url) as store:
        assert [found.visit for found in journey(store, "c1").steps] == list(range(15, 25))
    assert writer.health().state == "ok"


@whichever
def test_stopping_without_database_and_spool_ends_in_time_and_counts_the_loss(
    start: Start, door: Door, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    door.shut = True
    writer = start(spool=tmp_path / "file")
    writer.put(call())
    begun = time.monotonic()
    writer.stop(timeout=0.5)
    assert time.monotonic() - begun < 3.0
    assert writer.health().dropped == 1


@whichever
def test_what_a_slow_database_has_not_taken_yet_is_in_the_spool_meanwhile(
    start: Start, door: Door, tmp_path: Path
) -> None:
    let_go = threading.Event()

    def slow() -> Store:
        let_go.wait(10)
        return open_current(door.url)

    writer = start()
    writer._sink._open_database = slow
    for visit in range(300):
        writer.put(step(visit))
    until(lambda: writer.health().backlog == 300)
    assert waiting(tmp_path / "spool") == (300, 0)
    assert (writer.health().state, writer.health().pending) == ("behind", 0)
    let_go.set()
    assert writer.flush()
    assert (writer.health().written, writer.health().spilled, writer.health().replayed) == (300, 300, 300)
    with open_store(door.url) as store:
        assert count(store) == (1, 300)


@whichever
def test_a_database_that_takes_its_time_holds_up_neither_put_nor_hub(start: Start, door: Door) -> None:
    def slow() -> Store:
        time.sleep(0.4)  # in the writer's own thread: not patched here, so it truly blocks it
        return open_current(door.url)

    writer = start()
    writer._sink._open_database = slow
    writer.put(call())
    ticks = 0
    while not writer.flush(timeout=0.01):
        ticks += 1
    assert ticks > 10


@whichever
def test_the_writer_starts_again_if_it_dies(start: Start, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = start()
    assert writer.flush()

    def stumble(probe: bool) -> None:
        monkeypatch.undo()
        raise ZeroDivisionError

    monkeypatch.setattr(writer, "_write", stumble)
    writer.put(call())
    assert writer.flush()
    with open_store(url) as store:
        assert count(store) == (1, 0)
