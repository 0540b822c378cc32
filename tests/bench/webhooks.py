"""Webhooks under load, to a receiver that dies: `python -m tests.bench.webhooks`.

200 events a second, of calls with ten events each, go through a worker's writer into a SQLite file, and from
there by a real `ivr post` to a real receiver, which is killed for a minute. Every event must arrive, those of
a call in their order. Then what telling costs a call: microseconds on the worker's hub.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import gevent

from ivr.cli import patched  # noqa: F401 first of all
from ivr.clock import SystemClock
from ivr.settings import Webhooks
from ivr.store.records import CallRecord, Step
from ivr.store.schema import open_current
from ivr.store.webhooks.events import event
from ivr.store.writer import Writer
from ivr.webhooks import desk
from ivr.webhooks.herald import Herald

RATE, SECONDS = 200, 150.0
"""Events a second, and for how long."""
DIES, DEAD = 20.0, 60.0
"""Seconds until the receiver is killed, and for how long it is gone."""
CALLS, EACH = 40, 10
"""Calls at once, and events of each."""
CAUGHT_UP = 2.0
"""Seconds of latency below which nothing waits any more."""
TICK = 0.05


@contextmanager
def process(*command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    running = subprocess.Popen([sys.executable, *command], env={**os.environ, **environment})
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def notes_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines() if line.endswith("}")]


class Producer:
    """Puts events as a worker does, so many a second."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.put: list[str] = []
        self._calls: list[list[Any]] = [[f"call-{number}", 0] for number in range(CALLS)]
        self._next = CALLS

    def run(self, seconds: float) -> None:
        began = time.monotonic()
        while (elapsed := time.monotonic() - began) < seconds:
            while len(self.put) < elapsed * RATE:
                self._one()
            gevent.sleep(TICK)

    def _one(self) -> None:
        call = self._calls[len(self.put) % CALLS]
        values = {"call": call[0], "number": call[1], "put": time.time()}
        name = f"{call[0]}:{call[1]}"
        made = event(
            "order.placed", name, datetime.now(UTC), f"call:{call[0]}", call=call[0], data={"values": values}
        )
        self.writer.put(made)
        self.put.append(made.id)
        call[1] += 1
        if call[1] == EACH:
            call[:] = [f"call-{self._next}", 0]
            self._next += 1


def judge(put: list[str], notes: list[dict[str, Any]]) -> tuple[int, int, int]:
    """How many events never came, calls that came out of order, and posts that came twice."""
    seen: set[str] = set()
    numbers: dict[str, list[int]] = {}
    for note in notes:
        if note["id"] not in seen:
            seen.add(note["id"])
            numbers.setdefault(note["call"], []).append(note["number"])
    disordered = sum(one != sorted(one) for one in numbers.values())
    return len(set(put) - seen), disordered, len(notes) - len(seen)


def latencies(notes: list[dict[str, Any]], begin: float, end: float) -> str:
    some = sorted(note["came"] - note["put"] for note in notes if begin <= note["put"] < end)
    if not some:
        return "nothing"
    p50, p95, p99 = (some[min(len(some) - 1, int(len(some) * share))] for share in (0.5, 0.95, 0.99))
    return f"p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms ({len(some)} events)"


def load(folder: Path, seconds: float, dies: float, dead: float) -> None:
    url, port, notes = f"sqlite:///{folder}/ivory.db", free_port(), folder / "notes"
    options = Webhooks(allow=[f"127.0.0.1:{port}"], private=True)
    with open_current(url, patience=5.0) as store:
        desk.add(store, options, url=f"http://127.0.0.1:{port}/", by="bench", now=datetime.now(UTC))
    writer = Writer(partial(open_current, url), folder / "spool", SystemClock())
    writer.start()
    producer = Producer(writer)
    receiver = ("-m", "tests.bench.webhook_receiver", str(port), str(notes))
    settings = {
        "IVR_STORE_URL": url,
        "IVR_WEBHOOKS_ALLOW": f"[127.0.0.1:{port}]",
        "IVR_WEBHOOKS_PRIVATE": "true",
        "IVR_LOG_LEVEL": "warning",
    }
    with process("-m", "ivr", "post", **settings) as post:
        with process(*receiver):
            gevent.sleep(3)
            began, used = time.time(), cpu(post.pid)
            work = gevent.spawn(producer.run, seconds)
            gevent.sleep(dies)
            steady = (cpu(post.pid) - used) / dies
            killed = time.time()
        used = cpu(post.pid)
        gevent.sleep(dead)
        while_dead = (cpu(post.pid) - used) / dead
        with process(*receiver):
            back, used = time.time(), cpu(post.pid)
            caught_up = 0.0
            deadline = time.time() + seconds
            while time.time() < deadline:
                gevent.sleep(0.5)
                found = notes_of(notes)
                if (
                    not caught_up
                    and found
                    and found[-1]["came"] - found[-1]["put"] < CAUGHT_UP
                    and (found[-1]["put"] > back)
                ):
                    caught_up, busy = time.time(), cpu(post.pid) - used
                if work.ready() and len({note["id"] for note in found}) >= len(producer.put):
                    break
            found = notes_of(notes)
    lost, disordered, twice = judge(producer.put, found)
    print(
        f"{len(producer.put)} events in {seconds:.0f} s; the receiver was gone from {killed - began:.0f} s on"
        f" for {back - killed:.0f} s"
    )
    print(f"lost: {lost}; calls out of order: {disordered}; posted more than once: {twice}")
    print(f"latency before: {latencies(found, began + 2, killed - 1)}")
    if caught_up:
        waited = (back - killed) * RATE
        print(
            f"caught up {caught_up - back:.1f} s after it was back ({waited:.0f} waited, {RATE}/s came),"
            f" with {busy / (caught_up - back):.0%} of a CPU"
        )
        print(f"latency after: {latencies(found, caught_up + 1, began + seconds)}")
    print(
        f"CPU of the post process: {steady:.0%} at {RATE} events/s, {while_dead:.0%} while nobody took them"
    )
    health = writer.health()
    print(
        f"the worker's records: {health.written} written, {health.spilled} spilled, {health.dropped} dropped"
    )
    writer.stop()
    if lost or disordered:
        sys.exit(1)


def wanted(_kind: str) -> bool:
    return True


def unwanted(_kind: str) -> bool:
    return False


def price(folder: Path) -> None:
    """What a step of a call costs the hub: its record alone, with a look who listens, and with its event."""
    now = datetime.now(UTC)
    costs: dict[str, list[float]] = {"record alone": [], "and nobody listens": [], "and its event": []}
    steps = [Step(f"c{number}", 1, "hotline", "main", "menu", now) for number in range(4000)]
    calls = [CallRecord(f"c{number}", now, "hotline") for number in range(4000)]
    for turn in range(5):
        for name, wants in (("record alone", None), ("and nobody listens", False), ("and its event", True)):
            writer = Writer(
                lambda: open_current(f"sqlite:///{folder}/x.db"), folder / f"s{turn}", SystemClock()
            )
            put = writer.put if wants is None else Herald(writer, wanted if wants else unwanted).put
            for records in (steps, calls):
                began = time.perf_counter()
                for one in records:
                    put(one)
                costs[name].append((time.perf_counter() - began) / len(records) * 1e6)
    for name, some in costs.items():
        print(f"{name}: {statistics.median(some):.1f} µs on the hub (median), {min(some):.1f} µs at best")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--dies", type=float, default=DIES)
    parser.add_argument("--dead", type=float, default=DEAD)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as folder:
        price(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        load(Path(folder), chosen.seconds, chosen.dies, chosen.dead)


if __name__ == "__main__":
    main()
