"""How the worker's hub keeps up with many calls, and whether a slow renderer is felt by others.

    python -m tests.bench.bench_calls [--calls 100] [--seconds 30]

One worker drives `--calls` virtual callers on an embedded switch in another process. Measured: the hub's lag
(how late a 5 ms timer comes), the caller's wait from key to next sound, and both again, in turn with the
quiet windows, while five further callers keep a renderer busy that takes five seconds for each sentence.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import json  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from dataclasses import dataclass, field  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402
from gevent import subprocess  # noqa: E402

from ivr import log, settings  # noqa: E402
from ivr.app import App  # noqa: E402

HERE = Path(__file__).parent
TICK = 0.005
ROUNDS = 4


class Lag:
    """How late the hub is, in ms: a timer every 5 ms, and how much later than asked it came."""

    def __init__(self) -> None:
        self.late: list[float] = []
        gevent.spawn(self._tick)

    def _tick(self) -> None:
        while True:
            due = time.monotonic() + TICK
            gevent.sleep(TICK)
            self.late.append((time.monotonic() - due) * 1000)


class Crowd:
    """The process of the callers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "callers.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        self.port = int(self._read())

    def say(self, words: str) -> None:
        self._to.write(f"{words}\n".encode())
        self._to.flush()

    def report(self) -> tuple[list[float], int]:
        """Delays in ms since the last report, and calls placed so far."""
        self.say("report")
        told = json.loads(self._read())
        return [delay * 1000 for delay in told["delays"]], told["placed"]

    def end(self) -> None:
        self.say("end")
        self._process.wait(10)

    def _read(self) -> bytes:
        line: bytes = self._from.readline()
        return line


@dataclass
class Window:
    """What was measured under one condition, in ms."""

    late: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    def show(self, condition: str) -> None:
        for what, values in (("hub lag", self.late), ("key to next sound", self.delays)):
            cuts = statistics.quantiles(values, n=100)
            shown = "  ".join(f"p{n} {cuts[n - 1]:6.2f}" for n in (50, 95, 99))
            print(f"{what + ', ' + condition:40} n={len(values):6}  {shown}  max {max(values):7.2f} ms")


def settings_for(port: int, folder: Path) -> settings.Settings:
    return settings.load(
        {
            "switch.port": port,
            "flows.dir": HERE / "flows",
            "store.url": f"sqlite:///{folder}/bench.db",
            "store.spool": folder / "spool",
            "speech.cache": folder / "prompts",
            "speech.engine": "command",
            "speech.command": f"{sys.executable} {HERE}/slow_speech.py {{text_file}} {{wav}}",
            "calls.recordings": folder / "recordings",
        },
        files=[],
    ).settings


def measure(calls: int, seconds: float, folder: Path) -> None:
    """Windows with and without a busy renderer, in turn, at the same number of calls."""
    crowd = Crowd()
    app = App(settings_for(crowd.port, folder))
    app.start()
    app.voice.prepared(120)
    lag = Lag()
    quiet, busy = Window(), Window()
    for _ in range(ROUNDS):
        for window in (quiet, busy):
            crowd.say(f"busy {calls}")
            if window is busy:
                crowd.say("fresh 5")
            gevent.sleep(calls * 0.05 + 3)
            crowd.report()
            lag.late.clear()
            gevent.sleep(seconds / ROUNDS)
            delays, placed = crowd.report()
            window.delays += delays
            window.late += lag.late
            crowd.say("quiet")
            gevent.sleep(2)
    crowd.end()
    app.stop()
    print(f"{calls} calls at once; {placed} placed, {app.worker.totals['arrived']} arrived")
    quiet.show("nothing rendered")
    busy.show("a renderer that takes 5 s")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60.0, help="under each of the two conditions")
    options = parser.parse_args()
    log.configure("error")
    with tempfile.TemporaryDirectory() as folder:
        measure(options.calls, options.seconds, Path(folder))


if __name__ == "__main__":
    main()
