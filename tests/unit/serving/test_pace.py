"""The thread that drives calls asks for what FreeSWITCH has, and nothing else of Ivory gets it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ivr.serving import pace

LOOK = """
import os, subprocess, sys, threading
from ivr.serving import pace

granted = pace.keep_pace_with_switch()
kinds = []
thread = threading.Thread(target=lambda: kinds.append(os.sched_getscheduler(0)))
thread.start()
thread.join()
command = [sys.executable, "-c", "import os; print(os.sched_getscheduler(0))"]
child = subprocess.run(command, capture_output=True)
print(granted, os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK, kinds[0], int(child.stdout))
"""


def look(code: str = LOOK) -> list[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split()


def test_the_calling_thread_alone_is_on_a_par_with_freeswitch() -> None:
    granted, own, thread, child = look()
    assert (own == str(os.SCHED_FIFO)) == (granted == "True")
    assert (thread, child) == (str(os.SCHED_OTHER), str(os.SCHED_OTHER))


def test_where_it_may_not_it_goes_on_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    assert not pace.keep_pace_with_switch()
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_on_a_single_processor_sound_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert not pace.keep_pace_with_switch()
