"""Many callers who speak at once, by sipp, and what they cost FreeSWITCH, the worker, the relay and the
recogniser."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.bench.freeswitch.contenders.ivory_speech import NUMBERS, PARTS
from tests.bench.freeswitch.load import Load, holding
from tests.bench.freeswitch.metrics import Metrics
from tests.bench.freeswitch.processes import cpu_seconds
from tests.bench.freeswitch.speech.said import Repertoire
from tests.bench.freeswitch.speech.stand import Stand

RATE = 4.0  # new calls per second
PAUSE = 1.5  # seconds of silence after ten digits, in which the answer comes
UTTERANCE = 0.5  # seconds of silence that belong to an utterance
STRINGS = 6
LASTS = 200.0  # seconds after which callers hang up
SETTLES = 4.0


@dataclass(frozen=True, slots=True)
class Reading:
    """Processor seconds of each part's processes so far, and what the worker tells about itself."""

    at: float
    cpu: dict[tuple[str, int], float]
    metrics: Metrics

    @classmethod
    def take(cls, stand: Stand) -> Reading:
        switch = stand.on.switch_pid
        cpu = {("freeswitch", switch): cpu_seconds(switch), **stand.ivory.cpu()}
        return cls(time.monotonic(), cpu, Metrics.read(stand.ivory.metrics))

    def since(self, earlier: Reading) -> dict[str, Any]:
        """Percent of one processor by part, and the worker's hub lag in ms, p50 and p99."""
        took = self.at - earlier.at
        lag = {
            f"p{share * 100:.0f}": round(
                self.metrics.since(earlier.metrics, "ivory_hub_lag_seconds", share) * 1e3, 1
            )
            for share in (0.5, 0.99)
        }
        cpu = dict.fromkeys(("freeswitch", *PARTS), 0.0)
        for (part, pid), used in self.cpu.items():  # one that has died since is left out
            cpu[part] += 100 * (used - earlier.cpu.get((part, pid), 0.0)) / took
        return {"cpu": {part: round(percent, 1) for part, percent in cpu.items()}, "hub_lag_ms": lag}


def speech(said: Repertoire) -> tuple[bytes, float]:
    """µ-law of somebody who says ten digits again and again, and which share of the time is an utterance."""
    silence = b"\xff" * round(PAUSE * 8000)
    code, spoken = b"", 0.0
    for one in said.digits(STRINGS):
        code += one.code + silence
        spoken += len(one.code) / 8000 + UTTERANCE
    return code, spoken / (len(code) / 8000)


@contextmanager
def crowd(stand: Stand, flow: str, count: int, code: bytes = b"\xff" * 8000) -> Iterator[Load | None]:
    """So many callers up who send `code` again and again; none: nothing is started."""
    if not count:
        yield None
        return
    folder = stand.on.folder / f"crowd-{flow}-{count}-{time.monotonic_ns()}"
    folder.mkdir()
    (folder / "speech.ulaw").write_bytes(code)
    scenario = holding(LASTS).replace("silence.ulaw", "speech.ulaw")
    port = stand.on.switch.sip_port
    with Load(folder, scenario, NUMBERS[flow], port, rate=RATE, most=count, calls=count) as load:
        deadline = time.monotonic() + count / RATE + 15
        while load.count().current < count:
            if time.monotonic() > deadline:
                raise SystemExit(f"{count} callers did not come up: {load.errors()[-1000:]}")
            time.sleep(0.5)
        time.sleep(SETTLES)
        yield load


def callers_for(recognitions: int, share: float) -> int:
    """How many callers speak so that so many utterances are under way at once, on average."""
    return math.ceil(recognitions / share)


def cost(stand: Stand, flow: str, count: int, code: bytes, seconds: float) -> dict[str, Any]:
    """Percent of a processor while so many callers are up."""
    with crowd(stand, flow, count, code):
        before = Reading.take(stand)
        time.sleep(seconds)
        return Reading.take(stand).since(before)
