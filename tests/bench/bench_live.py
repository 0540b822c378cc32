"""What those who watch cost the calls: `python -m tests.bench.bench_live [--calls 500] [--agents 1000]`.

A whole centre without a switch, behind the real control socket: so many calls, agents, and callers who wait.
Another process asks and reads, as the web process does; meanwhile it is measured how late the hub comes, as
every caller would feel it, and what of a processor it takes. Each line is one way of watching; `steps` and
`changes` are nodes entered and agents' states a second.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import gc  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Mapping  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402

from ivr import log  # noqa: E402
from ivr.acd.entries import Entries  # noqa: E402
from ivr.clock import SystemClock  # noqa: E402
from ivr.http_server import Reply  # noqa: E402
from ivr.ops.centre_live import CentreBoard  # noqa: E402
from ivr.ops.live import Board  # noqa: E402
from ivr.ops.stream import Reader  # noqa: E402
from ivr.portions import pieces  # noqa: E402
from ivr.runtime.journey import CallStarted, NodeEntered  # noqa: E402
from tests.centre import Centre  # noqa: E402

TICK = 0.001
"""Seconds between two looks at how late the hub is."""
SPELL = 6.0
"""Seconds of each measurement."""
STEPS, CHANGES = 250, 50
"""A second: 500 callers who press a key every two seconds, and a busy centre's agents."""
CLIENT = """
import sys
from ivr.control_client import Control
path, what = sys.argv[1:]
control = Control(path, "bench")
while True:
    if what == "order":
        control.give("acd.status")
    elif what.endswith("stream"):
        for line in control.lines(what): pass
    else:
        control.get(what)
"""


class House:
    """Calls, agents and who waits."""

    def __init__(self, path: str, calls: int, agents: int) -> None:
        people = "\n".join(
            f"  a{n}: {{skills: {{s{n % 20}: 5}}, groups: [g{n % 100}, g{(n + 50) % 100}]}}"
            for n in range(agents)
        )
        groups = "\n".join(f"  g{n}: {{}}" for n in range(100))
        skills = ", ".join(f"s{n}" for n in range(20))
        text = f"skills: [{skills}]\ngroups:\n{groups}\nagents:\n{people}\n"
        self.centre = Centre(path, text)
        self.centre.desk.unrung = lambda _offer: True
        self.board, self.calls, self.agents = Board(SystemClock()), calls, agents
        look: Callable[[], Mapping[str, Any]] = lambda: self.centre.orders.give("acd.status", "", {})  # noqa: E731
        self.acd = CentreBoard(SystemClock(), self.centre.desk, look, lambda contact, _: {"number": contact})
        for number in range(calls):
            self.board.told(CallStarted(f"call{number}", "f", "v", "1380000", "95598", "", "en-US", _now()))
            self.step(number, 1)
        for number in range(agents):
            self.centre.give("agent.sign_in", agent=f"a{number}", ready=number % 2 == 0)
        for number in range(50):
            self.centre.waits(f"w{number}", f"g{number}")
        routes = self.centre.control.routes
        routes["/calls"] = lambda: Reply(self.board.line("snapshot", **self.board.snapshot()))
        routes["/calls/live"] = lambda: Reply(pieces({"calls": self.live()}))
        routes["/calls/stream"] = lambda: Reply(iter(Reader(self.board)))
        routes["/acd/stream"] = lambda: Reply(iter(Reader(self.acd)))

    def live(self) -> Mapping[str, dict[str, Any]]:
        """As `calls.live` answers: each entry is made when it is written down."""
        return Entries(dict(self.board._calls), lambda entry: {**entry, "state": "flow"})

    def step(self, call: int, visit: int) -> None:
        self.board.told(NodeEntered(f"call{call}", visit, "f", f"node{visit % 9}", "menu", _now(), "en-US"))

    def busy(self) -> None:
        """What goes on whether or not anybody watches."""
        number = 0
        while True:
            gevent.sleep(0.02)
            for _ in range(round(STEPS * 0.02)):
                number += 1
                self.step(number % self.calls, number)
            agent = f"a{number % self.agents}"
            ready = self.centre.desk.states[agent].state == "on_break"
            self.centre.give("agent.ready" if ready else "agent.break", agent=agent)


def _now() -> datetime:
    return datetime.now(UTC)


def measure() -> tuple[list[float], float]:
    """How late the hub came (ms), each time, and what of a processor this process took (%)."""
    late, until = [], time.monotonic() + SPELL
    spent, began = time.process_time(), time.monotonic()
    while (before := time.monotonic()) < until:
        gevent.sleep(TICK)
        late.append((time.monotonic() - before - TICK) * 1000)
    return sorted(late), (time.process_time() - spent) / (time.monotonic() - began) * 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--agents", type=int, default=1000)
    options = parser.parse_args()
    log.configure("error", "text")
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "control.sock")
        house = House(path, options.calls, options.agents)
        gc.freeze()  # as a worker does, once all is loaded
        gevent.spawn(house.busy)
        print(f"{options.calls} calls, {options.agents} agents; {STEPS} steps and {CHANGES} changes a second")
        print(f"{'who watches':32} {'hub late ms: p50':>16} {'p99':>6} {'max':>6} {'CPU %':>6}")
        for words, asked in (
            ("nobody", ()),
            ("one reads /calls/stream", ("/calls/stream",)),
            ("one reads /acd/stream", ("/acd/stream",)),
            ("eight read both", ("/calls/stream", "/acd/stream") * 8),
            ("calls.live, again and again", ("/calls/live",)),
            ("acd.status, again and again", ("order",)),
        ):
            readers = [subprocess.Popen([sys.executable, "-c", CLIENT, path, what]) for what in asked]
            gevent.sleep(2.0)  # they have begun, and read the first snapshot
            late, spent = measure()
            for reader in readers:
                reader.kill()
                reader.wait()
            at = [late[int(len(late) * share)] for share in (0.5, 0.99)]
            print(f"{words:32} {at[0]:16.2f} {at[1]:6.2f} {late[-1]:6.1f} {spent:6.1f}", flush=True)
        house.centre.stop()


if __name__ == "__main__":
    main()
