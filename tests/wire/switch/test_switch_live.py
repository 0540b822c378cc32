"""Recordings into a pipe: what the caller says is there while it is said."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import numpy as np
import pytest

from ivr.esl import commands
from ivr.switch import Switch
from ivr.switch.callers import Caller
from tests.wire.switch.client import Client


@pytest.fixture
def caller(switch: Switch, client: Client) -> Caller:
    """Somebody who has been answered."""
    caller = switch.dial("95598")
    client.run(client.parked(), "answer")
    return caller


@contextmanager
def pipe(path: Path) -> Iterator[int]:
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    yield end
    os.close(end)


def read(end: int) -> bytes:
    try:
        return os.read(end, 1 << 20)
    except BlockingIOError:
        return b""


def test_what_is_said_comes_at_once_and_in_whole_frames(
    caller: Caller, client: Client, sounds: Path, tmp_path: Path
) -> None:
    with pipe(tmp_path / "a.r8") as end:
        assert client.api(commands.tap(caller.uuid, str(tmp_path / "a.r8"))).startswith("+OK")
        gevent.sleep(0.2)
        before = read(end)
        caller.say(sounds / "half.wav")
        data, deadline = b"", time.monotonic() + 5
        while len(data) < 16000 and time.monotonic() < deadline:
            gevent.sleep(0.05)
            data += read(end)
        assert client.api(commands.record_stop(caller.uuid, str(tmp_path / "a.r8"))).startswith("+OK")
    assert before
    assert not any(before)
    assert len(data) % 320 == 0
    samples = np.frombuffer(data, "<i2")
    assert 0.45 < np.count_nonzero(np.abs(samples.reshape(-1, 160)).max(axis=1)) * 0.02 < 0.55


def test_a_pipe_nobody_reads_is_refused(caller: Caller, client: Client, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.r8")
    assert client.api(commands.tap(caller.uuid, str(tmp_path / "a.r8"))).startswith("-ERR")


def test_it_ends_with_the_call(caller: Caller, client: Client, tmp_path: Path) -> None:
    with pipe(tmp_path / "a.r8") as end:
        client.api(commands.tap(caller.uuid, str(tmp_path / "a.r8")))
        caller.hangup()
        assert client.wait("RECORD_STOP")["Record-File-Path"] == str(tmp_path / "a.r8")
        assert caller.wait_end(2)
        gevent.sleep(0.05)
        while data := read(end):
            assert not any(data)
        assert os.read(end, 10) == b""  # nobody writes any more


def test_a_reader_that_goes_holds_nothing_up(caller: Caller, client: Client, tmp_path: Path) -> None:
    with pipe(tmp_path / "a.r8"):
        client.api(commands.tap(caller.uuid, str(tmp_path / "a.r8")))
    gevent.sleep(0.1)
    caller.hangup()
    assert caller.wait_end(2)
