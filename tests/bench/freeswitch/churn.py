"""Hundreds of calls at once that come and go, for half an hour: does anything leak, is any call lost?

    python -m tests.bench.freeswitch.churn [--calls 500] [--minutes 30] [--json FILE]

sipp's callers listen to Ivory's menu for 8 to 30 seconds, press a digit, wait in the next menu for 2 to 8,
and then press again and are hung up on, or (a third of them) hang up themselves. Every minute one line tells
what worker and switch hold. The verdict looks at the line through the readings after the first fifth, which
is when caches and pools have their size, and at what is left when all calls have ended.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.freeswitch import processes
from tests.bench.freeswitch.contenders.ivory import Ivory
from tests.bench.freeswitch.intervals import slope
from tests.bench.freeswitch.load import Load, dialogue
from tests.bench.freeswitch.metrics import Metrics
from tests.bench.freeswitch.stage import Stage, stage
from tests.freeswitch.client import Client

MEAN_SECONDS = 23.0  # a call, on average: 19 to the first digit, 5 to the second, less the callers who leave
FIRST = 'distribution="uniform" min="8000" max="30000"'
SECOND = 'distribution="uniform" min="2000" max="8000"'
EARLY = 0.33
WARM_UP = 0.2  # the share of the readings that does not count
MAX_GROWTH = 0.05  # of memory over the rest of the run, as a share of what it was
GREENLETS, LIVE = "ivory_greenlets", "ivory_calls_active"
MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Reading:
    """How things are at one moment; `greenlets` and `live` are None where the worker does not tell."""

    seconds: float
    worker_mb: float
    worker_files: int
    worker_threads: int
    greenlets: float | None
    live: float | None
    switch_mb: float
    switch_files: int
    sessions: int
    created: int
    failed: int


def read(on: Stage, ivory: Ivory, began: float, load: Load) -> Reading:
    """Look at everything once."""
    assert ivory.process is not None
    workers = processes.family(ivory.process.pid)
    metrics = Metrics.read(ivory.metrics).values
    count = load.count()
    with Client(on.switch) as client:
        sessions = client.channels()
    return Reading(
        round(time.monotonic() - began, 1),
        round(sum(map(processes.resident, workers)) / MB, 1),
        sum(map(processes.open_files, workers)),
        sum(map(processes.threads, workers)),
        metrics.get(GREENLETS),
        metrics.get(LIVE),
        round(processes.resident(on.switch_pid) / MB, 1),
        processes.open_files(on.switch_pid),
        sessions,
        count.created,
        count.failed,
    )


HEADINGS = (
    "    time  worker MB  files  threads  greenlets   live  switch MB  files  sessions  created  failed"
)


def show(reading: Reading) -> None:
    """Print one line."""
    one = reading
    greenlets, live = ("-" if value is None else f"{value:g}" for value in (one.greenlets, one.live))
    print(
        f"{one.seconds:8.0f} {one.worker_mb:10.1f} {one.worker_files:6} {one.worker_threads:8}"
        f" {greenlets:>10} {live:>6} {one.switch_mb:10.1f} {one.switch_files:6} {one.sessions:9}"
        f" {one.created:8} {one.failed:7}",
        flush=True,
    )


def churn(on: Stage, calls: int, minutes: float, every: float, ptime: int) -> list[Reading]:
    """Before, every `every` seconds while calls come and go, and when all have ended: last of all."""
    ivory = on.contenders["ivory"]
    assert isinstance(ivory, Ivory)
    folder = on.folder / "load"
    folder.mkdir()
    scenario = dialogue(folder, FIRST, SECOND, EARLY).replace("a=ptime:20", f"a=ptime:{ptime}")
    rate = calls / MEAN_SECONDS
    with Load(folder, scenario, ivory.number, on.switch.sip_port, rate=rate, most=calls) as load:
        began = time.monotonic()
        readings = [read(on, ivory, began, load)]
        print(HEADINGS)
        show(readings[0])
        while time.monotonic() < began + minutes * 60:
            time.sleep(max(0.0, began + len(readings) * every - time.monotonic()))
            readings.append(read(on, ivory, began, load))
            show(readings[-1])
        load.drain(60)
    time.sleep(5)
    readings.append(read(on, ivory, began, load))
    show(readings[-1])
    if complaints := load.errors():
        print(f"sipp: {complaints[-1500:]}", file=sys.stderr)
    return readings


def judge(readings: list[Reading]) -> bool:
    """Print the verdict; whether all is well."""
    before, *steady, after = readings
    steady = steady[int(len(steady) * WARM_UP) :] or steady
    at = [one.seconds for one in steady]
    good = True

    def say(right: bool, text: str) -> None:
        nonlocal good
        good = good and right
        print(f"{'ok  ' if right else 'BAD '} {text}")

    span = max(1.0, at[-1] - at[0])
    for what in ("worker_mb", "switch_mb", "worker_files", "worker_threads", "greenlets", "switch_files"):
        values = [float(getattr(one, what) or 0.0) for one in steady]
        if getattr(before, what) is None:
            print(f"-    {what}: not told")
            continue
        grown = slope(at, values) * span
        share = grown / max(1.0, values[0])
        say(share <= MAX_GROWTH, f"{what}: {values[0]:g} -> {values[-1]:g}, the line grows by {share:+.1%}")
    for what in ("sessions", "live"):
        if (left := getattr(after, what)) is not None:
            say(left == 0, f"{what} after the last call: {left:g}")
    say(after.failed == 0, f"{after.created} calls, {after.failed} lost")
    return good


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=500, help="at once")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--every", type=float, default=60.0, help="seconds between two readings")
    parser.add_argument("--ptime", type=int, default=20, help="ms of sound in the callers' packets")
    parser.add_argument("--json", type=Path, help="write the readings here")
    options = parser.parse_args()
    with stage(["ivory"]) as on:
        readings = churn(on, options.calls, options.minutes, options.every, options.ptime)
    good = judge(readings)
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in readings], indent=1), encoding="utf-8")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
