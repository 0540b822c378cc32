"""Somebody hears the caller live: `uuid_record` into a named pipe, as Ivory's ears have it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import gevent

from ivr.esl import commands
from tests.freeswitch.conformance.call import Call
from tests.freeswitch.conformance.scenarios import scenario
from tests.freeswitch.conformance.scenarios_displacing import carried, left, over, start

ENOUGH = 8000
"""Bytes of half a second."""


@contextmanager
def pipe(call: Call) -> Iterator[tuple[Path, int]]:
    """A named pipe, open for reading: its path and this end."""
    path = Path(f"{call.recording}.r8")
    path.unlink(missing_ok=True)  # of an earlier play
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield path, end
    finally:
        os.close(end)
        path.unlink(missing_ok=True)


def read(end: int, until: int, *, opened: bool = False) -> int:
    """Read until so many bytes have come, or the other end is closed, which may have been `opened` before;
    how many came."""
    got = 0
    for _ in range(500):
        with suppress(BlockingIOError):
            data = os.read(end, 65536)
            if not data and opened:
                break
            opened |= bool(data)
            got += len(data)
        if got >= until:
            break
        gevent.sleep(0.01)
    return got


def tap(call: Call, path: Path) -> None:
    call.answers.append(call.line.background(commands.tap(call.uuid, str(path))))


def untap(call: Call, path: Path) -> None:
    call.answers.append(call.line.background(commands.record_stop(call.uuid, str(path))))


@scenario
def a_caller_is_heard_live(call: Call) -> None:
    carried(call)
    with pipe(call) as (path, end):
        tap(call, path)
        call.answers.append(str(read(end, ENOUGH) >= ENOUGH))
        left(call)
        untap(call, path)
        call.answers.append(str(read(end, 1 << 20, opened=True) < 1 << 20))  # to the end
        untap(call, path)


@scenario
def a_caller_is_heard_live_while_a_prompt_plays_and_in_a_recording(call: Call) -> None:
    carried(call)
    call.api(f"uuid_record {call.uuid} start {call.recording}")
    with pipe(call) as (path, end):
        tap(call, path)
        start(call, call.sound("half"))
        over(call, call.sound("half"))
        untap(call, path)
        call.answers.append(str(read(end, 1 << 20) > 0))
    call.api(f"uuid_record {call.uuid} stop {call.recording}")


@scenario
def a_caller_who_is_heard_live_leaves(call: Call) -> None:
    carried(call)
    with pipe(call) as (path, end):
        tap(call, path)
        read(end, ENOUGH)
        call.hang_up()
        call.answers.append(str(read(end, 1 << 20, opened=True) < 1 << 20))
    call.ends()
