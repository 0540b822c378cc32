"""The worker's place in the processor's queue, beside a FreeSWITCH on the same machine.

FreeSWITCH asks the system for real-time priority (SCHED_FIFO 1) and mostly gets it. When the processors are
busy such threads leave all others no time at all: callers would press keys that nobody sees, stay on the
line, and keep the switch busier still. So the one thread that drives calls asks for the same. What computes
for long, the threads beside it and the processes that speak, stays where it was.
"""

from __future__ import annotations

import os

from ivr.log import get

log = get(__name__)


def keep_pace_with_switch() -> bool:
    """Put the calling thread on a par with FreeSWITCH's, where the system lets it (CAP_SYS_NICE or
    RLIMIT_RTPRIO, see sched(7)); whether it did.

    Threads and processes begun later do not inherit it. A hub that does not stop any more is ended by the
    parent: Linux leaves the others 5 % of each processor.
    """
    if not hasattr(os, "SCHED_RESET_ON_FORK") or len(os.sched_getaffinity(0)) < 2:
        return False  # on one processor, what sounds must come first
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except OSError as error:
        log.debug("no real-time priority", reason=str(error))
        return False
    return True
