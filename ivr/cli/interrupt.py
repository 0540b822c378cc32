"""Ctrl-C where calls go on: it reaches the one who waits for them, not whichever greenlet happens to run.

Python raises KeyboardInterrupt in the code that runs at that moment. In a greenlet of some call that would
end this call, be printed, and perhaps go unnoticed elsewhere. Needs gevent's patches.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import gevent


@contextmanager
def interruptible() -> Iterator[None]:
    """Within, Ctrl-C raises KeyboardInterrupt here, and nowhere else. Of the main thread."""
    before = signal.getsignal(signal.SIGINT)
    if before == signal.SIG_IGN:  # started in the background: nobody means us
        yield
        return
    watcher = gevent.signal_handler(signal.SIGINT, gevent.kill, gevent.getcurrent(), KeyboardInterrupt)
    try:
        yield
    finally:
        watcher.cancel()
        signal.signal(signal.SIGINT, before)
