"""How long a caller waits for the next prompt: Ivory beside FreeSWITCH's own menus, on one switch.

    python -m tests.bench.freeswitch.latency [--calls 300] [--busy 100] [--json FILE]

Calls go to all contenders in random order, a round at a time; within a round each contender's caller has the
same pauses and the same offset of its frames. The table is made twice: on an idle switch, and with `--busy`
other calls up that listen to Ivory's menu with sound in both directions.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.freeswitch.dialogue import Waits, call
from tests.bench.freeswitch.intervals import difference, percentile
from tests.bench.freeswitch.load import Load, holding
from tests.bench.freeswitch.stage import ALL, Stage, stage

MEASURES = {
    "first": "INVITE -> first prompt",
    "barge": "digit into a prompt -> next",
    "silent": "digit in silence -> next",
}
GOALS = {50: 10.0, 95: 25.0}
"""By how many ms Ivory may be slower than Lua, by percentile."""
HOLD_SECONDS = 300.0


def measure(on: Stage, rounds: int, callers: int) -> list[Waits]:
    """`rounds` calls to each contender, by `callers` callers at the same time."""
    jobs = []
    for seed in range(rounds):
        names = list(on.contenders)
        random.Random(seed).shuffle(names)
        jobs += [(name, on.contenders[name].number, on.switch.sip_port, seed) for name in names]
    with ProcessPoolExecutor(callers) as pool:
        return [one.result() for one in [pool.submit(call, *job) for job in jobs]]


def show(condition: str, waits: Sequence[Waits]) -> dict[str, Any]:
    """Print a table; returns it."""
    names = list(dict.fromkeys(one.contender for one in waits))
    good = {name: [one for one in waits if one.contender == name and not one.failure] for name in names}
    table: dict[str, Any] = {}
    print(f"\n== {condition}")
    for name in names:
        failures = [one.failure for one in waits if one.contender == name and one.failure]
        row = {"n": len(good[name]), "failed": len(failures)}
        table[name] = {**row, **{key: _row([getattr(one, key) for one in good[name]]) for key in MEASURES}}
        if failures:
            print(f"{name}: {len(failures)} calls failed, first: {failures[0]}", file=sys.stderr)
    for key, title in MEASURES.items():
        print(f"\n{title}, ms")
        for name in names:
            cell = table[name][key]
            shown = "  ".join(f"{what} {value:7.2f}" for what, value in cell.items())
            print(f"  {name:12} n={table[name]['n']:4}  {shown}")
        if all(len(good.get(name, ())) > 1 for name in ("ivory", "lua")):
            _compare(table, good, key)
    return table


def _row(values: list[float]) -> dict[str, float]:
    return {f"p{percent}": round(percentile(values, percent), 2) for percent in (50, 95, 99)}


def _compare(table: dict[str, Any], good: dict[str, list[Waits]], key: str) -> None:
    ours, theirs = ([getattr(one, key) for one in good[name]] for name in ("ivory", "lua"))
    for percent, goal in GOALS.items():
        apart = difference(ours, theirs, percent)
        table["ivory"][key][f"minus_lua_p{percent}"] = asdict(apart)
        verdict = "met" if apart.value <= goal else "missed"
        interval = f"95 % {apart.low:+.2f} … {apart.high:+.2f}"
        print(f"  ivory - lua  p{percent}: {apart.value:+.2f} ms ({interval}); goal +{goal:g}: {verdict}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=300, help="per contender and condition")
    parser.add_argument("--busy", type=int, default=100, help="other calls; 0 leaves that table out")
    parser.add_argument("--callers", type=int, default=2, help="that measure at the same time")
    parser.add_argument("--only", nargs="+", choices=ALL, default=list(ALL), metavar="CONTENDER")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    with stage(options.only) as on:
        measure(on, 2, options.callers)  # to warm up: files in memory, the first compilation of a script
        found["idle"] = show("idle", measure(on, options.calls, options.callers))
        if options.busy and "ivory" in on.contenders:
            found["busy"] = with_others(on, options)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


def with_others(on: Stage, options: argparse.Namespace) -> dict[str, Any]:
    """The table while other callers listen to Ivory's first menu."""
    number, port = on.contenders["ivory"].number, on.switch.sip_port
    with Load(
        on.folder / "others", holding(HOLD_SECONDS), number, port, rate=20, most=options.busy
    ) as others:
        deadline = time.monotonic() + options.busy / 20 + 20
        while others.count().current < options.busy:
            if time.monotonic() > deadline:
                raise SystemExit(f"the other calls did not come up: {others.errors()[-1000:]}")
            time.sleep(0.5)
        waits = measure(on, options.calls, options.callers)
        count = others.count()
        print(f"\nother calls: {count.current} up, {count.failed} failed")
        return show(f"{options.busy} other calls up", waits)


if __name__ == "__main__":
    main()
