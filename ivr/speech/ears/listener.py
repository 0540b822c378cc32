"""One call's audio in the relay, frame by frame: voice, utterances, and what they are taken for."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ivr.log import get
from ivr.speech.asr.base import Request
from ivr.speech.ears.bench import Bench
from ivr.speech.ears.turn import Change, Limits, Turn
from ivr.speech.ears.understanding import NobodyUnderstands, Understanding
from ivr.speech.ears.voice import FRAME, SECONDS, Voice

log = get(__name__)

PRE_ROLL: Final = 0.3
"""Seconds of audio before the first frame that is voice: the soft beginning of a word."""

LAPSE: Final = 0.2
"""Seconds without audio after which silence is put in its place: telephones send none while nobody speaks."""

MOST: Final = 8
"""Utterances and questions of a call that may be under way; what is more is told as noise."""


class Tell(Protocol):
    def __call__(self, what: str, **fields: Any) -> None:
        """Tell the worker; never waits."""


@dataclass(frozen=True, slots=True)
class Order:
    """A `listen`: its number, and what is listened for."""

    listening: int
    request: Request
    limits: Limits


class Listener:
    """What hears one call; `take` is given its frames.

    Args:
        mode: webrtcvad's.
        tell: tells the worker.
        clock: monotonic seconds.
    """

    def __init__(
        self, mode: int, bench: Bench, tell: Tell, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._voice = Voice(mode)
        self._bench, self._tell, self._clock = bench, tell, clock
        self._recent: deque[bytes] = deque(maxlen=1)
        self._order: Order | None = None
        self._turn: Turn | None = None
        self._now: Understanding | None = None
        self._echo: float | None = None  # how loud it is, if it may be an echo
        self._waiting: dict[asyncio.Task[None], Understanding] = {}
        self._in_turn = asyncio.Lock()
        self._heard_at = clock()

    # What the worker asks -----------------------------------------------------------------------------

    def listen(self, order: Order) -> None:
        """Listen for something else from now on."""
        self.stop()
        if not self._bench.chain(order.request.language):
            why = f"no engine of asr.engines knows {order.request.language}"
            self._tell("deaf", listening=order.listening, why=why, failed=False)
            return
        self._order, self._turn = order, Turn(order.limits)
        before = round((PRE_ROLL + order.limits.onset) / SECONDS)
        if self._recent.maxlen != before:
            self._recent = deque(self._recent, maxlen=before)
        self._heard_at = self._clock()

    def stop(self) -> None:
        """Listen no longer; what is being understood is forgotten."""
        self._order = self._turn = None
        for task, understanding in self._waiting.items():
            task.cancel()
            understanding.drop()
        self._waiting.clear()
        if self._now is not None:
            self._now.drop()
            self._now = None

    def whole(self, pause: int) -> None:
        """The flow has all it wants with the words before this pause."""
        if self._turn is not None:
            self._go_on(self._turn.whole(pause))

    def sounds(self, on: bool) -> None:
        """Something sounds to the caller, or no longer."""
        self._voice.sounds(on)

    # What comes in ------------------------------------------------------------------------------------

    def take(self, frame: bytes) -> None:
        """The next 20 ms."""
        self._heard_at = self._clock()
        self._take(frame)

    def lapse(self) -> None:
        """Called now and then: where no audio comes while an utterance is under way there is silence."""
        while self._turn is not None and self._turn.speaking and self._clock() - self._heard_at > LAPSE:
            self._heard_at += SECONDS
            self._take(bytes(FRAME))

    def _take(self, frame: bytes) -> None:
        voice = self._voice.heard(frame)
        self._recent.append(frame)
        if self._turn is None:
            return
        if self._now is not None:
            self._now.feed(frame)
        self._go_on(self._turn.take(voice))

    def _go_on(self, change: Change) -> None:
        order, turn = self._order, self._turn
        if order is None or turn is None or change is Change.NONE:
            return
        if change is Change.BEGAN:
            at = self._clock() - turn.frames * SECONDS
            self._tell("began", listening=order.listening, at=at)
            self._echo = self._voice.began()
            self._now = Understanding(self._bench.chain(order.request.language), order.request)
            self._now.feed(b"".join(self._recent))
        elif self._now is None:
            log.error("an utterance goes on that never began")
        elif change is Change.PAUSED:
            self._spawn(self._ask(order, self._now, turn.pause), self._now)
        else:
            understanding, self._now = self._now, None
            seconds = round(turn.voiced * SECONDS, 2)
            end = self._end(order, understanding, seconds, self._echo, cut=change is Change.CUT)
            if len(self._waiting) < MOST:
                self._spawn(end, understanding)
            else:
                end.close()
                understanding.drop()
                self._tell_end(order, (), seconds, cut=False, engine="")

    def _spawn(self, work: Coroutine[Any, Any, None], understanding: Understanding) -> None:
        task = asyncio.create_task(work)
        self._waiting[task] = understanding
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._waiting.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an utterance was lost", exc_info=error)

    async def _ask(self, order: Order, understanding: Understanding, pause: int) -> None:
        """Whether all was said: the flow knows."""
        words = await understanding.words()
        turn = self._turn
        if words and turn is not None and turn.speaking and turn.pause == pause and order is self._order:
            self._tell("paused", listening=order.listening, pause=pause, words=words)

    async def _end(
        self, order: Order, understanding: Understanding, seconds: float, echo: float | None, *, cut: bool
    ) -> None:
        async with self._in_turn:
            try:
                hypotheses = await understanding.end()
            except NobodyUnderstands as nobody:
                if not nobody.busy:
                    if order is self._order:
                        self._tell("deaf", listening=order.listening, why=str(nobody), failed=True)
                        asyncio.get_running_loop().call_soon(self._fell_deaf, order)
                    return
                log.warning("an utterance was not understood in time", why=str(nobody))
                hypotheses = ()
            finally:
                engine = understanding.engine
        if not hypotheses and echo is not None:
            self._voice.echoed(echo)
        if order is self._order:
            found = tuple((each.words, each.confidence) for each in hypotheses)
            self._tell_end(order, found, seconds, cut=cut, engine=engine)

    def _fell_deaf(self, order: Order) -> None:
        if order is self._order:
            self.stop()

    def _tell_end(
        self, order: Order, found: tuple[tuple[str, float], ...], seconds: float, *, cut: bool, engine: str
    ) -> None:
        self._tell(
            "ended", listening=order.listening, hypotheses=found, seconds=seconds, cut=cut, engine=engine
        )
