"""The other side of a benchmark, in a process of its own: an embedded switch and many virtual callers.

Prints its port, then takes commands on stdin (`busy 100`, `fresh 5`, `quiet`, `report`, `end`) and answers
`report` with a JSON line: seconds from each key to the next sound since the last report, and calls placed.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import gevent  # noqa: E402
from gevent.fileobject import FileObject  # noqa: E402

from ivr.switch.callers import Caller, Heard  # noqa: E402
from ivr.switch.switch import Switch  # noqa: E402

HOLD_SECONDS = 30.0
THINK_SECONDS = (1.0, 3.0)


class Crowd:
    """Callers who press keys, listen, hang up, and call again."""

    def __init__(self, switch: Switch) -> None:
        self.switch = switch
        self.delays: list[float] = []
        self.placed = 0
        self._callers: list[gevent.Greenlet[..., None]] = []

    def add(self, number: str, count: int, *, measured: bool) -> None:
        for index in range(count):
            self._callers.append(gevent.spawn_later(index * 0.05, self._call_for_ever, number, measured))

    def quiet(self) -> None:
        gevent.killall(self._callers, timeout=5)
        self._callers.clear()

    def _call_for_ever(self, number: str, measured: bool) -> None:
        while True:
            self.placed += 1
            caller = self.switch.dial(number)
            try:
                self._listen(caller, measured)
            finally:
                caller.hangup()

    def _listen(self, caller: Caller, measured: bool) -> None:
        pressed = 0.0

        def sound(heard: Heard) -> None:
            nonlocal pressed
            if pressed and heard.until is None:
                self.delays.append(time.monotonic() - pressed)
                pressed = 0.0

        if measured:
            caller.on_sound(sound)
        end = time.monotonic() + HOLD_SECONDS
        while time.monotonic() < end:
            gevent.sleep(random.uniform(*THINK_SECONDS))
            pressed = time.monotonic()
            caller.press(random.choice("12") if measured else "1")


def main() -> None:
    switch = Switch({"7000": "bench", "7001": "fresh"})
    switch.start()
    print(switch.listen_port, flush=True)
    crowd = Crowd(switch)
    for line in FileObject(sys.stdin.fileno(), "rb"):
        word, _, count = line.decode().strip().partition(" ")
        match word:
            case "busy":
                crowd.add("7000", int(count), measured=True)
            case "fresh":
                crowd.add("7001", int(count), measured=False)
            case "quiet":
                crowd.quiet()
            case "report":
                print(json.dumps({"delays": crowd.delays, "placed": crowd.placed}), flush=True)
                crowd.delays.clear()
            case "end":
                break
    crowd.quiet()
    switch.stop()


if __name__ == "__main__":
    main()
