"""In a process of its own: the tests' has gevent's threads, beside which nothing may fork."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ivr import forks

WORK = """
import os
from ivr import forks
parent = os.getpid()

def dies():
    if os.getpid() != parent:
        os._exit(3)
    return "done"

def raises():
    raise ValueError("the very error")

"""


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", WORK + code], capture_output=True, text=True, timeout=30)
    return done.stdout.strip() or done.stderr.strip().rpartition("\n")[2]


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("print(forks.each([lambda n=n: n for n in range(5)]))", "[0, 1, 2, 3, 4]"),
        ("print(forks.each([]))", "[]"),
        ("here, there = forks.each([os.getpid, os.getpid]); print(here == parent != there)", "True"),
        ("print(forks.each([dies, dies]))", "['done', 'done']"),
        ("forks.each([dies, raises])", "ValueError: the very error"),
        ("import gevent; print(forks.cores())", "1"),
        ("print(forks.cores() == len(os.sched_getaffinity(0)))", "True"),
    ],
)
def test_work_is_shared_out(code: str, answer: str) -> None:
    assert python(code) == answer


def test_nothing_forks_beside_greenlets() -> None:
    assert forks.cores() == 1
