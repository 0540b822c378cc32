"""The parent, as the process it is, with workers that behave badly in every way."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent import subprocess

SCRIPT = Path(__file__).with_name("parent_process.py")
PROJECT = Path(__file__).parents[3]


class Process:
    """A parent whose log can be waited for."""

    def __init__(self, folder: Path, mode: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), "serve", str(folder), mode],
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )

    def told(self, event: str, seconds: float = 10) -> dict[str, Any]:
        """The next line of the log about `event`."""
        assert self.process.stderr is not None
        with gevent.Timeout(seconds):
            for line in self.process.stderr:
                entry: dict[str, Any] = json.loads(line)
                if entry["event"] == event:
                    return entry
        raise AssertionError(f"the parent ended without {event!r}")

    def ended(self) -> int:
        return int(self.process.wait(10))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Process]]:
    started: list[Process] = []

    def start_one(mode: str = "well") -> Process:
        started.append(Process(tmp_path, mode))
        return started[-1]

    yield start_one
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait(5)
        assert one.process.stderr is not None
        one.process.stderr.close()


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie has)."""
    try:
        return " Z " in Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return True


Start = Callable[[str], Process]


def test_a_worker_that_is_killed_is_replaced(start: Start) -> None:
    parent = start("well")
    first = parent.told("worker serves")["pid"]
    os.kill(first, signal.SIGKILL)
    assert parent.told("worker died")["why"] == "SIGKILL"
    assert parent.told("worker serves")["pid"] != first


def test_one_that_was_made_ready_beside_it_takes_its_place(start: Start) -> None:
    parent = start("well")
    first = parent.told("worker serves")["pid"]
    spare = parent.told("spare worker is made ready")["pid"]
    os.kill(first, signal.SIGKILL)
    assert parent.told("worker serves")["pid"] == spare
    assert parent.told("spare worker is made ready")["pid"] not in (first, spare)


def test_a_spare_ends_with_its_parent(start: Start) -> None:
    parent = start("well")
    parent.told("worker serves")
    spare = parent.told("spare worker is made ready")["pid"]
    os.kill(parent.process.pid, signal.SIGTERM)
    assert parent.ended() == 0
    assert gone(spare)


def test_a_worker_that_stops_beating_is_killed_and_replaced(start: Start) -> None:
    parent = start("well")
    first = parent.told("worker serves")["pid"]
    os.kill(first, signal.SIGSTOP)
    assert parent.told("worker does not beat")["pid"] == first
    assert parent.told("worker serves")["pid"] != first
    assert gone(first)


def test_a_worker_that_dies_at_once_is_started_again_more_and_more_slowly(start: Start) -> None:
    parent = start("dies")
    assert [parent.told("worker died")["next_in"] for _ in range(4)] == [0.05, 0.1, 0.2, 0.4]


def test_a_configuration_that_is_bad_from_the_start_ends_the_parent(start: Start) -> None:
    assert start("bad").ended() == 78


def test_a_configuration_that_turns_bad_later_may_be_repaired(start: Start) -> None:
    parent = start("turns_bad")
    os.kill(parent.told("worker serves")["pid"], signal.SIGKILL)
    parent.told("worker died")
    for _ in range(2):
        assert parent.told("worker died")["why"] == "exit code 78"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_the_worker_and_then_the_parent(start: Start, number: int, code: int) -> None:
    parent = start("well")
    worker = parent.told("worker serves")["pid"]
    parent.process.send_signal(number)
    assert parent.ended() == code
    assert gone(worker)


def test_a_worker_that_will_not_end_is_killed_after_the_drain(start: Start) -> None:
    parent = start("deaf")
    worker = parent.told("worker serves")["pid"]
    began = time.monotonic()
    parent.process.send_signal(signal.SIGTERM)
    parent.told("worker does not end")
    assert parent.ended() == 0
    assert gone(worker)
    assert time.monotonic() - began >= 0.6


def test_a_parent_that_is_told_to_end_between_two_workers_ends(start: Start) -> None:
    parent = start("dies")
    for _ in range(4):
        parent.told("worker died")
    parent.process.send_signal(signal.SIGTERM)
    assert parent.ended() == 0


def test_a_second_parent_stands_by_and_takes_over_when_the_first_is_killed(start: Start) -> None:
    first = start("well")
    worker = first.told("worker serves")["pid"]
    second = start("well")
    assert second.told("standing by")["held_by"] == str(first.process.pid)
    first.process.kill()
    assert second.told("worker serves")["pid"] != worker
    assert gone(worker), "nobody but the one with the lock drives the calls"


def test_a_parent_that_stands_by_can_be_told_to_end(start: Start) -> None:
    start("well").told("worker serves")
    second = start("well")
    second.told("standing by")
    second.process.send_signal(signal.SIGTERM)
    assert second.ended() == 0
