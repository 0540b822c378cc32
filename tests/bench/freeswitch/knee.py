"""How many calls per second each contender carries on this machine, and what a call costs.

    python -m tests.bench.freeswitch.knee [--seconds 10] [--rates 10 20 40 ...] [--json FILE]

The three-prompt two-digit call at rising rates. At each rate the contenders come in random order, each for so
many seconds; one that fails 1 % of its calls, whose worker's hub is late by more than 20 ms (p99), or that
starts fewer calls than asked, is past its knee and drops out. sipp, the caller, runs on the same processors;
its own share is shown. A telephone of ours calls meanwhile, to tell how long a digit takes under that load.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.freeswitch.contenders.base import Contender
from tests.bench.freeswitch.contenders.ivory import Ivory
from tests.bench.freeswitch.dialogue import call
from tests.bench.freeswitch.intervals import percentile
from tests.bench.freeswitch.load import Load, dialogue
from tests.bench.freeswitch.metrics import Metrics
from tests.bench.freeswitch.processes import cpu_seconds, family
from tests.bench.freeswitch.stage import ALL, Stage, stage
from tests.freeswitch.client import Client

RATES = [10, 20, 40, 60, 80, 100, 120, 150, 180]
MOST = 1500  # calls at once; the switch allows 2000
MAX_FAILED = 0.01
MAX_LAG_MS = 20.0
LAST_CALLS = 3.0  # seconds after the last has begun
LAG = "ivory_hub_lag_seconds"
GOAL_RATE, GOAL_RATIO = 100, 1.5
PAUSES = 'milliseconds="300"', 'milliseconds="400"'


@dataclass(frozen=True, slots=True)
class Step:
    """One contender at one rate. CPU in ms per call; `lag_p99` and `barge_p50` in ms, NaN when unknown."""

    contender: str
    rate: float
    calls: int
    failed: int
    reached: float
    switch_ms: float
    worker_ms: float
    sipp_ms: float
    lag_p99: float
    barge_p50: float

    @property
    def passed(self) -> bool:
        return (
            self.failed < MAX_FAILED * self.calls
            and self.reached > 0.95 * self.rate
            and not self.lag_p99 > MAX_LAG_MS
        )

    @property
    def whole_ms(self) -> float:
        return self.switch_ms + self.worker_ms


def run(on: Stage, contender: Contender, rate: float, seconds: float) -> Step:
    """One step."""
    folder = on.folder / "load" / contender.name
    folder.mkdir(parents=True, exist_ok=True)
    workers = family(contender.process.pid) if contender.process else []
    address = contender.metrics if isinstance(contender, Ivory) else ""
    before = Metrics.read(address) if address else Metrics()
    switch, worker, sipp = cpu_seconds(on.switch_pid), sum(map(cpu_seconds, workers)), _children()
    began = time.monotonic()
    scenario = dialogue(folder, *PAUSES)
    calls = round(rate * seconds)
    with Load(
        folder, scenario, contender.number, on.switch.sip_port, rate=rate, most=MOST, calls=calls
    ) as load:
        waits = _telephone(on, contender.number, began + seconds)
        count = load.wait(seconds + 30)
    took = time.monotonic() - began
    after = Metrics.read(address) if address else Metrics()
    done = max(1, count.succeeded + count.failed)
    step = Step(
        contender.name,
        rate,
        done,
        count.failed + max(0, calls - done),
        done / max(seconds, took - LAST_CALLS),
        (cpu_seconds(on.switch_pid) - switch) * 1000 / (done + len(waits)),
        (sum(map(cpu_seconds, workers)) - worker) * 1000 / (done + len(waits)),
        (_children() - sipp) * 1000 / done,
        after.since(before, LAG, 0.99) * 1000,
        percentile(waits, 50),
    )
    _settle(on)
    return step


def _telephone(on: Stage, number: str, until: float) -> list[float]:
    """Call again and again until then; the ms from digit to next prompt."""
    waits = []
    seed = 0
    while time.monotonic() < until - 2:
        one = call("", number, on.switch.sip_port, seed)
        waits += [] if one.failure else [one.barge]
        seed += 1
    time.sleep(max(0.0, until - time.monotonic()))
    return waits


def _children() -> float:
    """CPU seconds of children that have ended: sipp is the only one that does."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _settle(on: Stage) -> None:
    """Let the switch get rid of what is left of a step."""
    deadline = time.monotonic() + 15
    with Client(on.switch) as client:
        while client.channels() and time.monotonic() < deadline:
            time.sleep(0.2)


def show(step: Step) -> None:
    """Print one row."""
    print(
        f"{step.contender:12} {step.rate:5g} {step.reached:7.1f} {step.calls:6} {step.failed:6}"
        f" {step.switch_ms:8.2f} {step.worker_ms:8.2f} {step.whole_ms:8.2f} {step.sipp_ms:7.2f}"
        f" {step.lag_p99:8.1f} {step.barge_p50:8.1f}  {'' if step.passed else 'past its knee'}",
        flush=True,
    )


def climb(on: Stage, rates: list[float], seconds: float) -> list[Step]:
    """All steps of all contenders."""
    print(
        f"{'contender':12} {'asked':>5} {'reached':>7} {'calls':>6} {'failed':>6} {'switch':>8} {'worker':>8}"
        f" {'both':>8} {'sipp':>7} {'lag p99':>8} {'digit':>8}\n"
        f"{'':12} {'/s':>5} {'/s':>7} {'':6} {'':6} {'ms/call':>8} {'ms/call':>8} {'ms/call':>8}"
        f" {'ms/call':>7} {'ms':>8} {'p50 ms':>8}"
    )
    steps: list[Step] = []
    running = list(on.contenders.values())
    for rate in rates:
        random.Random(rate).shuffle(running)
        for contender in list(running):
            steps.append(run(on, contender, rate, seconds))
            show(steps[-1])
            if not steps[-1].passed:
                running.remove(contender)
    return steps


def judge(steps: list[Step]) -> dict[str, float]:
    """Print each contender's knee and Ivory's cost beside Lua's; returns the knees."""
    names = dict.fromkeys(step.contender for step in steps)
    knees = {
        name: max((step.rate for step in steps if step.contender == name and step.passed), default=0.0)
        for name in names
    }
    for name, rate in knees.items():
        print(f"{name:12} carries {rate:g} calls/s")
    cost = {(step.contender, step.rate): step.whole_ms for step in steps if step.passed}
    ratios = {
        rate: cost["ivory", rate] / lua
        for (name, rate), lua in cost.items()
        if name == "lua" and ("ivory", rate) in cost
    }
    if ratios:
        rate = min(ratios, key=lambda one: (abs(one - GOAL_RATE), one))
        verdict = "met" if ratios[rate] <= GOAL_RATIO else "missed"
        print(f"ivory / lua CPU per call at {rate:g}/s: {ratios[rate]:.2f}; goal {GOAL_RATIO:g}: {verdict}")
    if "ivory" in knees:
        print(f"ivory's knee; goal {GOAL_RATE}/s: {'met' if knees['ivory'] >= GOAL_RATE else 'missed'}")
    return knees


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="at each rate")
    parser.add_argument("--rates", type=float, nargs="+", default=RATES, metavar="CALLS/S")
    parser.add_argument("--only", nargs="+", choices=ALL, default=list(ALL), metavar="CONTENDER")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    with stage(options.only) as on:
        steps = climb(on, options.rates, options.seconds)
    knees = judge(steps)
    if options.json:
        rows = [{k: None if v != v else v for k, v in asdict(step).items()} for step in steps]
        options.json.write_text(json.dumps({"knees": knees, "steps": rows}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
