"""One utterance on its way through the recognisers: streamed to the first that can take it, given whole to
the next when that one fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Final

from ivr.call import Hypothesis
from ivr.errors import IvoryError
from ivr.log import get
from ivr.speech.asr.base import Request
from ivr.speech.asr.process import RecogniserFailed
from ivr.speech.ears.bench import Place, Recogniser

log = get(__name__)

_numbers = count(1)

START: Final = 3.0
"""Seconds for which a whole utterance waits for a recogniser that is only just starting, or busy."""

_LOOK = 0.05


class NobodyUnderstands(Exception):
    """No engine could take the utterance; the message says why of each.

    `busy`: they all have too much to do now, and nothing else is wrong with them."""

    def __init__(self, why: str, *, busy: bool) -> None:
        super().__init__(why)
        self.busy = busy


class Understanding:
    """What is being understood of one utterance. It keeps the audio until it is over.

    Args:
        chain: the engines to be tried, in this order.
    """

    def __init__(self, chain: Sequence[Place], request: Request) -> None:
        self._left = list(chain)
        self._request = request
        self._audio = bytearray()
        self._number = next(_numbers)
        self._at: tuple[Place, Recogniser] | None = None
        self._why: list[str] = []
        self._full = False
        self._crowded = False  # this machine has too much to do: another engine on it would be late, too
        self._busy = True  # as long as nothing else is wrong with any of them
        self.engine = ""
        """The name of the engine that understood it; empty: none has."""
        self._take_next()

    def feed(self, samples: bytes) -> None:
        """More of it; never waits."""
        self._audio += samples
        if self._at is not None:
            self._at[1].feed(self._number, samples)

    async def words(self) -> str:
        """The words so far; empty where they are not known before the end."""
        return await self._at[1].words(self._number) if self._at is not None else ""

    async def end(self) -> tuple[Hypothesis, ...]:
        """What it is taken for, the likeliest first; empty: no words.

        Raises NobodyUnderstands."""
        while self._at is not None or await self._wait_for_next():
            assert self._at is not None  # noqa: S101 - one of the two
            place, recogniser = self._at
            try:
                found = await recogniser.end(self._number)
            except IvoryError as error:
                self._failed(place, error)
                self._at = None
                self._take_next()
            else:
                self.engine = place.name
                return found
        why = "; ".join(dict.fromkeys(self._why)) or "every recogniser is busy"
        raise NobodyUnderstands(why, busy=self._busy)

    def drop(self) -> None:
        """It is no longer of interest."""
        self._left.clear()
        if self._at is not None:
            self._at[1].drop(self._number)
            self._at = None
        self._audio.clear()

    def _take_next(self) -> None:
        """Begin with the first engine that is ready; those before it that are starting are not waited for.
        One that is full is, where the next ones would compute on the same machine."""
        crowded = self._crowded
        for place in self._left:
            if not (crowded and place.local):
                if self._begun(place):
                    self._left.remove(place)
                    return
                crowded = crowded or (self._full and place.local)

    async def _wait_for_next(self) -> bool:
        while self._left:
            place = self._left.pop(0)
            if self._crowded and place.local:
                continue
            if await place.wait(START) is None:
                self._why.append(f"{place.name} is not there")
                self._busy = False
            elif self._begun(place) or await self._room(place):
                return True
        return False

    async def _room(self, place: Place) -> bool:
        """Whether an engine that has its hands full has taken it after a while: late is better than never."""
        for _ in range(round(START / _LOOK)):
            if not self._full:
                return False
            await asyncio.sleep(_LOOK)
            if self._begun(place):
                return True
        self._crowded = place.local
        return False

    def _begun(self, place: Place) -> bool:
        self._full = False
        if (recogniser := place.free()) is None:
            return False
        try:
            recogniser.begin(self._number, self._request)
        except RecogniserFailed as error:
            self._full = error.cause == "full"
            if not self._full:
                self._failed(place, error)
            return False
        self._at = place, recogniser
        if self._audio:
            recogniser.feed(self._number, bytes(self._audio))
        return True

    def _failed(self, place: Place, error: IvoryError) -> None:
        self._why.append(error.message)
        cause = error.cause if isinstance(error, RecogniserFailed) else ""
        self._busy = self._busy and cause in ("late", "busy")
        self._crowded = self._crowded or (place.local and cause == "busy")
        log.warning("recogniser failed", engine=place.name, error=str(error))
