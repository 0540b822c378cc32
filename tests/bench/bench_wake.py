"""What waking FreeSWITCH costs and brings: `python -m tests.bench.bench_wake [--calls N] [--rounds 12]`.

One line after the other, in turn, wakes a FreeSWITCH of its own every so many milliseconds, while somebody
else fires events: how late they come, and how much of a processor FreeSWITCH and this process take meanwhile.
With `--calls` as many callers hear a tone, which is what FreeSWITCH is busy with otherwise.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import random  # noqa: E402
import statistics  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from dataclasses import dataclass, field  # noqa: E402
from pathlib import Path  # noqa: E402

from ivr import log  # noqa: E402
from tests.freeswitch.delays import Prober, listening  # noqa: E402
from tests.freeswitch.instance import Instance, find  # noqa: E402

SETTINGS = (0.0, 1.0, 2.0, 3.0, 5.0, 10.0)  # ms
EVENTS_A_ROUND = 25


@dataclass
class Row:
    """What was measured with one setting."""

    delays: list[float] = field(default_factory=list)  # ms
    theirs: float = 0.0  # processor seconds of FreeSWITCH
    ours: float = 0.0
    wall: float = 0.0

    def __str__(self) -> str:
        delays = sorted(self.delays)
        return (
            f"{len(delays):5d} {statistics.median(delays):7.2f} {delays[int(len(delays) * 0.95)]:7.2f} "
            f"{delays[-1]:7.2f} {self.theirs / self.wall * 100:11.2f} {self.ours / self.wall * 100:7.2f}"
        )


def processor(pid: int) -> float:
    """Seconds of a processor that a process has taken; Linux makes its clock's number of the process's."""
    return time.clock_gettime(~pid << 3 | 2)


def measure(freeswitch: Instance, prober: Prober, wake: float, row: Row) -> None:
    """One round of one setting (ms)."""
    assert freeswitch.process is not None
    pid = freeswitch.process.pid
    with listening(freeswitch, wake / 1000) as (line, _):
        time.sleep(0.1)
        theirs, ours, wall = processor(pid), time.process_time(), time.monotonic()
        row.delays += prober.delays(line, EVENTS_A_ROUND)
        row.theirs += processor(pid) - theirs
        row.ours += time.process_time() - ours
        row.wall += time.monotonic() - wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    log.configure("error", "text")
    binary = find()
    if binary is None:
        print("no FreeSWITCH: set FREESWITCH_PREFIX")
        return
    rows = {setting: Row() for setting in SETTINGS}
    with tempfile.TemporaryDirectory() as folder:
        freeswitch = Instance(binary, Path(folder))
        freeswitch.start()
        try:
            with Prober(freeswitch) as prober:
                for _ in range(options.calls):
                    leg = prober.call("1005")
                    prober.api(f"uuid_broadcast {leg} tone_stream://%(1000,0,440);loops=-1 aleg")
                for _ in range(options.rounds):
                    for setting in random.sample(SETTINGS, len(SETTINGS)):
                        measure(freeswitch, prober, setting, rows[setting])
        finally:
            freeswitch.stop()
    print(f"{options.calls} calls; ms from firing an event to its handler; % of a processor")
    print("wake  n      median     p95     max  FreeSWITCH  Ivory")
    for setting, row in rows.items():
        print(f"{setting:4g} {row}")


if __name__ == "__main__":
    main()
