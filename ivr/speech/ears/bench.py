"""The recognisers there are for a language: started when they are first wanted, the least busy first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from ivr.call import Hypothesis
from ivr.errors import IvoryError
from ivr.log import get
from ivr.speech.asr.base import Engine, Request

log = get(__name__)


REST: Final = 10.0
"""Seconds after which one that did not start is tried again, when it is wanted."""


class Recogniser(Protocol):
    """A process that recognises utterances with one engine in one language: see `ivr.speech.asr.process`."""

    @property
    def name(self) -> str: ...
    @property
    def ready(self) -> bool: ...
    @property
    def busy(self) -> int: ...
    async def start(self) -> None: ...
    def begin(self, utterance: int, request: Request) -> None: ...
    def feed(self, utterance: int, samples: bytes) -> None: ...
    async def words(self, utterance: int) -> str: ...
    async def end(self, utterance: int) -> tuple[Hypothesis, ...]: ...
    def drop(self, utterance: int) -> None: ...
    async def stop(self) -> None: ...


class Place:
    """The recognisers of one engine and one language; `local`: they compute on this machine."""

    def __init__(self, name: str, recognisers: Sequence[Recogniser], *, local: bool = True) -> None:
        self.name, self.local = name, local
        self._recognisers = recognisers
        self._starting: asyncio.Task[object] | None = None
        self._rests_until = 0.0

    def start(self) -> None:
        """Have them started, unless they are; does not wait."""
        if self._starting is None and time.monotonic() > self._rests_until:
            self._starting = asyncio.create_task(self._start())

    async def _start(self) -> None:
        for outcome in await asyncio.gather(
            *(each.start() for each in self._recognisers), return_exceptions=True
        ):
            if isinstance(outcome, BaseException):
                log.error("recogniser does not start", engine=self.name, error=str(outcome))
                self._starting, self._rests_until = None, time.monotonic() + REST

    def free(self) -> Recogniser | None:
        """The one with the least to do; None: none is ready."""
        ready = [each for each in self._recognisers if each.ready]
        return min(ready, key=lambda each: each.busy, default=None)

    async def wait(self, seconds: float) -> Recogniser | None:
        """As `free`, after having waited for one that starts."""
        self.start()
        if self.free() is None and self._starting is not None:
            await asyncio.wait((self._starting,), timeout=seconds)
        return self.free()

    async def stop(self) -> None:
        if self._starting is not None:
            self._starting.cancel()
        await asyncio.gather(*(each.stop() for each in self._recognisers), return_exceptions=True)


class Bench:
    """All of them.

    Args:
        engines: in the order in which they are tried.
        make: makes one recogniser of an engine, for a language it serves.
        count: how many there are of each.
    """

    def __init__(
        self, engines: Iterable[Engine], make: Callable[[Engine, str], Recogniser], count: int = 1
    ) -> None:
        self._engines = tuple(engines)
        self._make, self._count = make, count
        self._places: dict[tuple[str, str], Place] = {}

    def chain(self, language: str) -> tuple[Place, ...]:
        """Those who know a language, the best first, and started; empty: nobody does."""
        found = tuple(
            self._place(engine, tag) for engine in self._engines if (tag := engine.serves(language))
        )
        for place in found:
            place.start()
        return found

    def _place(self, engine: Engine, tag: str) -> Place:
        key = engine.name, tag
        if key not in self._places:
            try:
                made = [self._make(engine, tag) for _ in range(self._count)]
            except IvoryError as error:
                log.warning("recogniser cannot be made", engine=engine.name, error=str(error))
                made = []
            self._places[key] = Place(engine.name, made, local=engine.local)
        return self._places[key]

    async def stop(self) -> None:
        """End all of them."""
        await asyncio.gather(*(place.stop() for place in self._places.values()))
