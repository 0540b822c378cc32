"""The process that an engine listens in: frames in, frames out, several utterances at once.

It starts as a clean Python. The model is loaded once; each utterance has a thread and a bounded queue. As
many of them compute at once as there are processors, those that began first before the others: where there is
too much to do some are late and the rest in time, instead of all being late. Whoever started us kills us when
nobody gets an answer any more; we end when our input does.
"""

from __future__ import annotations

import heapq
import importlib
import json
import os
import queue
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import BinaryIO

from ivr.call import Hypothesis
from ivr.errors import IvoryError
from ivr.settings import Asr
from ivr.speech.asr import frames
from ivr.speech.asr.base import MOST, Engine, Recognition, Request
from ivr.speech.asr.frames import HEAD, NOBODY
from ivr.speech.asr.writing import written

BEHIND = 3000  # frames of audio that an utterance may wait for, a minute of them
TOGETHER = 25  # frames, half a second, that are heard in one go when they wait: it takes less time
LONGEST = 1000  # characters of a hypothesis
MANY = 1 << 20  # utterances that may wait for another machine at once
_THREAD_STACK = 2 << 20  # bytes; of address space, which may be limited


def main() -> None:
    """Serve until the input ends. Its first frame is the order, which `process.Recogniser` writes."""
    requests, answers = _take_over_pipes()
    threading.stack_size(_THREAD_STACK)
    try:
        if (frame := _read(requests)) is not None:
            _serve(json.loads(frame[2]), requests, _Answers(answers))
    except BrokenPipeError:
        pass  # nobody is left to hear an answer
    finally:
        os._exit(0)  # threads inside a library must not keep us


class _Answers:
    """The output, which the utterances' threads share."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._turn = file, threading.Lock()

    def send(self, frame: bytes) -> None:
        with self._turn:
            self._file.write(frame)
            self._file.flush()


class _Turns:
    """Whose turn it is to work.

    Args:
        most: how many may at once.
    """

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._free = most
        self._came = count()
        self._waiting: list[tuple[int, int, threading.Lock]] = []

    @contextmanager
    def of(self, number: int) -> Iterator[None]:
        """Wait for the turn of an utterance, the one with the lowest number first, and have it."""
        with self._lock:
            mine: threading.Lock | None = None
            if self._free:
                self._free -= 1
            else:
                mine = threading.Lock()
                mine.acquire()
                heapq.heappush(self._waiting, (number, next(self._came), mine))
        if mine is not None:
            mine.acquire()  # until whoever is done hands the turn over
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    heapq.heappop(self._waiting)[-1].release()
                else:
                    self._free += 1


def _serve(order: dict[str, object], requests: BinaryIO, answers: _Answers) -> None:
    try:
        if order["memory"]:
            limit = int(str(order["memory"])) << 20
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        engine = _engine(str(order["engine"]), Asr.model_validate(order["settings"]))
        engine.notice = lambda event, **fields: answers.send(
            frames.pack_json(frames.NOTICE, NOBODY, {"event": event, **fields})
        )
        engine.open(str(order["language"]))
    except Exception as error:
        answers.send(frames.pack_json(frames.FAILURE, NOBODY, _failure(error)))
        return
    answers.send(frames.pack(frames.READY))
    utterances: dict[int, _Utterance] = {}
    turns = _Turns(len(os.sched_getaffinity(0)) if engine.local else MANY)
    while (frame := _read(requests)) is not None:
        kind, number, content = frame
        if kind == frames.BEGIN:
            utterances[number] = _Utterance(number, engine, content, answers, turns)
        elif number in utterances:
            utterances[number].put(kind, content)
            if kind in (frames.END, frames.DROP):
                del utterances[number]


class _Utterance:
    """One utterance, in a thread of its own."""

    def __init__(self, number: int, engine: Engine, request: bytes, answers: _Answers, turns: _Turns) -> None:
        self._number, self._engine, self._answers, self._turns = number, engine, answers, turns
        self._todo: queue.Queue[tuple[bytes, bytes]] = queue.Queue(BEHIND)
        self._after: tuple[bytes, bytes] | None = None  # what comes after frames that were taken together
        self._lost = False
        threading.Thread(target=self._run, args=(request,), daemon=True).start()

    def put(self, kind: bytes, content: bytes) -> None:
        """Have something done; never waits. One that is a minute behind has failed."""
        try:
            self._todo.put_nowait((kind, content))
        except queue.Full:
            self._lost = True

    def _run(self, content: bytes) -> None:
        recognition: Recognition | None = None
        try:
            request = json.loads(content)
            request["phrases"] = tuple(request["phrases"])
            with self._turns.of(self._number):
                recognition = self._engine.begin(Request(**request))
            while self._next(recognition):
                pass
        except BrokenPipeError:
            return  # the main thread ends us
        except Exception as error:
            if recognition is not None:
                with suppress(Exception):  # it has failed already, and that is told
                    recognition.drop()
            with suppress(OSError):
                self._answers.send(frames.pack_json(frames.FAILURE, self._number, _failure(error)))

    def _next(self, recognition: Recognition) -> bool:
        """Do what comes next; False when it was the last."""
        kind, content = self._after or self._todo.get()
        self._after = None
        with self._turns.of(self._number):
            if self._lost:
                raise IvoryError("it is a minute behind with this utterance")
            if kind == frames.AUDIO:
                recognition.feed(self._together(content))
            elif kind == frames.WORDS:
                words = written(recognition.words())[:LONGEST]
                self._answers.send(frames.pack_json(frames.WORDS, self._number, words))
            elif kind == frames.END:
                told = [[each.words, each.confidence] for each in tidy(recognition.end())]
                self._answers.send(frames.pack_json(frames.END, self._number, told))
            else:
                recognition.drop()
        return kind not in (frames.END, frames.DROP)

    def _together(self, content: bytes) -> bytes:
        """A frame, and those that wait behind it."""
        taken = [content]
        while len(taken) < TOGETHER and not self._todo.empty():
            kind, content = self._todo.get()
            if kind != frames.AUDIO:
                self._after = (kind, content)
                break
            taken.append(content)
        return b"".join(taken)


def tidy(hypotheses: list[Hypothesis]) -> list[Hypothesis]:
    """What an engine says, as everybody may rely on: best first, few, each once and of sane length, words as
    people write them, a confidence from 0 to 1."""
    best: dict[str, float] = {}
    for each in hypotheses:
        words = written(each.words)[:LONGEST]
        confidence = min(1.0, max(0.0, each.confidence)) if each.confidence == each.confidence else 0.0
        if words:
            best[words] = max(best.get(words, 0.0), confidence)
    ordered = sorted(best.items(), key=lambda item: -item[1])
    return [Hypothesis(words, round(confidence, 4)) for words, confidence in ordered[:MOST]]


def _engine(where: str, settings: Asr) -> Engine:
    module, _, name = where.partition(":")
    engine: Engine = getattr(importlib.import_module(module), name)(settings)
    return engine


def _take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, out of reach of engines that print, and of programs that read."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb")


def _read(requests: BinaryIO) -> tuple[bytes, int, bytes] | None:
    """The next frame; None when there is none, whole, any more."""
    head = requests.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    size, kind, utterance = frames.unpack_head(head)
    content = requests.read(size)
    return (kind, utterance, content) if len(content) == size else None


def _failure(error: Exception) -> dict[str, str]:
    if isinstance(error, IvoryError):
        return {"error": error.message, "hint": error.hint}
    return {"error": f"{type(error).__name__}: {error}", "hint": ""}
