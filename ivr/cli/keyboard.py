"""The keyboard as a telephone's: keys act at once on a terminal, line by line from anything else."""

from __future__ import annotations

import os
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from gevent.select import select

from ivr.call import KEYS
from ivr.lab.script import NOTHING, PATIENCE, Step, follow, parse_line
from ivr.lab.talk import Talk

HANG_UP = "\x04q"
PART = "e"
"""The key that has the agent hang up."""
FAREWELL = 4.0  # seconds without sound after which a caller whose script is over hangs up
_CHUNK = 4096


def converse(talk: Talk) -> None:
    """Be the caller, with what comes in on standard input, until the call ends or the input does."""
    if sys.stdin.isatty():
        with _unbuffered(sys.stdin.fileno()):
            _type(talk)
    else:
        last: Step | None = None
        for line in _lines(sys.stdin.fileno()):
            steps = parse_line(line, last)
            follow(steps, talk, talk.ear, talk.speak, talk.part)
            if talk.ear.over:
                return
            last = steps[-1] if steps else last
        talk.ear.quiet(FAREWELL, FAREWELL, PATIENCE, NOTHING)
        talk.hangup()


def _type(talk: Talk) -> None:
    while not talk.ear.over:
        select([sys.stdin], [], [])
        for character in os.read(sys.stdin.fileno(), _CHUNK).decode("utf-8", "replace") or HANG_UP[0]:
            if character in HANG_UP:
                talk.hangup()
                return
            if character == PART:
                talk.part()
            elif character.upper() in KEYS:
                talk.press(character.upper())


def _lines(descriptor: int) -> Iterator[str]:
    """Lines as they come, without the hub waiting for them. A line is at most 4 KB."""
    left = b""
    while True:
        select([descriptor], [], [])
        chunk = os.read(descriptor, _CHUNK)
        left += chunk
        *whole, left = left.split(b"\n")
        if not chunk or len(left) > _CHUNK:
            whole, left = [*whole, left], b""
        yield from (line.decode("utf-8", "replace") for line in whole)
        if not chunk:
            return


@contextmanager
def _unbuffered(descriptor: int) -> Iterator[None]:
    """Each key at once, and unseen; Ctrl-C still interrupts."""
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
