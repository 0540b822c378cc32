"""One engine listening in one language in a process of its own, as seen from an asyncio program.

The process is started ahead and hears several utterances at once. An utterance that is not understood at its
deadline fails. The process is killed when it has answered nobody for as long, or no longer takes audio; what
else it was hearing fails with it, and whoever asked gives the audio to another engine. It comes back by
itself, later each time it dies early.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from ivr import log
from ivr.call import Hypothesis
from ivr.errors import RecognitionError
from ivr.settings import Asr
from ivr.speech.asr import frames
from ivr.speech.asr.base import Engine, Request
from ivr.speech.asr.frames import HEAD, NOBODY
from ivr.speech.asr.pipes import Child

BOOT = 60.0  # seconds in which a model must be loaded; the big ones take ten
WORDS_WAIT = 0.2  # seconds that words so far are waited for
UNREAD = 2 << 20  # bytes that wait to be read by the process; two minutes of one caller
PAUSES = (0.5, 2.0, 10.0, 30.0)  # seconds before it is started again, by how often it died in a row
STEADY = 60.0  # seconds after which one that dies has not died early
_REAPED = 5.0  # seconds a killed process may take to be gone

# The parent's search path is handed over as it is: the child must import the same Ivory.
_START = """import json, os, sys
os.nice(int(sys.argv[1]))
sys.path[:] = json.loads(sys.argv[2])
from ivr.speech.asr.child import main
main()"""
_ENVIRONMENT = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

_log = log.get(__name__)


class RecogniserFailed(RecognitionError):
    """An utterance was not understood because of the recogniser.

    `cause`: `late`, `busy` (as late, but it understands others meanwhile), `died`, `failed` (it said so
    itself), `away` (it is not running) or `full`."""

    def __init__(self, message: str, *, cause: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.cause = cause


@dataclass(slots=True, eq=False)
class _Utterance:
    answer: asyncio.Future[tuple[Hypothesis, ...]]
    words: list[asyncio.Future[str]] = field(default_factory=list)


class Recogniser:
    """A process that hears utterances in one language. Belongs to one event loop.

    Args:
        engine: made from `settings`; only its class and name are used here.
        language: a tag that it serves.
        nice: how much the process steps back for others (0-19).
    """

    def __init__(self, engine: Engine, language: str, settings: Asr, *, nice: int = 0) -> None:
        self.name = engine.name
        self.language = engine.serves(language)
        self.ready = False
        self._settings = settings
        self._streams = engine.streams
        self._nice = nice
        plain = settings.model_dump(mode="json") | {"token": settings.token.get_secret_value()}
        self._order = {
            "engine": f"{type(engine).__module__}:{type(engine).__qualname__}",
            "language": self.language,
            "settings": plain,
            "memory": settings.memory,
        }
        self.notice: Callable[..., Any] = _log.warning
        """Where to tell what the engine notices: an event's name, and fields."""
        self._child: Child | None = None
        self._answered = 0.0  # when it last answered anybody
        self._utterances: dict[int, _Utterance] = {}
        self._running: asyncio.Task[None] | None = None
        self._first: asyncio.Future[None] | None = None

    @property
    def busy(self) -> int:
        """How many utterances are under way."""
        return len(self._utterances)

    @property
    def pid(self) -> int | None:
        """The process's id while there is one."""
        return self._child.pid if self._child else None

    async def start(self) -> None:
        """Start the process, and wait until its model is loaded; then it is kept running until `stop`.

        Raises RecogniserFailed when that fails; it is tried again all the same."""
        if self._running is None:
            self._first = asyncio.get_running_loop().create_future()
            self._first.add_done_callback(lambda first: first.cancelled() or first.exception())
            self._running = asyncio.create_task(self._keep_running())
        if self._first is not None:
            await asyncio.shield(self._first)

    async def stop(self) -> None:
        """End the process. Does nothing when it never ran."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
            self._running = self._child = None

    # Utterances -----------------------------------------------------------------------------------------

    def begin(self, utterance: int, request: Request) -> None:
        """Hear an utterance, by a number from 1 to 2^32-1 that is not in use; never waits.

        Raises RecogniserFailed (`away`, `full`)."""
        if not self.ready:
            raise self._failed("is not running", "away")
        if self.busy >= self._settings.utterances:
            raise self._failed(f"hears {self.busy} utterances already", "full")
        answer: asyncio.Future[tuple[Hypothesis, ...]] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(lambda answer: answer.cancelled() or answer.exception())
        self._utterances[utterance] = _Utterance(answer)
        self._send(frames.pack_json(frames.BEGIN, utterance, asdict(request)))

    def feed(self, utterance: int, samples: bytes) -> None:
        """Hand over 8 kHz, 16 bit, mono samples; never waits. Does nothing once the utterance has failed."""
        if self._hears(utterance):
            self._send(frames.pack(frames.AUDIO, utterance, samples))

    async def words(self, utterance: int) -> str:
        """The words in all that was fed so far; empty when they are not there within `WORDS_WAIT`."""
        if not self._streams or not self._hears(utterance):
            return ""
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._utterances[utterance].words.append(answer)
        self._send(frames.pack(frames.WORDS, utterance))
        try:
            return await asyncio.wait_for(answer, WORDS_WAIT)
        except TimeoutError:
            return ""

    async def end(self, utterance: int) -> tuple[Hypothesis, ...]:
        """What was said, the likeliest first; nothing when nothing was understood. Waits no longer than
        `asr.deadline`.

        Raises RecogniserFailed (`late`, `busy`, `died`, `failed`)."""
        answer, began = self._utterances[utterance].answer, time.monotonic()
        self._send(frames.pack(frames.DROP if answer.done() else frames.END, utterance))
        try:
            return await asyncio.wait_for(asyncio.shield(answer), self._settings.deadline)
        except TimeoutError:
            others = self._answered >= began
            late = self._failed(
                f"took longer than {self._settings.deadline:g} s", "busy" if others else "late"
            )
            self._settle(answer, late)
            if not others:
                self._kill()
            else:  # it has too much to do: that is no reason to take what it does from the others
                self._send(frames.pack(frames.DROP, utterance))
            raise late from None
        finally:
            self._utterances.pop(utterance, None)

    def drop(self, utterance: int) -> None:
        """Forget an utterance; never waits, never raises."""
        if (dropped := self._utterances.pop(utterance, None)) is not None:
            self._send(frames.pack(frames.DROP, utterance))
            dropped.answer.cancel()

    def _hears(self, utterance: int) -> bool:
        heard = self._utterances.get(utterance)
        return self.ready and heard is not None and not heard.answer.done()

    # The process ----------------------------------------------------------------------------------------

    async def _keep_running(self) -> None:
        deaths = 0
        while True:
            begun = time.monotonic()
            why = await self._run()
            deaths = 1 if time.monotonic() - begun > STEADY else deaths + 1
            pause = PAUSES[min(deaths, len(PAUSES)) - 1]
            _log.warning(
                "asr.process_ended", engine=self.name, language=self.language, why=str(why), again_in=pause
            )
            await asyncio.sleep(pause)

    async def _run(self) -> RecogniserFailed:
        """Start the process and read its answers until it ends; how it did."""
        failure = self._failed("its process was stopped", "died")
        path = json.dumps([os.path.abspath(folder) for folder in sys.path])
        try:
            command = [sys.executable, "-c", _START, str(self._nice), path]
            self._child = await Child.start(command, {**os.environ, **_ENVIRONMENT})
            self._send(frames.pack_json(frames.BEGIN, NOBODY, self._order))
            failure = await self._listen(self._child)
        except OSError as error:
            failure = self._failed(f"no process can be started: {error}", "died")
        finally:
            self._kill()
            for utterance in self._utterances.values():
                self._settle(utterance.answer, failure)
            if self._first is not None:
                self._settle(self._first, failure)
            if self._child is not None:
                self._child.close()
                await self._child.gone(_REAPED)  # it may be stuck in the kernel
                self._child = None
        return failure

    async def _listen(self, child: Child) -> RecogniserFailed:
        try:
            while True:
                within = None if self.ready else BOOT
                head = await asyncio.wait_for(child.output.readexactly(HEAD.size), within)
                size, kind, number = frames.unpack_head(head)
                content = await child.output.readexactly(size)
                self._answered = time.monotonic()
                if kind == frames.READY:
                    self.ready = not child.killed
                    if self._first is not None and not self._first.done():
                        self._first.set_result(None)
                elif kind == frames.FAILURE and number == NOBODY:
                    return self._told(content)
                else:
                    self._take(kind, number, content)
        except TimeoutError:
            return self._failed(f"was not ready within {BOOT:g} s", "late")
        except (asyncio.IncompleteReadError, ValueError, LookupError, TypeError):
            return self._failed(f"its process {_end(await child.gone(1.0))}", "died")

    def _take(self, kind: bytes, number: int, content: bytes) -> None:
        """An answer; that of an utterance which was dropped is passed over."""
        if kind == frames.NOTICE:
            self.notice(**{**json.loads(content), "language": self.language})
        elif (utterance := self._utterances.get(number)) is None:
            return
        elif kind == frames.WORDS and utterance.words:
            asked = utterance.words.pop(0)
            if not asked.done():
                asked.set_result(json.loads(content))
        elif kind == frames.END and not utterance.answer.done():
            utterance.answer.set_result(tuple(Hypothesis(*each) for each in json.loads(content)))
        elif kind == frames.FAILURE:
            self._settle(utterance.answer, self._told(content))

    def _send(self, frame: bytes) -> None:
        if self._child is not None and not self._child.killed:
            self._child.write(frame)
            if self._child.unread > UNREAD:
                self._kill()

    def _kill(self) -> None:
        self.ready = False
        if self._child is not None:
            self._child.kill()

    def _settle(self, future: asyncio.Future[Any], failure: RecogniserFailed) -> None:
        if not future.done():
            future.set_exception(failure)

    def _told(self, content: bytes) -> RecogniserFailed:
        told = json.loads(content)
        return self._failed(told["error"], "failed", told["hint"])

    def _failed(self, what: str, cause: str, hint: str = "") -> RecogniserFailed:
        return RecogniserFailed(f"{self.name} ({self.language}): {what}", cause=cause, hint=hint)


def _end(status: int | None) -> str:
    """How a process ended, to go after "its process"."""
    if status is None:
        return "made no sense"
    return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
