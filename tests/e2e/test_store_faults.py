"""The store under real faults: a lock held by another process, a full database, a file turned into garbage, a
folder that vanishes, a writer that is killed. Calls must not notice, and no record may be lost.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import gevent
import pytest

from ivr.clock import SystemClock
from ivr.store.calls import count, journey
from ivr.store.connect import open_store
from ivr.store.database import Store
from ivr.store.records import Step
from ivr.store.schema import open_current
from ivr.store.writer import Writer
from tests.e2e.store_process import put_until_killed

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

HOLD_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "ivory.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def writer(url: str, spool: Path) -> Iterator[Writer]:
    made = Writer(lambda: open_current(url), spool, SystemClock())
    made.start()
    assert made.flush()
    yield made
    made.stop(timeout=1.0)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout
        assert holder.stdin
        assert holder.stdout.readline() == "locked\n"
        yield
        holder.stdin.close()
        assert holder.wait(10) == 0


def step(visit: int) -> Step:
    return Step("c1", visit, "hotline", "main", "menu", NOON)


def visits(url: str) -> list[int]:
    with open_store(url) as store:
        return [found.visit for found in journey(store, "c1").steps]


def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    with gevent.Timeout(seconds):
        while not holds():
            gevent.sleep(0.01)


def test_a_lock_held_by_another_process_delays_records_and_nothing_else(
    writer: Writer, path: Path, url: str
) -> None:
    writer.put(step(0))
    assert writer.flush()
    gaps: list[float] = []

    def tick() -> None:
        while True:
            before = time.perf_counter()
            gevent.sleep(0.002)
            gaps.append(time.perf_counter() - before - 0.002)

    with locked(path):
        ticker = gevent.spawn(tick)
        for visit in range(1, 251):
            writer.put(step(visit))
            gevent.sleep(0.005)
        ticker.kill()
        until(lambda: writer.health().pending == 0)
        assert writer.health().state == "down"
        assert "locked" in writer.health().last_error
        assert writer.health().backlog == 250
    assert writer.flush()
    assert visits(url) == list(range(251))
    # The writer waits 250 ms for the lock, many times over: none of that may show. Another program on the
    # machine may, once in a while.
    assert sum(gap > 0.2 for gap in gaps) <= 2


def test_a_full_database_is_caught_up_with_when_there_is_room(url: str, spool: Path) -> None:
    full = True

    def small() -> Store:
        store = open_current(url)
        pages = store.db.execute_sql("PRAGMA page_count").fetchone()[0]
        store.db.execute_sql(f"PRAGMA max_page_count = {pages if full else 1 << 30}")
        return store

    writer = Writer(small, spool, SystemClock())
    writer.start()
    for visit in range(3000):
        writer.put(step(visit))
    until(lambda: writer.health().backlog + writer.health().written == 3000)
    assert "is full" in writer.health().last_error
    full = False
    assert writer.flush(8.0)
    assert visits(url) == list(range(3000))
    writer.stop()
    assert writer.health().dropped == 0


@pytest.mark.parametrize("how", ["in place", "moved in"])
def test_a_file_that_became_garbage_is_left_alone_until_someone_moves_it(
    writer: Writer, path: Path, url: str, tmp_path: Path, how: str
) -> None:
    writer.put(step(0))
    assert writer.flush()
    if how == "in place":
        with open_store(url) as store:
            store.compact()  # else SQLite's own log mends the file when its last user lets go of it
        path.write_bytes(b"not a database" * 500)
    else:
        (tmp_path / "garbage").write_bytes(b"not a database" * 500)
        (tmp_path / "garbage").replace(path)
    for leftover in path.parent.glob("*-*"):
        leftover.unlink()
    for visit in range(1, 101):
        writer.put(step(visit))
    until(lambda: writer.health().backlog == 100)
    assert path.read_bytes().startswith(b"not a database")
    path.rename(path.with_name("for the admin"))
    assert writer.flush(8.0)
    assert visits(url) == list(range(1, 101))


def test_a_folder_that_was_removed_is_made_again(writer: Writer, path: Path, url: str) -> None:
    writer.put(step(0))
    assert writer.flush()
    shutil.rmtree(path.parent)
    writer.put(step(1))
    assert writer.flush()
    assert visits(url) == [1]


def test_a_folder_that_cannot_be_made_again_is_waited_for(writer: Writer, path: Path, url: str) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_text("in the way")
    writer.put(step(1))
    until(lambda: writer.health().backlog == 1)
    path.parent.unlink()
    assert writer.flush(8.0)
    assert visits(url) == [1]


@pytest.mark.parametrize("fault", ["none", "locked", "gone"])
def test_a_killed_writer_loses_nothing_that_was_put_a_second_before(
    path: Path, url: str, spool: Path, tmp_path: Path, fault: str
) -> None:
    open_current(url).close()
    if fault == "locked":
        with locked(path):
            put = put_until_killed(url, spool, tmp_path)
    else:
        if fault == "gone":
            path.unlink()
            path.mkdir()
        put = put_until_killed(url, spool, tmp_path)
        if fault == "gone":
            path.rmdir()

    writer = Writer(lambda: open_current(url), spool, SystemClock())
    writer.start()
    assert writer.flush(20.0)
    writer.stop()
    assert writer.health().rejected == 0
    assert (writer.health().replayed > 0) == (fault != "none")
    found = set(visits(url))
    killed = put[-1][1]
    assert [visit for visit, at in put if at < killed - 1.0 and visit not in found] == []
    assert found == set(range(len(found)))  # whatever the kill took was the very end
    with open_store(url) as store:
        assert store.check() == []
        assert count(store)[0] == 1
