"""Something that may change outside, watched: a thread of its own looks, calls never wait for it.

What looks has two methods, and both are called in that thread only: `look` returns what is new, if anything
is, and what is wrong; `close` lets go of what it holds. What is wrong is logged when it begins.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import get_native_id
from typing import Generic, Protocol, TypeVar

import gevent
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool

from ivr.log import get

log = get(__name__)

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Watch(Protocol[T_co]):
    """What looks."""

    def look(self) -> tuple[T_co | None, list[str]]:
        """What is there, if it is something else than at the last look; and what is wrong. Does not raise."""
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...


class Watched(ABC, Generic[T]):
    """Looks again and again, one look at a time.

    Args:
        name: what is watched, in logs.
    """

    def __init__(self, name: str, watch: Watch[T]) -> None:
        self._name, self._watch = name, watch
        self._pool = ThreadPool(1)
        self._looking = BoundedSemaphore(1)
        self._greenlet: gevent.Greenlet[..., None] | None = None
        self._troubles: tuple[str, ...] = ()
        self._looked = False

    @abstractmethod
    def take(self, found: T) -> None:
        """What is new is in force from now on."""

    @abstractmethod
    def tell(self) -> None:
        """Tell whoever wants to know that something else is in force; others may look meanwhile."""

    def refresh(self) -> bool:
        """Look whether something is new; returns whether it is."""
        with self._looking:
            found, troubles = self._pool.apply(self._watch.look)
            for trouble in troubles:
                if trouble not in self._troubles:
                    log.warning(self._name, trouble=trouble)
            self._troubles, self._looked = tuple(troubles), True
            if found is None:
                return False
            self.take(found)
        self.tell()
        return True

    def start(self, every: float) -> None:
        """Go on looking, every so many seconds. Waits only for the first look there ever is."""
        if not self._looked:
            self.refresh()
        self._greenlet = gevent.spawn(self._run, every)

    @property
    def alive(self) -> bool:
        """Whether it still looks."""
        return self._greenlet is not None and not self._greenlet.dead

    @property
    def threads(self) -> tuple[int, ...]:
        """The system's number of its thread."""
        return (self._pool.apply(get_native_id),)

    def stop(self) -> None:
        """Look no more, and let go of what is held."""
        if self._greenlet is not None:
            self._greenlet.kill()
        self._pool.apply(self._watch.close)
        self._pool.kill()

    def _run(self, every: float) -> None:
        while True:
            try:
                self.refresh()
            except Exception:  # of who is told: it must be looked after all the same
                log.exception("not looked after", what=self._name)
            gevent.sleep(every)
