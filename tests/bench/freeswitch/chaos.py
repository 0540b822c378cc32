"""A worker is killed with a hundred callers on the line: who is lost, who hears what, and how soon.

`python -m tests.bench.freeswitch.chaos [--calls 100] [--signal KILL|STOP]`. The callers are in a menu, typing
an account, leaving a message, in an order over HTTP, and talking to a desk, a fifth of them each. What
happens to them is read off FreeSWITCH's own events, by their time stamps.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.freeswitch.client import Client
from tests.freeswitch.conftest import BINARY, Ivory, wait_for
from tests.freeswitch.instance import PROJECT, Instance
from tests.freeswitch.orders import Orders, serving

FLOWS = PROJECT / "tests/freeswitch/flows_adoption"
PLACES = {"menu": "", "account": "2123", "message": "3", "order": "4", "desk": "5"}
NODES = {"menu": "main", "account": "account", "message": "message", "order": "order", "desk": "desk"}


@dataclass
class Seen:
    """What FreeSWITCH said of one call, by the call's own number."""

    played: list[float] = field(default_factory=list)
    hung_up: float = 0.0
    talk_ended: float = 0.0


class Observer(threading.Thread):
    """Listens to FreeSWITCH beside Ivory."""

    def __init__(self, freeswitch: Instance) -> None:
        super().__init__(daemon=True)
        self.calls: dict[str, Seen] = {}
        self._client = Client(freeswitch)
        self._client.send("event plain MEDIA_BUG_START CHANNEL_HANGUP CHANNEL_UNBRIDGE")

    def run(self) -> None:
        for event in self._client.events():
            if event.get("variable_ivr_flow"):
                seen = self.calls.setdefault(event.get("Caller-Caller-ID-Number", ""), Seen())
                at = int(event["Event-Date-Timestamp"]) / 1e6
                match event["Event-Name"], event.get("Media-Bug-Function"):
                    case "MEDIA_BUG_START", "displace":
                        seen.played.append(at)
                    case "CHANNEL_HANGUP", _:
                        seen.hung_up = at
                    case "CHANNEL_UNBRIDGE", _:
                        seen.talk_ended = at


@dataclass
class Crowd:
    """The callers, by where they are."""

    legs: dict[str, dict[str, str]]

    def all(self) -> Iterator[tuple[str, str, str]]:
        for place, legs in self.legs.items():
            for ani, leg in legs.items():
                yield place, ani, leg


def gather(ivory: Ivory, phone: Client, calls: int) -> Crowd:
    """Bring the callers to their places."""
    crowd = Crowd({place: {} for place in PLACES})
    for number in range(calls):
        place = list(PLACES)[number % len(PLACES)]
        ani = f"1395000{number:04}"
        crowd.legs[place][ani] = phone.call("95598", ani)
        time.sleep(0.02)
    for place, keys in PLACES.items():
        for ani, leg in crowd.legs[place].items():
            wait_for(lambda ani=ani: ivory.entered(ani, "main"), 20, "the menu")  # type: ignore[misc]
            if keys:
                phone.press(leg, keys)
    for place, ani, _ in crowd.all():
        wait_for(lambda ani=ani, place=place: ivory.entered(ani, NODES[place]), 20, place)  # type: ignore[misc]
    time.sleep(1.5)
    return crowd


def bench(calls: int, kind: signal.Signals, work: Path) -> bool:
    """One run; whether nobody was lost."""
    assert BINARY is not None, "no FreeSWITCH"
    freeswitch = Instance(BINARY, work / "freeswitch")
    freeswitch.start()
    with serving() as orders:
        orders.seconds = 60.0
        ivory = Ivory(freeswitch, work, FLOWS, orders, work / "prompts")
        try:
            ivory.start()
            time.sleep(6.0)  # until a second worker is ready
            with Client(freeswitch) as phone:
                return watch(freeswitch, ivory, phone, orders, calls, kind)
        finally:
            ivory.stop()
            freeswitch.stop()


def watch(
    freeswitch: Instance, ivory: Ivory, phone: Client, orders: Orders, calls: int, kind: signal.Signals
) -> bool:
    observer = Observer(freeswitch)
    observer.start()
    crowd = gather(ivory, phone, calls)
    desks = {row["uuid"] for row in phone.rows("channels") if row["dest"] == "1005"}
    killed, before = time.time(), ivory.worker
    os.kill(before, kind)
    time.sleep(6.0)
    ended = {ani: seen.hung_up for ani, seen in observer.calls.items() if seen.hung_up}
    # An order that was interrupted is told so, and that call then ends by itself.
    lost = [ani for ani in ended if not any(killed < at for at in observer.calls[ani].played)]
    torn = [ani for ani in crowd.legs["desk"] if observer.calls[ani].talk_ended]
    gone = desks - {row["uuid"] for row in phone.rows("channels")}
    print(f"{'place':10} {'calls':>5}  next prompt after the kill, s")
    slow = 0
    for place in ("menu", "account", "order"):
        waits = []
        for ani in crowd.legs[place]:
            after = [at - killed for at in observer.calls[ani].played if at > killed]
            waits += after[:1]
        slow += sum(wait > 3.0 for wait in waits) + len(crowd.legs[place]) - len(waits)
        told = f"median {statistics.median(waits):.2f}  longest {max(waits):.2f}" if waits else "-"
        print(f"{place:10} {len(crowd.legs[place]):>5}  {told}  heard by {len(waits)}")
    pressed = time.time()
    for leg in crowd.legs["message"].values():
        phone.press(leg, "#")
    time.sleep(3.0)
    heard = [
        at - pressed
        for ani in crowd.legs["message"]
        for at in [at for at in observer.calls[ani].played if at > pressed][:1]
    ]
    print(f"{'message':10} {len(crowd.legs['message']):>5}  recorded on; after a key heard by {len(heard)}")
    doubled = [key for key, times in Counter(orders.keys).items() if times > 1]
    print(f"{'desk':10} {len(crowd.legs['desk']):>5}  talks torn {len(torn)}, desks gone {len(gone)}")
    print(f"lost {len(lost)} of {calls}; later than 3 s or never {slow}; orders done twice {len(doubled)};"
          f" worker {before} -> {ivory.worker}; taken over {ivory.count('call taken over')}")  # fmt: skip
    for _, _, leg in crowd.all():
        phone.hang_up(leg)
    return not (lost or torn or gone or slow or doubled)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--signal", choices=("KILL", "STOP"), default="KILL")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ivory-chaos-") as work:
        good = bench(options.calls, signal.Signals[f"SIG{options.signal}"], Path(work))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
