"""Companions, as the processes they are: started, started again, ended."""

from __future__ import annotations

import sys
from pathlib import Path

import gevent
import gevent.select
import pytest

from ivr.serving.companions import BOOT, PAUSES, SILENCE, Companion, Companions

STAYS = "import signal; signal.pause()"
STUBBORN = """
import pathlib, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({said!r}).touch()
while True:
    signal.pause()
"""


def _one(code: str) -> Companion:
    return Companion("it", [sys.executable, "-c", code])


def _died(one: Companion) -> None:
    assert one.process is not None
    one.process.kill()
    one.process.wait(10)


def test_one_that_is_not_there_is_started() -> None:
    one = _one(STAYS)
    companions = Companions([one], {})
    companions.look(0.0)
    assert one.process is not None
    assert one.process.poll() is None
    companions.stop()
    assert one.process is None


def test_one_that_died_comes_back_after_a_pause_that_grows() -> None:
    one = _one(STAYS)
    companions = Companions([one], {})
    now = 0.0
    companions.look(now)
    for pause in PAUSES[:3]:
        _died(one)
        companions.look(now)
        assert one.process is None
        companions.look(now + pause - 0.01)
        assert one.process is None
        now += pause
        companions.look(now)
        assert one.process is not None
    companions.stop()


def test_one_that_lived_long_is_forgiven_its_deaths() -> None:
    one = _one(STAYS)
    companions = Companions([one], {})
    companions.look(0.0)
    one.deaths = 5
    _died(one)
    companions.look(1000.0)
    assert one.due == 1000.0 + PAUSES[0]
    companions.stop()


def test_one_whose_program_is_missing_is_tried_again_much_later() -> None:
    one = Companion("it", ["/no/such/program"])
    companions = Companions([one], {})
    companions.look(0.0)
    assert (one.process, one.due) == (None, PAUSES[-1])


def test_one_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ivr.serving.companions.ENDING", 0.2)
    said = tmp_path / "said"
    one = _one(STUBBORN.format(said=str(said)))
    companions = Companions([one], {})
    companions.look(0.0)
    with gevent.Timeout(10):
        while not said.exists():
            gevent.sleep(0.01)
    process = one.process
    companions.stop()
    assert process is not None
    assert process.poll() == -9


def test_it_is_told_a_descriptor_that_ends_with_the_parent(tmp_path: Path) -> None:
    code = (
        "import socket, sys, pathlib\n"
        "fd = int(sys.argv[-1].partition('=')[2])\n"
        f"pathlib.Path({str(tmp_path / 'said')!r}).write_bytes(socket.socket(fileno=fd).recv(1) or b'over')"
    )
    one = _one(code)
    companions = Companions([one], {})
    companions.look(0.0)
    assert one.ours is not None
    assert one.process is not None
    one.ours.close()
    with gevent.Timeout(10):
        one.process.wait()
    assert (tmp_path / "said").read_bytes() == b"over"
    companions.stop()


def test_one_that_hangs_is_killed_and_started_again() -> None:
    one = _one("import os, signal, sys; os.write(int(sys.argv[-1].partition('=')[2]), b'.'); signal.pause()")
    companions = Companions([one], {})
    companions.look(0.0)
    process = one.process
    assert process is not None
    gevent.select.select([one.ours], [], [], 10)
    companions.look(BOOT - 1)  # its only beat
    companions.look(BOOT - 1 + SILENCE - 0.01)
    assert process.poll() is None
    companions.look(BOOT - 1 + SILENCE)
    assert process.wait(10) == -9
    companions.look(BOOT + SILENCE)
    assert one.process is None
    companions.look(BOOT + SILENCE + PAUSES[0])
    assert one.process is not None
    companions.stop()


def test_one_that_never_beats_is_killed() -> None:
    one = _one(STAYS)
    companions = Companions([one], {})
    companions.look(0.0)
    process = one.process
    assert process is not None
    companions.look(BOOT - 0.01)
    assert process.poll() is None
    companions.look(BOOT)
    assert process.wait(10) == -9
    companions.stop()
