"""Work shared out among forked children, which see everything their parent has and send back what they find.

For commands that compute for seconds, alone in their process; where other threads run, nothing may fork.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

T = TypeVar("T")


def cores() -> int:
    """Processors this process may use; 1 where it must not fork: beside other threads, or with gevent's."""
    if not hasattr(os, "fork") or threading.active_count() > 1 or "gevent" in sys.modules:
        return 1
    return len(os.sched_getaffinity(0))


def each(works: Sequence[Callable[[], T]]) -> list[T]:
    """What each of `works` returns, which can be pickled: the first is done here, each of the others in
    a child. What a child fails at is done here again, so that whoever asked sees the very error."""
    children = [_begin(work) for work in works[1:]]
    try:
        results = [works[0]()] if works else []
    finally:
        answers = [_end(*child) for child in children]
    for work, answer in zip(works[1:], answers, strict=True):
        results.append(cast("T", pickle.loads(answer)) if answer else work())  # noqa: S301 our own child wrote it
    return results


def _begin(work: Callable[[], object]) -> tuple[int, int]:
    """Fork a child that does `work`; its number, and where its answer comes."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    try:
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(work()))
    finally:
        os._exit(0)  # nothing of the parent's is to be finished here


def _end(child: int, reading: int) -> bytes:
    """A child's whole answer; empty when it died over it."""
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return b"" if status else answer
