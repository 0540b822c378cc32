"""The parent of `ivr serve`: starts the worker, kills it when it no longer beats, restarts what dies.

It holds no call and imports next to nothing, so there is little in it that could fail. Calls live on the
switch: a worker that is killed costs them a pause. To keep that short a second worker is made ready beside
the one that serves, with everything loaded, and only waits to be told to go.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from signal import SIGCHLD, SIGHUP, SIGINT, SIGTERM

from ivr.log import get
from ivr.serving.companions import Companions
from ivr.serving.lock import Lock
from ivr.serving.signals import Signals

log = get(__name__)

BAD_CONFIGURATION = 78
INTERRUPTED = 130
ENDING = (SIGTERM, SIGINT)


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds.

    Args:
        silence: without a beat until a worker is killed.
        boot: a new worker has until its first beat.
        drain: live calls have to end when the parent is told to stop.
        ending: the worker has, beyond that, to let go of everything.
        first_pause, longest_pause: before a dead worker is replaced; doubles from one to the other.
        steady: a worker lives until an earlier death is forgiven.
        spare: a worker serves until the next is made ready beside it; also between two tries to.
        stand_by: between two looks whether the lock is free.
    """

    silence: float = 3.0
    boot: float = 60.0
    drain: float = 30.0
    ending: float = 15.0
    first_pause: float = 0.05
    longest_pause: float = 30.0
    steady: float = 5.0
    spare: float = 3.0
    stand_by: float = 0.5

    def pauses(self) -> Iterator[float]:
        pause = self.first_pause
        while True:
            yield pause
            pause = min(self.longest_pause, pause * 2)


@dataclass(slots=True)
class _Worker:
    """A worker's process, which waits for `go`. `due`: when the next beat, or its end, must have come."""

    process: subprocess.Popen[bytes]
    beats: socket.socket
    started: float = 0.0
    due: float = 0.0
    beaten: bool = False
    readable: bool = True
    killed: bool = field(default=False)

    def go(self, due: float) -> None:
        """Tell it to serve; its first beat must have come by `due`."""
        self.started, self.due = time.monotonic(), due
        with contextlib.suppress(OSError):  # it has died, which is noticed anyway
            self.beats.send(b"g")

    def kill(self) -> None:
        self.killed = True
        self.process.kill()

    def reap(self, seconds: float) -> None:
        """Make sure that it is gone."""
        self.beats.close()
        if self.process.poll() is None:
            self.kill()
            self.process.wait(seconds)


class Parent:
    """Looks after one worker, which drives the calls of one FreeSWITCH.

    Args:
        command: makes the worker's command line, given the descriptor that takes its beats.
        environ: the worker's environment.
        lock: taken before there is a worker; while somebody else has it, this process stands by.
        companions: what runs beside the worker, once it serves.
    """

    def __init__(
        self,
        command: Callable[[int], Sequence[str]],
        environ: Mapping[str, str],
        lock: Lock,
        patience: Patience | None = None,
        companions: Companions | None = None,
    ) -> None:
        self._command = command
        self._environ = dict(environ)
        self._lock = lock
        self._patience = patience or Patience()
        self._companions = companions or Companions((), {})
        self._served = False
        self._ending: signal.Signals | None = None
        self._spare: _Worker | None = None
        self._spare_due = 0.0

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT (twice: at once); SIGHUP makes the worker read its flows again.

        Returns:
            The exit code: 0 after SIGTERM, 130 after SIGINT, 78 when the first worker found its configuration
            bad. One that worked before is given another chance: an edit may be repaired while callers wait.
        """
        with Signals(SIGTERM, SIGINT, SIGHUP, SIGCHLD) as signals:
            try:
                if self._stand_by(signals):
                    return self._serve(signals)
                return self._exit_code
            finally:
                if self._spare is not None:
                    self._spare.reap(self._patience.ending)
                self._companions.stop()
                self._lock.release()

    @property
    def _exit_code(self) -> int:
        return INTERRUPTED if self._ending is SIGINT else 0

    def _stand_by(self, signals: Signals) -> bool:
        """Wait for the lock; False when told to end meanwhile."""
        told = False
        while not self._lock.take():
            if not told:
                log.info("standing by", lock=str(self._lock.path), held_by=self._lock.holder)
                told = True
            if self._pause(signals, self._patience.stand_by):
                return False
        return True

    def _serve(self, signals: Signals) -> int:
        pauses = self._patience.pauses()
        while True:
            started = time.monotonic()
            code = self._run(signals)
            if self._ending is not None:
                return self._exit_code
            if code == BAD_CONFIGURATION and not self._served:
                return code
            lived = time.monotonic() - started
            if lived >= self._patience.steady:
                pauses = self._patience.pauses()
            pause = next(pauses)
            log.error("worker died", why=_why(code), lived=round(lived, 1), next_in=pause)
            if self._pause(signals, pause):
                return self._exit_code

    def _run(self, signals: Signals) -> int:
        """One worker's life; returns its exit code, negative for a signal."""
        worker, self._spare = self._spare, None
        if worker is None or worker.process.poll() is not None:
            try:
                worker = self._start()
            except OSError as error:  # no memory, no process to be had
                log.error("worker cannot be started", error=str(error))  # noqa: TRY400 - a trace tells no more
                return 1
        worker.go(time.monotonic() + self._patience.boot)
        log.info("worker starts", pid=worker.process.pid)
        try:
            return self._watch(worker, signals)
        finally:
            worker.reap(self._patience.ending)

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            # A session of its own: Ctrl-C in the terminal is for the parent, which ends the worker in order.
            process = subprocess.Popen(
                self._command(theirs.fileno()),
                env=self._environ,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        return _Worker(process, ours)

    def _look_at_spare(self, now: float) -> None:
        """See to it that there is a worker ready, once the present one serves."""
        if self._spare is not None and (code := self._spare.process.poll()) is not None:
            log.warning("spare worker died", why=_why(code))
            self._spare.reap(self._patience.ending)
            self._spare, self._spare_due = None, now + self._patience.longest_pause
        if self._spare is None and now >= self._spare_due and self._ending is None:
            self._spare_due = now + self._patience.longest_pause
            try:
                self._spare = self._start()
            except OSError as error:
                log.warning("spare worker cannot be started", error=str(error))
            else:
                log.info("spare worker is made ready", pid=self._spare.process.pid)

    def _watch(self, worker: _Worker, signals: Signals) -> int:
        """Until the worker is gone; returns its exit code."""
        while (code := worker.process.poll()) is None:
            began = time.monotonic()
            seconds = 1.0 if worker.killed else min(worker.due - began, 1.0)
            came = signals.wait(seconds, *([worker.beats] if worker.readable else []))
            now = time.monotonic()
            if now - began > 1.0 + self._patience.silence / 2:
                worker.due = max(worker.due, now + self._patience.silence)  # we were stopped, too: be fair
            self._listen(worker, now)
            if worker.beaten:
                self._look_at_spare(now)
            if self._served and self._ending is None:
                self._companions.look(now)
            for number in came:
                self._signalled(worker, number)
            if now >= worker.due and not worker.killed:
                what = "worker does not beat" if self._ending is None else "worker does not end"
                log.error(what, pid=worker.process.pid)
                worker.kill()
        return code

    def _listen(self, worker: _Worker, now: float) -> None:
        try:
            beats = worker.beats.recv(4096, socket.MSG_DONTWAIT) if worker.readable else b""
        except BlockingIOError:
            return
        except ConnectionResetError:
            beats = b""
        if not beats:
            worker.readable = False
        elif not worker.killed:
            if not worker.beaten:
                log.info("worker serves", pid=worker.process.pid, after=round(now - worker.started, 2))
                self._spare_due = now + self._patience.spare
            worker.beaten = self._served = True
            if self._ending is None:
                worker.due = now + self._patience.silence

    def _signalled(self, worker: _Worker, number: signal.Signals) -> None:
        if number is SIGHUP:
            worker.process.send_signal(SIGHUP)
        elif number in ENDING and self._ending is None:
            self._ending = number
            worker.process.send_signal(SIGTERM)
            worker.due = time.monotonic() + self._patience.drain + self._patience.ending
            log.info("draining", seconds=self._patience.drain, hint="once more stops at once")
        elif number in ENDING:
            worker.process.send_signal(SIGTERM)
            worker.due = time.monotonic() + self._patience.ending

    def _pause(self, signals: Signals, seconds: float) -> bool:
        """Wait; True when told to end."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for number in signals.wait(left):
                if number in ENDING:
                    self._ending = number
                    return True
        return False


def _why(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
