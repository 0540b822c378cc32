"""One engine in a child process, as seen from the hub.

The child is started ahead and kept, so that a sentence costs only its synthesis. It is killed with all it has
started when a sentence is not there at its deadline, and the next one finds a new child already warm.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import gevent
from gevent import subprocess

from ivr.errors import SpeechError
from ivr.speech.cache import Cache
from ivr.speech.tts.base import Engine, Utterance

BOOT = 20.0  # seconds a child may take to start, on a machine that is busy with something else
_LINE = 1 << 16  # bytes of an answer

# The parent's search path is handed over as it is: the child must import the same Ivory.
_START = """import json, os, sys
os.nice(int(sys.argv[1]))
sys.path[:] = json.loads(sys.argv[2])
from ivr.speech.child import main
main()"""
_ENVIRONMENT = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class EngineFailed(SpeechError):
    """An engine brought no sound. `cause`: `late`, `died` or `failed` (it said so itself)."""

    def __init__(self, message: str, *, cause: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.cause = cause


@dataclass(slots=True)
class _Child:
    """A running child with its pipes and its folder for work in progress; `ready` once it has loaded."""

    process: subprocess.Popen[bytes]
    requests: IO[bytes]
    answers: IO[bytes]
    work: str
    ready: bool = False


class Worker:
    """A child process that runs `engine`; one greenlet at a time may use it.

    Args:
        nice: how much the child steps back for others (0-19).
    """

    def __init__(self, engine: Engine, cache: Cache, *, nice: int = 0) -> None:
        self._name = engine.name
        self._deadline = engine.settings.deadline
        self._order = {
            "engine": f"{type(engine).__module__}:{type(engine).__qualname__}",
            # The child's standard input is the only way that a secret takes: no argument, no environment.
            "settings": {
                **engine.settings.model_dump(mode="json"),
                "token": engine.settings.token.get_secret_value(),
            },
            "cache": str(cache.folder),
        }
        self._nice = nice
        self._child: _Child | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        return self._child.process.pid if self._child else None

    def start(self) -> None:
        """Start the child unless it runs, without waiting until it is warm. Raises EngineFailed."""
        self._running()

    def render(self, utterance: Utterance, key: str, *, fresh: bool) -> Path:
        """The sound of `utterance` in the cache, as `key`; waits no longer than `speech.deadline`.

        Raises:
            EngineFailed: there is none. Unless the child said so itself, it is killed.
        """
        child = self._running()
        try:
            if not child.ready:
                self._hear(child, BOOT)
                child.ready = True
            self._send(child, {"utterance": asdict(utterance), "key": key, "fresh": fresh})
            return Path(self._hear(child, self._deadline)["path"])
        except EngineFailed as failure:
            if failure.cause != "failed" or not child.ready:
                self.stop()
            raise
        except BaseException:
            self.stop()  # it would answer later, and be taken for the answer to the next request
            raise

    def stop(self) -> None:
        """Kill the child and all it has started."""
        if self._child is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._child.process.pid, signal.SIGKILL)
            self._discard(self._child)

    def _running(self) -> _Child:
        if self._child is not None:
            if self._child.process.poll() is None:
                return self._child
            self._discard(self._child)
        path = json.dumps([os.path.abspath(folder) for folder in sys.path])
        work = ""
        try:
            work = tempfile.mkdtemp(prefix="ivory-speech-")
            process = subprocess.Popen(
                [sys.executable, "-c", _START, str(self._nice), path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **_ENVIRONMENT},
                start_new_session=True,
            )
        except OSError as error:
            shutil.rmtree(work, ignore_errors=True)
            raise EngineFailed(f"{self._name}: no process can be started: {error}", cause="died") from None
        except BaseException:  # the greenlet was killed while the process came up; it ends with its pipes
            shutil.rmtree(work, ignore_errors=True)
            raise
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        assert process.stdout is not None  # noqa: S101 - so is this
        self._child = _Child(process, process.stdin, process.stdout, work)
        self._send(self._child, {**self._order, "work": work})
        return self._child

    def _send(self, child: _Child, request: dict[str, Any]) -> None:
        with suppress(OSError):  # it died; `_hear` will tell how
            child.requests.write(json.dumps(request).encode() + b"\n")
            child.requests.flush()

    def _hear(self, child: _Child, seconds: float) -> dict[str, Any]:
        try:
            with gevent.Timeout(seconds, TimeoutError):
                line = child.answers.readline(_LINE)
            answer: dict[str, Any] = json.loads(line)
        except TimeoutError:
            raise EngineFailed(f"{self._name} took longer than {seconds:g} s", cause="late") from None
        except (OSError, ValueError):
            raise EngineFailed(f"{self._name}: its process {_end(child.process)}", cause="died") from None
        if "error" in answer:
            raise EngineFailed(f"{self._name}: {answer['error']}", cause="failed", hint=answer["hint"])
        return answer

    def _discard(self, child: _Child) -> None:
        """Forget a child that is dead or dying, and remove what it left behind."""
        self._child = None
        for pipe in child.requests, child.answers:
            with suppress(OSError):  # what could not be written is flushed in vain
                pipe.close()
        with suppress(subprocess.TimeoutExpired):  # stuck in the kernel; gevent reaps it when it comes loose
            child.process.wait(timeout=5)
        gevent.get_hub().threadpool.apply(shutil.rmtree, (child.work, True))


def _end(process: subprocess.Popen[bytes]) -> str:
    """How a process ended, to go after "its process"."""
    try:
        status = process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return "made no sense"
    if status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"
