"""Work for later: `sched_api`, `sched_hangup`. Seconds are whole ones of the wall clock, as in FreeSWITCH."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

_TICK = 0.5
# FreeSWITCH schedules three tasks of its own before anybody else's.
_FIRST_ID = 4
_MAX_TASKS = 100_000


@dataclass(frozen=True, slots=True)
class Task:
    """Work due at an epoch second; `every` seconds again, or 0."""

    id: int
    due: int
    group: str
    work: Callable[[], object]
    every: int


class Scheduler:
    """The tasks that wait.

    Args:
        spawn: runs something without being held up by it.
        sleep: waits so many seconds.
    """

    def __init__(
        self, spawn: Callable[[Callable[[], object]], object], sleep: Callable[[float], object]
    ) -> None:
        self._spawn = spawn
        self._sleep = sleep
        self._tasks: dict[int, Task] = {}
        self._next = _FIRST_ID

    def add(self, due: int, group: str, work: Callable[[], object], *, every: int = 0) -> int:
        """Schedule something; its number. When there are too many the oldest is given up."""
        task = Task(self._next, due, group, work, every)
        self._next += 1
        if len(self._tasks) >= _MAX_TASKS:
            self._tasks.pop(next(iter(self._tasks)))
        self._tasks[task.id] = task
        return task.id

    def delete(self, which: str) -> int:
        """Forget a task by number or all of a group by name; how many there were."""
        if which.isdecimal():
            return 1 if self._tasks.pop(int(which), None) else 0
        gone = [task.id for task in self._tasks.values() if task.group == which and which]
        for number in gone:
            del self._tasks[number]
        return len(gone)

    def clear(self) -> None:
        """Forget them all."""
        self._tasks.clear()

    def loop(self) -> None:
        """Run what is due, for ever; to be run in a greenlet of its own."""
        while True:
            self._sleep(_TICK)
            self.run_due(time.time())

    def run_due(self, now: float) -> None:
        """Run what is due at this epoch second."""
        for task in [task for task in self._tasks.values() if task.due <= now]:
            if self._tasks.pop(task.id, None) is None:
                continue
            if task.every:
                self._tasks[task.id] = replace(task, due=int(now) + task.every)
            self._spawn(task.work)
