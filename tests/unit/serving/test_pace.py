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

ready, kinds = threading.Event(), []
beside = threading.Thread(target=ready.wait)
beside.start()
granted = pace.keep_pace_with_switch(beside.native_id)
named = os.sched_getscheduler(beside.native_id) & ~os.SCHED_RESET_ON_FORK
ready.set()
thread = threading.Thread(target=lambda: kinds.append(os.sched_getscheduler(0)))
thread.start()
thread.join()
command = [sys.executable, "-c", "import os; print(os.sched_getscheduler(0))"]
child = subprocess.run(command, capture_output=True)
print(granted, os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK, named, kinds[0], int(child.stdout))
"""


def look(code: str = LOOK) -> list[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split()


def test_only_the_calling_thread_and_those_that_are_named_are_on_a_par_with_freeswitch() -> None:
    granted, own, named, thread, child = look()
    assert own == named == str(os.SCHED_FIFO if granted == "True" else os.SCHED_OTHER)
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
