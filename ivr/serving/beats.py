"""How a worker shows that it lives: a byte on a socket from the very hub that serves its calls.

A worker that is stopped, swaps or blocks its hub is worse than a dead one: its connection stays, and it wakes
later to drive calls that have gone elsewhere. So it is not asked whether it lives; it has to say so.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable

import gevent
import gevent.socket

INTERVAL = 0.25
"""Seconds between two beats."""
SILENCE = 3.0
"""Seconds without a beat after which a worker is killed."""

_PR_SET_PDEATHSIG = 1


def beat(descriptor: int, parent_gone: Callable[[], object]) -> gevent.Greenlet[[], None]:
    """Send beats into `descriptor` for as long as the process lives; `parent_gone` is called when nobody is
    left to read them."""
    os.set_blocking(descriptor, False)

    def send() -> None:
        while True:
            try:
                os.write(descriptor, b".")
            except BlockingIOError:
                pass  # the parent is slow, and finds more than enough beats when it looks
            except OSError:
                parent_gone()
                return
            gevent.sleep(INTERVAL)

    return gevent.spawn(send)


def wait_for_go(descriptor: int) -> None:
    """Wait until the parent says that this worker is to serve; ends the process when the parent is gone."""
    with gevent.socket.socket(fileno=os.dup(descriptor)) as beats:
        if not beats.recv(1):
            sys.exit("the parent of this worker is gone")


def die_with_parent(descriptor: int) -> None:
    """Have the kernel kill this process when its parent dies, even while it is stopped: the parent's lock is
    free then, and whoever takes it must be the only one to drive the calls (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with socket.socket(fileno=os.dup(descriptor)) as beats:
        beats.setblocking(False)
        try:
            gone = beats.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            gone = False
    if gone:  # it died before it was asked for
        sys.exit("the parent of this worker is gone")
