"""What a flow's figures cost: `python -m tests.bench.bench_insight [STEPS]`, a million when left out.

For each kind of database: the seconds from the first row to the whole report, and how much memory it took.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from ivr.cli import patched  # noqa: F401 first of all
from ivr.insight.report import report
from ivr.store import journeys
from ivr.store.records import CallRecord, Record, Step
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert
from tests.bench.bench_store import postgresql
from tests.unit.insight.crowd import DAY, NEXT_WEEK, Crowd, HangUp, Pause, Press

FLOW = """
id: bench
vars: {account: null}
nodes:
  welcome: {type: play, prompt: Welcome., next: main}
  main:
    type: menu
    prompt: For hours press 1. For your bill press 2. To report an outage press 3. For a person press 0.
    options: {1: hours, 2: account, 3: outages, 0: person}
    outcomes: {exhausted: bye}
  hours: {type: play, goal: hours_told, prompt: We are open from nine to five., next: main}
  account: {type: collect, into: account, digits: {length: 4}, prompt: Your account please., next: balance}
  balance: {type: set, vars: {account: "'1'"}, next: check}
  check: {type: branch, cases: [{when: account == '1', next: bill}], else: main}
  bill: {type: play, goal: bill_told, prompt: You owe five dollars., next: main}
  outages: {type: menu, prompt: For the north press 1. For the south press 2., options: {1: north, 2: south}}
  north: {type: play, goal: outage_told, prompt: All is well in the north., next: main}
  south: {type: play, goal: outage_told, prompt: All is well in the south., next: main}
  person: {type: transfer, extension: "1001", next: bye}
  bye: {type: hangup, prompt: Goodbye.}
"""


def crowd() -> Crowd:
    """Two hundred callers, of about ten steps each."""
    made = Crowd(FLOW)
    press = [Pause(1), Press("2"), Pause(1), Press("1234"), Pause(3)]
    made.call(*press, Pause(2), Press("1"), Pause(4), Press("7"), Press("0"), times=100)
    made.call(Pause(5), Press("3"), Pause(2), Press("2"), Pause(3), *press, HangUp(), times=60)
    made.call(*press, *press, Pause(3), times=40)
    return made


def records(made: Crowd, steps: int) -> Iterator[Record]:
    """Those callers again and again, until there are so many steps."""
    batch, number = list(made.records()), 0
    while True:
        later = timedelta(seconds=number)
        for record in batch:
            if isinstance(record, Step):
                if record.left is None:
                    continue  # its end comes in one row
                steps -= 1
                yield replace(
                    record,
                    call=f"{record.call}-{number}",
                    entered=record.entered + later,
                    left=record.left + later,
                )
            elif isinstance(record, CallRecord):
                yield replace(record, id=f"{record.id}-{number}", started=record.started + later)
        number += 1
        if steps <= 0:
            return


def measure(kind: str, url: str, steps: int) -> None:
    made = crowd()
    with open_current(url) as store:
        upsert, rows = Upsert(store), []
        for record in records(made, steps):
            rows.append(pack(record))
            if len(rows) == 5000:
                upsert(rows)
                rows = []
        upsert(rows)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started, used = time.perf_counter(), time.process_time()
        traces = journeys.traces(store, "bench", DAY, NEXT_WEEK)
        told = report(traces, made.models, "bench", DAY, NEXT_WEEK, current=made.version)
        took, used = time.perf_counter() - started, time.process_time() - used
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    visits = sum(node.visits for node in told.nodes)
    print(
        f"{kind}: {told.calls.total:,} calls, {visits:,} steps in {took:.1f} s,"
        f" {used:.1f} s of this process, {grown:.0f} MB more memory"
    )


def main() -> None:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name, postgresql() as server:
        for kind, url in {"SQLite": f"sqlite:///{name}/ivory.db", "PostgreSQL": server}.items():
            if url is None:
                print(f"{kind}: none here")
            else:
                measure(kind, url, steps)


if __name__ == "__main__":
    main()
