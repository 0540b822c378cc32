"""What runs beside the worker: the web process, the one that posts events. Calls do without them.

They are started when the worker first serves, so that calls come first; one that dies is started again, later
each time, and one that hangs is made to die; none of them is waited for longer than `ENDING` when all ends.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ivr.log import get

log = get(__name__)

ENDING: Final = 5.0
"""Seconds a companion has to end."""
KILLED: Final = 10.0
"""Seconds the system has to take one away that was killed."""
PAUSES: Final = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before one that died is started again: the longer, the more often it died."""
BOOT: Final = 60.0
"""Seconds a new one has until its first beat."""
SILENCE: Final = 15.0
"""Seconds without a beat after which one is killed. No call hangs on it: it has more time than a worker."""
STEADY: Final = 60.0
"""Seconds it has to live until its deaths are forgiven."""
BAD_CONFIGURATION: Final = 78


@dataclass(slots=True)
class Companion:
    """One of them.

    Args:
        name: for the log.
        command: its command line, without the descriptor of the socket that takes its beats (`beats.py`) and
            tells it of the parent's end.
    """

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    ours: socket.socket | None = field(default=None, init=False)
    deaths: int = field(default=0, init=False)
    started: float = field(default=0.0, init=False)
    due: float = field(default=0.0, init=False)
    """When it may be started again; of one that runs: when its next beat must have come."""


class Companions:
    """All of them. `look` is called again and again, and never waits."""

    def __init__(self, companions: Sequence[Companion], environ: Mapping[str, str]) -> None:
        self._companions, self._environ = companions, dict(environ)

    def look(self, now: float) -> None:
        """Start what is not there and may be by `now`, a monotonic time; notice what died, end what hangs."""
        for one in self._companions:
            if one.process is not None and (code := one.process.poll()) is not None:
                self._died(one, code, now)
            if one.process is None and now >= one.due:
                self._start(one, now)
            elif one.process is not None and not self._beats(one, now):
                log.error("companion does not beat", name=one.name, pid=one.process.pid)
                one.process.kill()
                one.due = now + KILLED

    def stop(self) -> None:
        """End them all, together; what does not end is killed."""
        running = [one for one in self._companions if one.process is not None]
        for one in running:
            if one.process is not None:
                one.process.terminate()
        deadline = time.monotonic() + ENDING
        for one in running:
            if one.process is None:
                continue
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.process.wait(max(0.0, deadline - time.monotonic()))
            if one.process.poll() is None:
                log.warning("companion is killed", name=one.name, pid=one.process.pid)
                one.process.kill()
                one.process.wait(KILLED)
            self._forget(one)

    def _start(self, one: Companion, now: float) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                one.process = subprocess.Popen(
                    [*one.command, f"--beat-fd={theirs.fileno()}"],
                    env=self._environ,
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                one.due = now + PAUSES[-1]
                log.warning("companion cannot be started", name=one.name, error=str(error))
                return
        ours.setblocking(False)
        one.ours, one.started, one.due = ours, now, now + BOOT
        log.info("companion starts", name=one.name, pid=one.process.pid)

    def _beats(self, one: Companion, now: float) -> bool:
        """Whether it lives, as far as is known. What came while nobody looked counts."""
        with contextlib.suppress(OSError):  # nothing came
            if one.ours is not None and one.ours.recv(4096):
                one.due = now + SILENCE
        return now < one.due

    def _died(self, one: Companion, code: int, now: float) -> None:
        one.deaths = 1 if now - one.started >= STEADY else one.deaths + 1
        pause = PAUSES[-1] if code == BAD_CONFIGURATION else PAUSES[min(one.deaths, len(PAUSES)) - 1]
        one.due = now + pause
        log.error("companion died", name=one.name, code=code, next_in=pause)
        self._forget(one)

    def _forget(self, one: Companion) -> None:
        if one.ours is not None:
            one.ours.close()
        one.process, one.ours = None, None
