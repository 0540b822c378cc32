"""What recording calls costs: `python -m tests.bench.bench_store`.

For each kind of database: the price of `put` on a call's path, the rate at which records get there and come
back out of the spool, and what another greenlet notices of it while 1000 records a second are written.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import gevent

from ivr.cli import patched  # noqa: F401 first of all
from ivr.clock import SystemClock
from ivr.errors import StoreError
from ivr.store.database import Store
from ivr.store.records import Step
from ivr.store.schema import open_current
from ivr.store.writer import Writer
from tests.postgres.server import Server, find

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def step(number: int) -> Step:
    detail = {"prompts": ["您好，欢迎致电。", "查询电费请按1"], "status": 200}
    call = f"e3ebeeef-383a-4cb1-8cca-{number // 10:012d}"
    return Step(call, number % 10, "hotline", "main", "menu", NOW, NOW, "1", "1", detail)


def closed() -> Store:
    raise StoreError("closed for the measurement")


def price_of_put(folder: Path, url: str) -> None:
    writer = Writer(partial(open_current, url), folder / "spool", SystemClock())
    writer.start()
    writer.flush()
    steps = [step(number) for number in range(15_000)]
    taken = []
    for begin in range(0, len(steps), 500):
        started = time.perf_counter()
        for one in steps[begin : begin + 500]:
            writer.put(one)
        taken.append((time.perf_counter() - started) / 500 * 1e6)
        writer.flush()
    taken.sort()
    print(f"put: {taken[0]:.1f} µs at best, {taken[len(taken) // 2]:.1f} µs median")
    steps = [step(number) for number in range(15_000, 33_000)]
    for one in steps:
        writer.put(one)
    started, used = time.perf_counter(), time.process_time()
    writer.flush(60)
    used = (time.process_time() - used) / len(steps) * 1e6
    rate = len(steps) / (time.perf_counter() - started)
    print(f"into the database: {rate:,.0f} records/s, {used:.0f} µs of this process each")
    writer.stop()


def rate_of_replay(folder: Path, url: str) -> None:
    writer = Writer(closed, folder / "spool", SystemClock())
    writer.start()
    for number in range(100_000, 118_000):
        writer.put(step(number))
    writer.stop()
    spilled = writer.health().spilled
    writer = Writer(partial(open_current, url), folder / "spool", SystemClock())
    writer.start()
    started = time.perf_counter()
    writer.flush(60)
    rate = spilled / (time.perf_counter() - started)
    print(f"out of the spool: {rate:,.0f} records/s, with pauses for calls")
    writer.stop()


def lag(folder: Path, url: str, seconds: float = 5.0) -> None:
    gaps: list[float] = []

    def tick() -> None:
        while True:
            before = time.perf_counter()
            gevent.sleep(0.002)
            gaps.append((time.perf_counter() - before - 0.002) * 1e3)

    for label, per_tick in (("idle", 0), ("1000 records/s", 10)):
        writer = Writer(partial(open_current, url), folder / "spool", SystemClock())
        writer.start()
        writer.flush()
        gaps.clear()
        ticker = gevent.spawn(tick)
        until = time.monotonic() + seconds
        number = 200_000
        while time.monotonic() < until:
            for _ in range(per_tick):
                writer.put(step(number))
                number += 1
            gevent.sleep(0.01)
        ticker.kill()
        writer.stop()
        gaps.sort()
        p50, p99 = gaps[len(gaps) // 2], gaps[int(len(gaps) * 0.99)]
        print(f"hub lag, {label}: p50 {p50:.2f} ms, p99 {p99:.2f} ms, max {gaps[-1]:.2f} ms")


@contextmanager
def postgresql() -> Iterator[str | None]:
    """The URL of a PostgreSQL that writes to its disk as in earnest; None where there is none."""
    binaries = find()
    if binaries is None:
        yield None
        return
    server = Server(binaries, fsync="on", shared_buffers="128MB")
    try:
        server.start()
        server.run("CREATE DATABASE ivory")
        yield server.url("ivory")
    finally:
        server.remove()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, postgresql() as server:
        urls = {"SQLite": f"sqlite:///{name}/ivory.db", "PostgreSQL": server}
        for kind, url in urls.items():
            if url is None:
                print(f"-- {kind}: none here")
                continue
            print(f"-- {kind}")
            for measure in (price_of_put, rate_of_replay, lag):
                measure(Path(name) / kind, url)


if __name__ == "__main__":
    main()
