"""The worker's place in the processor's queue, beside a FreeSWITCH on the same machine.

FreeSWITCH asks the system for real-time priority (SCHED_FIFO 1) and mostly gets it. When the processors are
busy such threads leave all others no time at all: callers would press keys that nobody sees, stay on the
line, and keep the switch busier still. So the thread that drives calls asks for the same, and those that it
would have to wait for when they are held up with Python's lock in their hands. What computes for long, other
threads and the processes that speak, stays where it was.
"""

from __future__ import annotations

import os

from ivr.log import get

log = get(__name__)


def keep_pace_with_switch(*threads: int) -> bool:
    """Put the calling thread, and `threads` of this process by the system's numbers, on a par with
    FreeSWITCH's, where the system lets it (CAP_SYS_NICE or RLIMIT_RTPRIO, see sched(7)); whether it did.

    Threads and processes begun later do not inherit it. A hub that does not stop any more is ended by the
    parent: Linux leaves the others 5 % of each processor.
    """
    if not hasattr(os, "SCHED_RESET_ON_FORK") or len(os.sched_getaffinity(0)) < 2:
        return False  # on one processor, what sounds must come first
    try:
        for thread in (0, *threads):
            os.sched_setscheduler(thread, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except OSError as error:
        log.debug("no real-time priority", reason=str(error))
        return False
    return True
