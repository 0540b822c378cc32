"""A worker as `ivr serve` runs it, with a watch on its hub; the watch's report goes to stdout in the end.

The watch begins at SIGUSR1 and counts the CPU time of each turn of the event loop, which no other process can
lengthen: a turn of 50 ms is one in which our own code let nobody else have their turn.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402
from signal import SIGUSR1, SIGUSR2  # noqa: E402
from types import FrameType  # noqa: E402

import gevent  # noqa: E402
from gevent.threadpool import ThreadPool  # noqa: E402

from ivr import log, settings  # noqa: E402
from ivr.serving.worker import serve  # noqa: E402

LOOK_EVERY = 0.01
get_ident = monkey.get_original("_thread", "get_ident")
sleep = monkey.get_original("time", "sleep")


class Watch:
    """Measures turns, and takes down where the hub is when one takes long."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.turns = 0
        self.longest = 0.0
        self.where: list[str] = []
        self._hub = get_ident()
        self._clock = time.pthread_getcpuclockid(self._hub)
        self._began = 0.0
        self._prepare = gevent.get_hub().loop.prepare()
        self._pool = ThreadPool(1)

    def begin(self) -> None:
        self._began = time.thread_time()
        self._prepare.start(self._turn)
        self._pool.spawn(self._look)

    def _turn(self) -> None:
        now = time.thread_time()
        self.turns += 1
        self.longest = max(self.longest, now - self._began)
        self._began = now

    def _look(self) -> None:
        """In a thread of its own: where the hub is, once for each turn that is over the limit."""
        noted = 0.0
        while True:
            sleep(LOOK_EVERY)
            began = self._began
            if (
                time.clock_gettime(self._clock) - began > self.limit
                and noted != began
                and len(self.where) < 5
            ):
                noted = began
                frame: FrameType | None = sys._current_frames().get(self._hub)
                self.where.append("".join(traceback.format_stack(frame, 12)))


def burn(seconds: float) -> None:
    """Keep the hub, as code that does not belong there would."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        sum(range(1000))


def main(beat_fd: int, limit: float, burned: float) -> None:
    loaded = settings.load(files=[]).settings
    log.configure("info", "json")
    watch = Watch(limit)
    gevent.signal_handler(SIGUSR1, watch.begin)
    if burned:
        gevent.signal_handler(SIGUSR2, burn, burned)
    serve(loaded, beat_fd, 5.0, "hub")
    report = {"turns": watch.turns, "longest": watch.longest, "where": watch.where}
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
