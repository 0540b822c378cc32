"""The writer of records while PostgreSQL is killed, stopped, frozen, locked, full or shut to us. Calls must
not notice, no record may be lost, and none may be there twice.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import gevent
import psycopg
import pytest

from ivr.clock import SystemClock
from ivr.store.calls import count, journey
from ivr.store.connect import open_store
from ivr.store.records import CallRecord, Step
from ivr.store.schema import open_current
from ivr.store.writer import Writer
from tests.e2e.store_process import put_until_killed
from tests.postgres.server import PASSWORD, Server

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON steps EXECUTE FUNCTION refuse()
"""


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def writer(postgres_url: str, spool: Path) -> Iterator[Writer]:
    made = Writer(partial(open_current, postgres_url, deadline=1.0), spool, SystemClock())
    made.start()
    assert made.flush()
    yield made
    made.stop(timeout=2.0)


@pytest.fixture
def again(postgres: Server) -> Iterator[Server]:
    """The server, started again whatever a test does to it."""
    yield postgres
    if postgres.process is None:
        postgres.start()


def step(visit: int) -> Step:
    return Step("c1", visit, "hotline", "main", "menu", NOON)


def visits(url: str) -> list[int]:
    with open_store(url) as store:
        return [found.visit for found in journey(store, "c1").steps]


def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    with gevent.Timeout(seconds):
        while not holds():
            gevent.sleep(0.01)


@contextmanager
def longest_gap_within(seconds: float) -> Iterator[None]:
    """Fails if the hub stood still for longer. Other programs on the machine may hold it up, too."""
    gaps: list[float] = []

    def tick() -> None:
        while True:
            before = time.perf_counter()
            gevent.sleep(0.002)
            gaps.append(time.perf_counter() - before - 0.002)

    ticker = gevent.spawn(tick)
    yield
    ticker.kill()
    assert sorted(gaps)[int(len(gaps) * 0.9)] <= seconds


def test_killed_sessions_cost_no_record(writer: Writer, postgres: Server, postgres_url: str) -> None:
    for visit in range(300):
        writer.put(step(visit))
        if visit % 60 == 30:
            postgres.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ivory'"
            )
        gevent.sleep(0.003)
    assert writer.flush()
    assert visits(postgres_url) == list(range(300))
    health = writer.health()
    assert (health.state, health.rejected, health.dropped) == ("ok", 0, 0)
    assert "terminating connection" in health.last_error or "connection" in health.last_error


def test_records_wait_for_a_server_that_was_taken_down(
    writer: Writer, again: Server, postgres_url: str
) -> None:
    writer.put(step(0))
    assert writer.flush()
    again.stop(signal.SIGQUIT)
    with longest_gap_within(0.05):
        for visit in range(1, 200):
            writer.put(step(visit))
            gevent.sleep(0.002)
        until(lambda: writer.health().pending == 0)
    assert (writer.health().state, writer.health().backlog) == ("down", 199)
    again.start()
    assert writer.flush()
    assert visits(postgres_url) == list(range(200))
    assert (writer.health().written, writer.health().rejected) == (200, 0)


def test_records_go_to_the_spool_while_the_server_hangs(
    writer: Writer, postgres: Server, postgres_url: str
) -> None:
    writer.put(step(0))
    assert writer.flush()
    postgres.freeze()
    try:
        with longest_gap_within(0.05):
            for visit in range(1, 300):
                writer.put(step(visit))
                gevent.sleep(0.002)
            until(lambda: writer.health().pending == 0, seconds=1.2)
        assert writer.health().backlog == 299
        assert writer.health().dropped == 0
        until(lambda: writer.health().state == "down")
        assert "no answer within 1 s" in writer.health().last_error
    finally:
        postgres.thaw()
    assert writer.flush()
    assert visits(postgres_url) == list(range(300))
    assert writer.health().written == 300


def test_a_server_that_is_slow_but_answers_gets_each_record_once(
    writer: Writer, postgres: Server, postgres_url: str
) -> None:
    writer.put(step(0))
    assert writer.flush()
    postgres.freeze()
    for visit in range(1, 11):
        writer.put(step(visit))
    until(lambda: writer.health().backlog == 10)
    postgres.thaw()
    writer.put(step(11))
    assert writer.flush()
    assert visits(postgres_url) == list(range(12))
    assert (writer.health().written, writer.health().last_error) == (12, "")


def test_a_writer_that_is_stopped_while_the_server_hangs_leaves_all_to_the_next(
    writer: Writer, postgres: Server, postgres_url: str, spool: Path
) -> None:
    postgres.freeze()
    try:
        for visit in range(500):
            writer.put(step(visit))
        begun = time.monotonic()
        writer.stop(timeout=1.0)
        assert time.monotonic() - begun < 10.0
        assert writer.health().dropped == 0
    finally:
        postgres.thaw()
    following = Writer(partial(open_current, postgres_url), spool, SystemClock())
    following.start()
    assert following.flush()
    following.stop()
    assert visits(postgres_url) == list(range(500))


def test_a_locked_table_is_waited_for(writer: Writer, postgres: Server, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as locking:
        locking.execute("LOCK TABLE calls IN ACCESS EXCLUSIVE MODE")
        writer.put(step(0))
        until(lambda: writer.health().backlog == 1)
        assert "is locked by another session" in writer.health().last_error
    assert writer.flush()
    assert visits(postgres_url) == [0]


def test_a_full_disk_is_waited_for(writer: Writer, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as admin:
        admin.execute(REFUSE)
    for visit in range(300):
        writer.put(step(visit))
    until(lambda: writer.health().backlog == 300)
    assert "has no room on its disk" in writer.health().last_error
    with psycopg.connect(postgres_url) as admin:
        admin.execute("DROP TRIGGER refuse ON steps")
    assert writer.flush()
    assert visits(postgres_url) == list(range(300))
    assert writer.health().rejected == 0


def test_a_database_that_became_read_only_is_waited_for(
    writer: Writer, postgres: Server, postgres_url: str
) -> None:
    def turn(state: str) -> None:
        postgres.run(f"ALTER DATABASE ivory SET default_transaction_read_only = {state}")
        postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ivory'")

    turn("on")
    try:
        writer.put(step(0))
        until(lambda: writer.health().backlog == 1)
        until(lambda: "may not be written" in writer.health().last_error)
    finally:
        turn("off")
    assert writer.flush()
    assert visits(postgres_url) == [0]


def test_a_password_that_was_changed_is_waited_for_and_never_told(
    writer: Writer, postgres: Server, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    postgres.run("ALTER ROLE ivory PASSWORD 'another'")
    try:
        postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ivory'")
        writer.put(step(0))
        until(lambda: "password authentication failed" in writer.health().last_error)
    finally:
        escaped = PASSWORD.replace("'", "''")
        postgres.run(f"ALTER ROLE ivory PASSWORD '{escaped}'")
    assert writer.flush()
    assert visits(postgres_url) == [0]
    told = "".join(capsys.readouterr())
    assert "the store takes no records" in told
    assert PASSWORD not in told


def test_a_poisonous_record_holds_up_no_other(writer: Writer, postgres_url: str, spool: Path) -> None:
    for visit in range(100):
        writer.put(step(visit if visit != 50 else 1 << 31))
    assert writer.flush()
    assert (writer.health().written, writer.health().rejected) == (99, 1)
    assert visits(postgres_url) == [visit for visit in range(100) if visit != 50]
    assert "integer out of range" in (spool / "rejected.jsonl").read_text()


@pytest.mark.parametrize("server", ["up", "hanging"])
def test_a_killed_writer_loses_nothing_that_was_put_a_second_before(
    postgres: Server, postgres_url: str, spool: Path, tmp_path: Path, server: str
) -> None:
    open_current(postgres_url).close()

    fault = postgres.freeze if server == "hanging" else lambda: None
    try:
        put = put_until_killed(postgres_url, spool, tmp_path, fault)
    finally:
        postgres.thaw()

    writer = Writer(partial(open_current, postgres_url), spool, SystemClock())
    writer.start()
    assert writer.flush(20.0)
    writer.stop()
    assert writer.health().rejected == 0
    assert (writer.health().replayed > 0) == (server != "up")
    found = set(visits(postgres_url))
    killed = put[-1][1]
    assert [visit for visit, at in put if at < killed - 1.0 and visit not in found] == []
    assert found == set(range(len(found)))  # whatever the kill took was the very end
    with open_store(postgres_url) as store:
        assert count(store) == (1, len(found))
        assert store.check() == []


def test_two_workers_write_into_one_database(postgres_url: str, tmp_path: Path) -> None:
    writers = [
        Writer(partial(open_current, postgres_url), tmp_path / name, SystemClock()) for name in ("a", "b")
    ]
    for writer in writers:
        writer.start()
    for number in range(200):
        for writer in writers:  # as when one worker adopts the other's call: both tell of the same
            writer.put(CallRecord(f"c{number % 20}", NOON, flow="hotline"))
            writer.put(Step(f"c{number % 20}", number, "hotline", "main", "menu", NOON))
    for writer in writers:
        assert writer.flush(15.0)
        assert writer.health().rejected == 0
        writer.stop()
    with open_store(postgres_url) as store:
        assert count(store) == (20, 200)
