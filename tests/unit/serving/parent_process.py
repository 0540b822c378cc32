"""A parent and its worker with short patience, for test_parent.py: `serve FOLDER MODE`, and, started by it,
`work FOLDER MODE DESCRIPTOR`. No gevent here, as in the real parent."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from ivr import log
from ivr.serving import beats
from ivr.serving.lock import Lock
from ivr.serving.parent import Parent, Patience

PATIENCE = Patience(silence=0.4, boot=5, drain=0.3, ending=0.3, first_pause=0.05, stand_by=0.05, spare=0.2)


def serve(folder: Path, mode: str) -> int:
    log.configure("info", "json")
    me = [sys.executable, __file__]
    parent = Parent(
        lambda descriptor: [*me, "work", str(folder), mode, str(descriptor)],
        os.environ,
        Lock(folder / "lock"),
        PATIENCE,
    )
    return parent.run()


def work(folder: Path, mode: str, descriptor: int) -> int:
    beats.die_with_parent(descriptor)
    once = folder / "worked"
    if mode == "well" and not os.read(descriptor, 1):  # told to go, or nobody is left who could
        return 0
    match mode:
        case "dies":
            return 1
        case "bad":
            return 78
        case "turns_bad" if once.exists():
            return 78
        case "deaf":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        case _:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    once.touch()
    while True:
        os.write(descriptor, b".")
        time.sleep(0.05)


if __name__ == "__main__":
    task, path, how, *rest = sys.argv[1:]
    sys.exit(serve(Path(path), how) if task == "serve" else work(Path(path), how, int(rest[0])))
