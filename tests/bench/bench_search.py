"""What searching calls costs: `python -m tests.bench.bench_search [CALLS]`, a million when left out.

For each kind of database: the milliseconds until a page of 50 is there, for conditions that are common, rare
or true of nothing, each beside how much of the database was looked at when the time was over.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ivr.cli import patched  # noqa: F401 first of all
from ivr.store.call_search import Wanted, search
from ivr.store.call_whole import extras, whole
from ivr.store.database import Store
from ivr.store.records import (
    CallRecord,
    ContactRecord,
    OfferRecord,
    Record,
    RecordingRecord,
    Step,
    SurveyAnswer,
)
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert
from tests.bench.bench_store import postgresql

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 5000
APART = 25.0
"""Seconds between two calls: a million are ten months."""
ENDS = ("completed",) * 60 + ("transfer",) * 25 + ("abandoned",) * 14 + ("failed",)

SEARCHES: dict[str, Wanted] = {
    "the latest": Wanted(),
    "of a flow, abandoned": Wanted(flow="support", end="abandoned"),
    "a caller's number": Wanted(ani="+8613800777777"),
    "a number's last four figures": Wanted(number="*7777"),
    "a number that never called": Wanted(ani="+8613999999999"),
    "the hotline's number": Wanted(dnis="95598"),
    "a node that all come to": Wanted(node="main"),
    "a node that few come to": Wanted(node="complaint"),
    "a node nobody came to": Wanted(node="nowhere"),
    "an agent": Wanted(agent="1007"),
    "waited over 110 s": Wanted(waited=110),
    "rated 1": Wanted(rating=1, rating_most=1),
    "recorded, over four minutes": Wanted(recorded=True, shortest=240),
    "words nobody said": Wanted(heard="天气预报"),
    "a name": Wanted(text="caller 123456"),
    "a day in June": Wanted(
        since=BEGIN + timedelta(days=160), until=BEGIN + timedelta(days=161), group="billing"
    ),
}


def records(calls: int) -> Iterator[list[Record]]:
    """Calls with their steps, every third with a contact, some recorded, some rated."""
    chance = random.Random(7)
    for number in range(calls):
        name, at = f"{chance.getrandbits(64):016x}-{number:08d}", BEGIN + timedelta(seconds=APART * number)
        long = chance.expovariate(1 / 90)
        gone = at + timedelta(seconds=long)
        end, ani = chance.choice(ENDS), f"+86138{chance.randrange(10**8):08d}"
        flow = ("hotline", "support", "sales")[number % 3]
        made: list[Record] = [
            CallRecord(name, at, flow, "0123456789ab", ani, "95598", f"caller {number}", "zh-CN", at, gone,
                       "NORMAL_CLEARING", end, ("told",) if end == "completed" else ())
        ]  # fmt: skip
        nodes = ["welcome", "main", "complaint" if number % 5000 == 0 else "account"]
        for visit, node in enumerate(nodes, 1):
            left = at + timedelta(seconds=visit * 4)
            made.append(Step(name, visit, flow, node, "menu", at, left, "1", "1", {"prompts": ["您好"]}))
        if number % 3 == 0:
            agent, waited = f"10{number % 40:02d}", chance.uniform(0, 120)
            contact = f"{name}:3"
            made.append(
                ContactRecord(contact, at, name, group=("billing", "repair")[number % 2], agent=agent,
                              waited=waited, disposition="answered", talk=long)
            )  # fmt: skip
            made.append(OfferRecord(contact, agent, at, "billing", at, "connected"))
            if number % 9 == 0:
                made.append(
                    RecordingRecord(f"{name}-1", at, name, contact, agent, "billing", "x.wav", seconds=long)
                )
            if number % 15 == 0:
                made.append(SurveyAnswer(name, 4, "service", at, flow, "survey", chance.randint(1, 5)))
        yield made


def fill(store: Store, calls: int) -> None:
    """Put them into the database."""
    upsert, rows = Upsert(store), []
    for made in records(calls):
        rows += [pack(record) for record in made]
        if len(rows) >= BATCH:
            upsert(rows)
            rows = []
    upsert(rows)


def measure(kind: str, url: str, calls: int) -> None:
    with open_current(url) as store:
        began = time.perf_counter()
        fill(store, calls)
        took = time.perf_counter() - began
        print(f"-- {kind}: {calls:,} calls, {store.size() / 1e9:.1f} GB, made in {took:.0f} s", flush=True)
        for words, wanted in SEARCHES.items():
            taken = []
            for _ in range(3):
                began = time.perf_counter()
                found = search(store, wanted)
                extras(store, [call.id for call in found.calls])
                taken.append((time.perf_counter() - began) * 1e3)
            back = f", as far back as {found.searched:%Y-%m-%d}" if found.searched else ""
            print(f"{words:32} {min(taken):8.1f} ms {len(found.calls):4} calls{back}")
        last = search(store, Wanted(limit=1)).calls[0].id
        began = time.perf_counter()
        whole(store, last)
        print(f"{'one call with all of it':32} {(time.perf_counter() - began) * 1e3:8.1f} ms")


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name, postgresql() as server:
        for kind, url in {"SQLite": f"sqlite:///{name}/ivory.db", "PostgreSQL": server}.items():
            if url is None:
                print(f"-- {kind}: none here")
            else:
                measure(kind, url, calls)


if __name__ == "__main__":
    main()
