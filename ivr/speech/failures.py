"""What is remembered about engines that failed, so that one bad sentence or service is not paid for twice.

A sentence that failed is refused for a while. An engine that fails several times in a row is passed over for
a while, if there is another. A flood of equal failures is one line in the log and a number.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import TypeAlias

from ivr import log
from ivr.call import Manner
from ivr.clock import Clock
from ivr.errors import SpeechError

REFUSED_FOR = 60.0  # seconds
REST = 30.0  # seconds
MAX_IN_A_ROW = 3
LOG_EVERY = 60.0  # seconds between two lines about one engine failing in one way
MAX_REFUSED = 1000  # sentences

Sentence: TypeAlias = tuple[str, str, Manner]
"""A text, its language, and how it is spoken."""

_log = log.get(__name__)


class Failures:
    """Failures of engines (by name) and of sentences (texts in a language and a manner)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.count: Counter[str] = Counter()
        self._row: Counter[str] = Counter()
        self._rests_until: dict[str, float] = {}
        self._logged: dict[tuple[str, str], tuple[float, int]] = {}
        self._refused: OrderedDict[Sentence, tuple[float, SpeechError]] = OrderedDict()

    def failed(self, engine: str, cause: str, error: SpeechError) -> None:
        """`engine` could not speak; `cause` is one word for the kind of failure."""
        now = self._clock.monotonic()
        self.count[engine] += 1
        self._row[engine] += 1
        if self._row[engine] >= MAX_IN_A_ROW:
            self._rests_until[engine] = now + REST
        since, unlogged = self._logged.get((engine, cause), (now - LOG_EVERY, 0))
        if now - since < LOG_EVERY:
            self._logged[engine, cause] = since, unlogged + 1
            return
        self._logged[engine, cause] = now, 0
        _log.warning("speech.failed", engine=engine, cause=cause, error=str(error), unlogged=unlogged)

    def spoke(self, engine: str) -> None:
        """`engine` did speak."""
        self._row[engine] = 0
        self._rests_until.pop(engine, None)

    def rests(self, engine: str) -> bool:
        """Whether `engine` should be passed over for now."""
        return self._rests_until.get(engine, 0.0) > self._clock.monotonic()

    def refuse(self, sentence: Sentence, error: SpeechError) -> None:
        """No engine could speak `sentence`."""
        self._refused[sentence] = self._clock.monotonic() + REFUSED_FOR, error
        while len(self._refused) > MAX_REFUSED:
            self._refused.popitem(last=False)

    def refusal(self, sentence: Sentence) -> SpeechError | None:
        """Why `sentence` is not tried at present; None when it may be."""
        until, error = self._refused.get(sentence, (0.0, None))
        if error is not None and self._clock.monotonic() >= until:
            del self._refused[sentence]
            return None
        return error
