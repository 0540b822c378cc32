"""How soon a free agent's telephone is called, and what waiting costs: Ivory beside mod_callcenter.

    python -m tests.bench.freeswitch.queueing [--rounds 30] [--waiting 1 50 200] [--json FILE]

One switch; the contenders take turns in random order, some rounds at a time. Three tables: from the order
that makes an agent ready to the CHANNEL_CREATE of the agent's leg, with so many waiting; how fast 100 agents
who become ready serve 200 who wait, each talk hung up as it begins; and the processor time of 200 who only
wait, beside that of 200 who hear the same music without a queue.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.freeswitch.contenders.callcenter import CallCenter
from tests.bench.freeswitch.contenders.ivory_queue import IvoryQueue
from tests.bench.freeswitch.contenders.music import Music
from tests.bench.freeswitch.contenders.queue import Queue
from tests.bench.freeswitch.floor import Floor
from tests.bench.freeswitch.intervals import difference, percentile
from tests.bench.freeswitch.processes import cpu_seconds, family
from tests.bench.freeswitch.stage import Stage, stage

CONTENDERS = {"ivory": IvoryQueue, "callcenter": CallCenter, "music": Music}
QUEUES = ("ivory", "callcenter")
BLOCK = 10  # rounds of one contender before the other has its turn
SETTLE = 1.5  # seconds after callers came, until the queue has taken them all
GOAL_MS = 25.0


def offers(on: Stage, floor: Floor, waiting: int, rounds: int) -> dict[str, list[float]]:
    """Milliseconds from ready to the agent's leg, by contender."""
    found: dict[str, list[float]] = defaultdict(list)
    chance = random.Random(waiting)
    for _ in range(-(-rounds // BLOCK)):
        for name in chance.sample(QUEUES, len(QUEUES)):
            queue = on.contenders[name]
            assert isinstance(queue, Queue)
            for agent in chance.sample(queue.agents, BLOCK):
                floor.fill(queue.number, waiting)
                time.sleep(SETTLE if len(found[name]) % BLOCK == 0 else chance.uniform(0.2, 0.4))
                found[name].append(_offer(floor, queue, agent))
            floor.clear()
    return found


def _offer(floor: Floor, queue: Queue, agent: str) -> float:
    floor.rung.pop(agent, None)
    talks, began = floor.talks, time.time()
    queue.ready(agent)
    floor.until(lambda: agent in floor.rung, f"{agent} rings")
    floor.until(lambda: floor.talks > talks, f"{agent} talks")
    queue.away(agent)
    return (floor.rung[agent] - began) * 1000


def drain(on: Stage, floor: Floor, name: str, waiting: int) -> dict[str, float]:
    """Talks per second, and the processor time of each in ms, until nobody waits any more."""
    queue = on.contenders[name]
    assert isinstance(queue, Queue)
    floor.fill(queue.number, waiting)
    time.sleep(SETTLE * 2)
    talks, began, spent = floor.talks, time.time(), _cpu(on, queue)
    for agent in queue.agents:
        queue.ready(agent)
    floor.until(lambda: floor.talks >= talks + waiting, "everybody served", 60)
    row = {
        "talks_per_second": waiting / (floor.last_talk - began),
        "cpu_ms_each": (_cpu(on, queue) - spent) / waiting * 1000,
    }
    for agent in queue.agents:
        queue.away(agent)
    floor.clear()
    return row


def idle(on: Stage, floor: Floor, name: str, waiting: int, seconds: float) -> float:
    """Cores that so many take who only wait."""
    contender = on.contenders[name]
    floor.fill(contender.number, waiting)
    time.sleep(SETTLE * 2)
    began, spent = time.monotonic(), _cpu(on, contender)
    time.sleep(seconds)
    cores = (_cpu(on, contender) - spent) / (time.monotonic() - began)
    floor.clear()
    return cores


def _cpu(on: Stage, contender: Any) -> float:
    own = family(contender.process.pid) if contender.process else []
    return sum(cpu_seconds(pid) for pid in [on.switch_pid, *own])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30, help="offers per contender and length of queue")
    parser.add_argument("--waiting", type=int, nargs="+", default=[1, 50, 200])
    parser.add_argument("--drains", type=int, default=3, help="times that each drains its queue")
    parser.add_argument("--seconds", type=float, default=20.0, help="of waiting, to see what it costs")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    found: dict[str, Any] = {"offers": {}, "drain": {}, "waiting": {}}
    with stage(list(CONTENDERS), CONTENDERS) as on:
        floor = Floor(on.switch)
        for waiting in options.waiting:
            found["offers"][waiting] = _show_offers(waiting, offers(on, floor, waiting, options.rounds))
        most = max(options.waiting)
        rows = defaultdict(list)
        for turn in range(options.drains):
            for name in random.Random(turn).sample(QUEUES, len(QUEUES)):
                rows[name].append(drain(on, floor, name, most))
        print(f"\n== {most} wait, 100 agents become ready (medians of {options.drains})")
        for name in QUEUES:
            row = {key: float(np.median([each[key] for each in rows[name]])) for key in rows[name][0]}
            found["drain"][name] = row
            cost = f"{row['cpu_ms_each']:6.1f} ms of processor each"
            print(f"  {name:12} {row['talks_per_second']:6.1f} talks/s   {cost}")
        found["waiting"] = {name: idle(on, floor, name, most, options.seconds) for name in CONTENDERS}
        music = found["waiting"]["music"]
        print(f"\n== {most} only wait: cores, and how many of them above the music alone ({music:.2f})")
        for name in QUEUES:
            print(f"  {name:12} {found['waiting'][name]:5.2f}   {found['waiting'][name] - music:+.2f}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


def _show_offers(waiting: int, found: dict[str, list[float]]) -> dict[str, Any]:
    print(f"\n== ready -> the agent's leg, {waiting} waiting, ms")
    table = {
        name: {f"p{percent}": round(percentile(values, percent), 1) for percent in (50, 95)}
        | {"n": len(values)}
        for name, values in found.items()
    }
    for name, row in table.items():
        print(f"  {name:12} n={row['n']:4}  p50 {row['p50']:7.1f}  p95 {row['p95']:7.1f}")
    apart = difference(found["ivory"], found["callcenter"], 50)
    verdict = "met" if table["ivory"]["p50"] <= GOAL_MS else "missed"
    print(f"  ivory - callcenter p50: {apart.value:+.1f} ms (95 % {apart.low:+.1f} … {apart.high:+.1f});"
          f" goal <= {GOAL_MS:g} ms: {verdict}")  # fmt: skip
    return table


if __name__ == "__main__":
    main()
