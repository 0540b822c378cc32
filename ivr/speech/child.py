"""The child process that an engine runs in: a JSON line in for each sentence, a JSON line out.

It starts as a clean Python, never as a copy of the worker. Whatever an engine prints, leaks or breaks stays
here; whatever it hangs on ends when the parent kills the process group, or by an alarm if the parent is gone.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import shutil
import signal
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from ivr.errors import IvoryError
from ivr.settings import Speech
from ivr.speech import telephone
from ivr.speech.cache import Cache, Note, seconds
from ivr.speech.text import sentences
from ivr.speech.tts.base import Engine, Utterance

MAX_FILE = 256 << 20  # bytes a runaway engine may write into one file
FRESH_BYTES = 256 << 20  # of sounds that hold one call's words: some four hours
_TIDY_EVERY = 10  # fresh sounds
_GRACE = 5.0  # seconds the parent has to kill us after the deadline


def main() -> None:
    """Serve until the parent is gone. The first line on stdin is the order; `worker.Worker` writes it."""
    requests, answers = _take_over_pipes()
    if not (line := requests.readline()):
        return  # the parent went while we came up
    order = json.loads(line)
    try:
        _serve(order, requests, answers)
    except BrokenPipeError:
        pass  # nobody is left to hear an answer
    finally:
        shutil.rmtree(order["work"], ignore_errors=True)
        os._exit(0)  # an engine's threads, or what could not be answered, must not keep us


def _serve(order: dict[str, Any], requests: IO[str], answers: IO[str]) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE, MAX_FILE))
        desk = Desk(
            _engine(order["engine"], order["settings"]), Cache(Path(order["cache"])), Path(order["work"])
        )
    except Exception as error:
        _answer(answers, _failure(error))
        return
    _answer(answers, {"ready": True})
    for line in requests:
        # No Python handler: only the signal's own action ends a process that is stuck inside a library.
        signal.setitimer(signal.ITIMER_REAL, order["settings"]["deadline"] + _GRACE)
        try:
            answer = desk.serve(json.loads(line))
        except Exception as error:
            answer = _failure(error)
        _answer(answers, answer)
        desk.tidy()
        signal.setitimer(signal.ITIMER_REAL, 0)


class Desk:
    """What the child does with a request: `{"utterance": {...}, "key": "...", "fresh": true}`."""

    def __init__(self, engine: Engine, cache: Cache, work: Path) -> None:
        self._engine, self._cache, self._work = engine, cache, work
        self._fresh: list[Path] = []

    def serve(self, request: dict[str, Any]) -> dict[str, Any]:
        """Render and store one sentence. Raises whatever the engine, the sound or the disk gives rise to."""
        utterance = Utterance(**request["utterance"])
        with tempfile.TemporaryDirectory(dir=self._work) as folder:
            texts = sentences(utterance.text) if utterance.pause else (utterance.text,)
            wavs = [Path(folder) / str(number) / "raw.wav" for number in range(len(texts))]
            for text, wav in zip(texts, wavs, strict=True):
                wav.parent.mkdir()
                self._engine.say(replace(utterance, text=text), wav)
            samples = telephone.read(*wavs, pause=utterance.pause)
        note = Note(
            text=utterance.text,
            language=utterance.language,
            engine=self._engine.name,
            voice=utterance.voice,
            seconds=round(seconds(samples), 3),
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            fresh=request["fresh"],
        )
        path = self._cache.store(request["key"], samples, note)
        if note.fresh:
            self._fresh.append(path)
        return {"path": str(path)}

    def tidy(self) -> None:
        """Now and then, make room where a fresh sound was stored last.

        Keys are spread evenly, so looking after one folder at a time looks after all of them."""
        if len(self._fresh) >= _TIDY_EVERY:
            with suppress(OSError):
                self._cache.prune(self._fresh[-1].parent, FRESH_BYTES >> 8)
            self._fresh.clear()


def _engine(where: str, settings: dict[str, Any]) -> Engine:
    module, _, name = where.partition(":")
    engine: Engine = getattr(importlib.import_module(module), name)(Speech(**settings))
    engine.open()
    return engine


def _take_over_pipes() -> tuple[IO[str], IO[str]]:
    """The pipes to the parent, out of reach of engines that print, and of programs that read."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return os.fdopen(requests, encoding="utf-8"), os.fdopen(answers, "w", encoding="utf-8")


def _answer(answers: IO[str], answer: dict[str, Any]) -> None:
    print(json.dumps(answer), file=answers, flush=True)


def _failure(error: Exception) -> dict[str, Any]:
    if isinstance(error, IvoryError):
        return {"error": error.message, "hint": error.hint}
    return {"error": f"{type(error).__name__}: {error}", "hint": ""}
