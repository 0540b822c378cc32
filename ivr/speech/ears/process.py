"""Starting the relay, finding out who it is, and ending one that stands still. For the worker's side."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from gevent import socket, subprocess

from ivr.settings import Asr, Log
from ivr.speech.ears import protocol

# The parent's search path is handed over as it is: the relay must import the same Ivory.
_START = """import json, sys
sys.path[:] = json.loads(sys.argv[1])
from ivr.speech.ears.relay import main
main()"""
_ENVIRONMENT = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def order(settings: Asr, logs: Log) -> dict[str, Any]:
    """How a relay is to be set up. `setup` names it: relays of the same name are alike."""
    asr = {
        **settings.model_dump(mode="json"),
        "token": settings.token.get_secret_value(),
        "models": {tag: str(model.absolute()) for tag, model in settings.models.items()},
        "ca_file": settings.ca_file and str(Path(settings.ca_file).absolute()),
        "run": str(folder(settings)),
    }
    asked = {"asr": asr, "log": {"level": logs.level, "form": logs.format, "numbers": logs.numbers}}
    setup = hashlib.sha256(json.dumps([asked, sys.path, protocol.VERSION], sort_keys=True).encode())
    return {**asked, "setup": setup.hexdigest()[:16], "folder": str(folder(settings))}


def folder(settings: Asr) -> Path:
    """Where the relay's socket and its pipes are."""
    return settings.run.absolute()


def start(asked: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start a relay, in a session of its own, as it is to live on when we die. Raises OSError."""
    place = Path(asked["folder"])
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = json.dumps([os.path.abspath(each) for each in sys.path])
    process = subprocess.Popen(
        [sys.executable, "-c", _START, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **_ENVIRONMENT},
        cwd="/",
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    with suppress(OSError):  # it has died; nobody will be at its socket
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        process.stdin.close()
    return process


def peer(line: socket.socket) -> int:
    """The process id of the relay at the other end, be it alive or standing still."""
    pid, _, _ = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return int(pid)


def kill(pid: int) -> None:
    """End a relay that does not answer, with the recognisers it has started."""
    with suppress(ProcessLookupError, PermissionError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
