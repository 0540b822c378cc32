"""The service that turns a call's words into sound files, without the hub ever waiting for an engine.

What a flow always says is rendered ahead, at low priority; what only one call says is rendered on request and
goes first. A first child serves requests alone, so that a caller never waits for work done ahead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import gevent

from ivr import call, log
from ivr.call import Manner
from ivr.clock import Clock, SystemClock
from ivr.errors import SpeechError
from ivr.flag import Flag
from ivr.settings import Speech as SpeechSettings
from ivr.speech.cache import key
from ivr.speech.chain import GROUP, Chain
from ivr.speech.failures import Failures, Sentence
from ivr.speech.recorded import Problem, Recording
from ivr.speech.rendering import Progress, Rendering
from ivr.speech.text import clean
from ivr.speech.tts.base import Engine, Utterance
from ivr.speech.worker import EngineFailed, Worker

__all__ = ["GROUP", "MAX_AHEAD", "MAX_REQUESTS", "Voice"]

MAX_REQUESTS = 500  # sentences that calls wait for
MAX_AHEAD = 20_000  # sentences that are rendered ahead
_NICE = 10  # of the children that work ahead
_BREATH = 100  # sentences that are queued before others may run
_PAUSE = 1.0  # seconds before a serving greenlet that died is replaced
_LOOK = 5.0  # seconds between two looks at the folder of recordings
_TOLD = 20  # rows of its index that are of no use and are logged one by one

_log = log.get(__name__)
_Serving: TypeAlias = "gevent.Greenlet[..., None]"


@dataclass(eq=False, slots=True)
class _Job:
    """One sentence to be rendered; `ahead`: the progress of `prepare` counts it."""

    text: str
    language: str
    manner: Manner
    fresh: bool
    ahead: bool
    started: bool = False
    rendering: Rendering = field(default_factory=Rendering)

    @property
    def sentence(self) -> Sentence:
        return self.text, self.language, self.manner


class Voice:
    """Speech for calls. Belongs to one hub; its methods are called from that hub's greenlets.

    Args:
        settings: the section `speech`.
        clock: for how long failures are remembered.
        engines: the engine and its fallbacks; those that `settings` name when left out.
        made: told of each sound that was asked for ahead, once it is there.

    Raises:
        UnknownPlugin, SettingsError: `settings` do not make working engines.
    """

    def __init__(
        self,
        settings: SpeechSettings,
        clock: Clock | None = None,
        *,
        engines: Sequence[Engine] | None = None,
        made: Callable[[Path], None] = lambda _path: None,
    ) -> None:
        self._chain = Chain(settings, engines)
        self.cache = self._chain.cache
        self._made = made
        self.failures = Failures(clock or SystemClock())
        self._jobs: dict[Sentence, _Job] = {}
        self._requests: deque[_Job] = deque()
        self._ahead: deque[_Job] = deque()
        self._work_there = Flag()
        self._idle = Flag()
        self._idle.set()
        self._done = self._failed = self._total = 0
        self._stopped = False
        self._told: Mapping[Problem, None] = {}
        self._take_in(self._chain.recorded.shelf.refresh())
        self._greenlets = [self._spawn(number, settings.workers) for number in range(settings.workers)]
        self._watching = gevent.spawn_later(_LOOK, self._watch)

    # What is asked of it ------------------------------------------------------------------------------

    def prepare(self, speeches: Iterable[call.Speech]) -> None:
        """Render what is not in the cache yet, in the background; does not wait for it.

        Fresh speeches and what is queued already are passed over. What the queue has no room for is logged,
        and rendered when a call needs it."""
        left_out = 0
        if self._stopped:
            return
        for number, speech in enumerate(speeches, 1):
            if number % _BREATH == 0:
                gevent.sleep(0)
            if speech.fresh:
                continue
            try:
                text = clean(speech.text)
            except SpeechError as error:
                self._total += 1
                self._failed += 1
                _log.warning("speech.unspeakable", error=error.message, begins=speech.text[:40])
                continue
            if not text or (text, speech.language, speech.manner) in self._jobs:
                continue
            if len(self._ahead) >= MAX_AHEAD:
                left_out += 1
                continue
            self._total += 1
            self._idle.clear()
            self._queue(self._ahead, _Job(text, speech.language, speech.manner, fresh=False, ahead=True))
        if left_out:
            _log.warning("speech.queue_full", left_out=left_out, queued=len(self._ahead))

    def request(self, speech: call.Speech) -> Rendering:
        """The sound of `speech` for a call that needs it now. Neither blocks nor raises.

        What any engine has in the cache is ready at once; the rest goes before all work ahead. A text with
        nothing to say is ready at once, with no path."""
        try:
            text = clean(speech.text)
            found = self._chain.find(text, speech.language, speech.manner) if text else None
        except SpeechError as error:
            return Rendering.of(error=error)
        if found or not text:
            return Rendering.of(found)
        job = self._jobs.get((text, speech.language, speech.manner))
        if job is None:
            job = _Job(text, speech.language, speech.manner, speech.fresh, ahead=False)
            if error_before := self.failures.refusal(job.sentence):
                return Rendering.of(error=error_before)
            if self._stopped or len(self._requests) >= MAX_REQUESTS:
                why = "speech is shutting down" if self._stopped else "too many sentences wait to be spoken"
                return Rendering.of(error=SpeechError(why))
            self._queue(self._requests, job)
        elif not job.started and job not in self._requests and len(self._requests) < MAX_REQUESTS:
            self._queue(self._requests, job)
        return job.rendering

    def prepared(self, timeout: float | None) -> Progress:
        """Wait until the work ahead is done, `timeout` seconds at most, and say how far it is."""
        self._idle.wait(timeout)
        return self.progress

    @property
    def progress(self) -> Progress:
        return Progress(self._done, self._failed, self._total)

    def stop(self) -> None:
        """End the children; whoever waits for a sound is told that there will be none."""
        self._stopped = True
        gevent.killall([*self._greenlets, self._watching], timeout=10)
        for job in list(self._jobs.values()):
            self._finish(job, error=SpeechError("speech is shutting down"))

    # The work -----------------------------------------------------------------------------------------

    def _queue(self, queue: deque[_Job], job: _Job) -> None:
        self._jobs[job.sentence] = job
        queue.append(job)
        self._work_there.set()

    def _take(self, queues: Sequence[deque[_Job]]) -> _Job:
        while True:
            for queue in queues:
                while queue:
                    job = queue.popleft()
                    if not job.started:  # what was queued ahead and then requested stands in both queues
                        job.started = True
                        return job
            self._work_there.clear()
            self._work_there.wait()

    def _spawn(self, number: int, of: int, *, after: float = 0.0) -> _Serving:
        first = number == 0
        queues = (self._requests,) if first and of > 1 else (self._requests, self._ahead)
        greenlet = gevent.spawn_later(after, self._serve, queues, 0 if first else _NICE)
        greenlet.link_exception(lambda dead: self._replace(dead, number, of))
        return greenlet

    def _replace(self, dead: _Serving, number: int, of: int) -> None:
        _log.error("speech.worker_died", worker=number, error=repr(dead.exception))
        if not self._stopped:
            self._greenlets[number] = self._spawn(number, of, after=_PAUSE)

    def _serve(self, queues: Sequence[deque[_Job]], nice: int) -> None:
        workers = {engine.name: Worker(engine, self.cache, nice=nice) for engine in self._chain}
        try:
            while True:
                if not nice:
                    self._warm(workers)
                job = self._take(queues)
                try:
                    self._finish(job, self._speak(job, workers))
                except SpeechError as error:
                    self.failures.refuse(job.sentence, error)
                    self._finish(job, error=error)
                except BaseException:  # whatever ends this greenlet, nobody waits for it in vain
                    self._finish(job, error=SpeechError("the sentence was given up"))
                    raise
                gevent.sleep(0)  # sentences that are found in the cache do not yield by themselves
        finally:
            for worker in workers.values():
                worker.stop()

    def _warm(self, workers: Mapping[str, Worker]) -> None:
        """Have a child before a call waits for it, and again after it was killed. Work ahead can wait."""
        first = self._chain.engines[0].name
        try:
            workers[first].start()
        except EngineFailed as error:
            self.failures.failed(first, error.cause, error)

    def _speak(self, job: _Job, workers: Mapping[str, Worker]) -> Path:
        """The sound from the first engine that can make it. Raises SpeechError: what the last one said."""
        last = SpeechError("no engine")
        for engine in self._chain:
            if self.failures.rests(engine.name) and engine is not self._chain.engines[-1]:
                continue
            try:
                utterance = self._chain.utterance(engine, job.text, job.language, job.manner)
                name = key(engine, utterance)
                path = self.cache.find(name) or workers[engine.name].render(utterance, name, fresh=job.fresh)
            except EngineFailed as error:
                self._remember(engine, utterance, error)
                last = error
            except SpeechError as error:  # it does not speak the language: no fault of the engine
                last = error
            else:
                self.failures.spoke(engine.name)
                return path
        raise last

    def _remember(self, engine: Engine, utterance: Utterance, error: EngineFailed) -> None:
        """Remember who failed: an engine, or one recording, which says nothing about the others."""
        if engine is not self._chain.recorded:
            self.failures.failed(engine.name, error.cause, error)
            return
        _log.warning("speech.recording_unusable", begins=utterance.text[:40], error=str(error))
        if error.cause == "failed":
            self._chain.recorded.spoil(utterance)

    def _finish(self, job: _Job, path: Path | None = None, error: SpeechError | None = None) -> None:
        self._jobs.pop(job.sentence, None)
        job.rendering.end(path, error)
        if job.ahead:
            self._failed += error is not None
            self._done += error is None
            if path is not None:
                self._made(path)
            if self.progress.complete:
                self._idle.set()

    # Recordings ---------------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Notice recordings that come, change and go, so that nothing has to be started anew for them."""
        while True:
            try:
                new = gevent.get_hub().threadpool.apply(self._chain.recorded.shelf.refresh)
                self._take_in(new)
            except Exception:
                _log.exception("speech.recordings_unread")
            gevent.sleep(_LOOK)

    def _take_in(self, new: Sequence[Recording]) -> None:
        """Make telephone prompts of recordings, and tell once what is wrong with the index."""
        self.prepare(call.Speech(recording.text, recording.language) for recording in new)
        problems = dict.fromkeys(self._chain.recorded.shelf.index.problems)
        for problem in [problem for problem in problems if problem not in self._told][:_TOLD]:
            _log.warning("speech.recording_unusable", place=str(problem.place), error=problem.message)
        self._told = problems
