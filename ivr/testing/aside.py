"""The tests of one flow, played in a process of their own: an order in, a line of JSON for each case out.

The admin's web process carries the sound of telephones and must not compute for seconds. What tests do to
the memory or to a processor stays here; who gave the order kills the process when its time is over.

    {"flow": "hotline", "folder": "/…/flows", "sounds": "/…", "http": {…}, "plan": "/…", "pick": ""}
    → {"case": {…}} …, then {"report": {…}, "versions": {"hotline": "0f3a…"}} or {"error": "…", "hint": "…"}
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ivr import log
from ivr.errors import IvoryError
from ivr.runtime import people, reading
from ivr.settings import Http
from ivr.testing import data
from ivr.testing.reading import files_of
from ivr.testing.report import Outcome
from ivr.testing.runner import run

NICE = 10
MEMORY = 2 << 30
"""Bytes of a flow's tests at most."""


def main() -> None:
    """Do what the order on stdin says."""
    order = json.loads(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what an operation of a plugin prints is no answer
    with suppress(OSError):
        os.nice(NICE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    log.configure("critical")
    try:
        play(order, out)
    except IvoryError as error:
        _say(out, {"error": error.message, "hint": error.hint})


def play(order: dict[str, Any], out: IO[str]) -> None:
    """Play, and tell of each case as soon as it is over. Raises IvoryError: there are no flows."""
    folder = Path(order["folder"])
    known = people.read(Path(order["plan"]))
    read = reading.read(
        reading.files(folder), Path(order["sounds"]), Http.model_validate(order["http"]), people=known
    )
    tests = folder / "tests"
    files = files_of(order["flow"], [tests]) if tests.is_dir() else []

    def told(outcome: Outcome) -> None:
        _say(out, {"case": data.case(outcome)})

    report = run(files, read.flows, pick=order["pick"], told=told)
    versions = {name: loaded.version for name, loaded in read.flows.items()}
    _say(out, {"report": {**data.data(report), "cases": []}, "versions": versions})


def _say(out: IO[str], row: dict[str, Any]) -> None:
    print(json.dumps(row, ensure_ascii=False), file=out, flush=True)


if __name__ == "__main__":
    main()
