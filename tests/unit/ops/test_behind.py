"""A log that nobody reads costs lines, not calls."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import gevent
import pytest
from gevent.monkey import get_original

from ivr.behind import Behind


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)  # ends the thread's last write
    os.close(writing)


def notice(count: int) -> str:
    return f"[{count} dropped]\n"


def test_what_is_written_arrives_in_order(pipe: tuple[int, int]) -> None:
    stream = Behind(pipe[1], notice)
    for number in range(100):
        stream.write(f"{number}\n")
    assert stream.drain(5)
    assert os.read(pipe[0], 10_000).decode().splitlines() == [str(number) for number in range(100)]


def test_a_reader_who_stalls_makes_nobody_wait_and_learns_what_is_missing(pipe: tuple[int, int]) -> None:
    line = "x" * 999 + "\n"
    stream = Behind(pipe[1], notice, most=100_000)
    for _ in range(400):  # the pipe takes 64 KB, the queue 100 KB
        stream.write(line)
    assert stream.dropped >= 200
    assert not stream.drain(0.05)
    lost = stream.dropped
    read = b""
    while not stream.drain(0.01):
        read += os.read(pipe[0], 1 << 16)
    stream.write("again\n")
    assert stream.drain(5)
    while not read.endswith(b"again\n"):
        read += os.read(pipe[0], 1 << 16)
    assert read.decode() == line * (400 - lost) + f"[{lost} dropped]\nagain\n"


def test_a_reader_who_is_gone_is_no_trouble() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    gevent.sleep(0.01)  # gevent closes it a turn of the hub later
    stream = Behind(writing, notice)
    stream.write("to nobody\n")
    assert stream.drain(5)
    assert stream.dropped == 1
    os.close(writing)


def test_a_terminal_that_others_made_non_blocking_gets_every_line(pipe: tuple[int, int]) -> None:
    os.set_blocking(pipe[1], False)
    stream, content = Behind(pipe[1], notice), "y" * 300_000
    stream.write(content)
    read = b""
    while len(read) < len(content):
        read += os.read(pipe[0], 1 << 16)
    assert read.decode() == content


def test_the_thread_is_one_of_the_system_although_pythons_are_greenlets(pipe: tuple[int, int]) -> None:
    before = len(os.listdir("/proc/self/task"))
    Behind(pipe[1], notice)
    assert len(os.listdir("/proc/self/task")) == before + 1
    assert get_original("_thread", "start_new_thread") is not threading._start_new_thread  # type: ignore[attr-defined]


SCRIPT = """
{patch}
from ivr import log
log.configure("info", "{form}", "masked")
log.write_behind()
log.get("x").info("call begins", call="abc", ani="13800001234", dnis="95598")
{end}
"""


def run(end: str, patch: str = "", form: str = "json") -> subprocess.CompletedProcess[str]:
    patch = patch and "from gevent import monkey; monkey.patch_all()"
    script = SCRIPT.format(patch=patch, form=form, end=end)
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False
    )


@pytest.mark.parametrize("patch", ["", "patched"])
def test_a_crash_is_told_after_what_was_logged_before_it(patch: str) -> None:
    done = run("raise RuntimeError('the very end')", patch)
    first, *_, last = done.stderr.splitlines()
    assert '"call begins"' in first
    assert last == "RuntimeError: the very end"
    assert done.returncode == 1


def test_numbers_are_masked_where_that_is_wished() -> None:
    assert '"ani": "********234", "dnis": "**598"' in run("").stderr
    assert "13800001234" not in run("", form="text").stderr


def test_a_process_whose_log_nobody_reads_ends_nevertheless() -> None:
    script = SCRIPT.format(patch="", form="text", end="for _ in range(2000): log.get('x').info('y' * 500)")
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE)
    try:
        assert process.wait(20) == 0
    finally:
        process.kill()
        assert process.stderr is not None
        process.stderr.close()
