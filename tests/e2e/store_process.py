"""A process that records a call for ever, and is killed while it does."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import gevent

WRITE_UNTIL_KILLED = """
from gevent import monkey
monkey.patch_all()
import os, sys, time
from datetime import UTC, datetime
from pathlib import Path
import gevent
from ivr.clock import SystemClock
from ivr.store.records import Step
from ivr.store.schema import open_current
from ivr.store.writer import Writer

writer = Writer(lambda: open_current(sys.argv[1]), Path(sys.argv[2]), SystemClock())
writer.start()
for visit in range(1_000_000):
    writer.put(Step("c1", visit, "hotline", "main", "menu", datetime.now(UTC)))
    os.write(1, b"%d %f\\n" % (visit, time.monotonic()))
    gevent.sleep(0.0005)
"""


def put_until_killed(
    url: str, spool: Path, folder: Path, fault: Callable[[], None] = lambda: None
) -> list[tuple[int, float]]:
    """The visits that a process put, and when (monotonic seconds), until it was killed while it put more.

    `fault` is called soon after it began.
    """
    told = folder / "told"
    with told.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-c", WRITE_UNTIL_KILLED, url, str(spool)], stdout=output)
        try:
            with gevent.Timeout(60):
                while told.stat().st_size == 0:
                    gevent.sleep(0.01)
            gevent.sleep(0.2)
            fault()
            gevent.sleep(1.5)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(10)
    lines = [line.split() for line in told.read_text().splitlines() if line.count(" ") == 1]
    put = [(int(visit), float(at)) for visit, at in lines]
    assert put[-1][1] - put[0][1] > 1.4
    assert len(put) > 300
    return put
