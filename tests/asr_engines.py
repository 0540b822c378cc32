"""An engine that misbehaves on request, for tests of the process that it runs in."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from typing import ClassVar

from ivr.call import Hypothesis
from ivr.errors import RecognitionError
from ivr.speech.asr.base import Engine, Recognition, Request


class Odd(Engine):
    """Does what the first phrase says; else it tells how many bytes it heard."""

    name: ClassVar[str] = "odd"
    streams: ClassVar[bool] = True

    @property
    def languages(self) -> Collection[str]:
        return ("en", "broken", "greedy")

    def open(self, language: str) -> None:
        if language == "broken":
            raise RecognitionError("the model is broken", hint="unpack it again")
        if language == "greedy":
            self._much = bytearray(2 << 30)
        print("engines may print", flush=True)

    def begin(self, request: Request) -> Recognition:
        wish = request.phrases[0] if request.phrases else ""
        if wish == "refuse":
            raise RecognitionError("not this one")
        if wish == "notice":
            self.notice("asr.noticed", engine=self.name, words=["a"])
        return _OddRecognition(wish)


class _OddRecognition(Recognition):
    def __init__(self, wish: str) -> None:
        self._wish, self._heard = wish, 0

    def feed(self, samples: bytes) -> None:
        self._heard += len(samples)
        if self._wish == "die":
            os.kill(os.getpid(), 9)
        if self._wish == "slow":
            time.sleep(0.02 * len(samples) / 320)

    def words(self) -> str:
        return f"{self._heard} bytes"

    def end(self) -> list[Hypothesis]:
        if self._wish == "hang":
            time.sleep(600)
        if self._wish == "raise":
            raise ZeroDivisionError("by zero")
        if self._wish == "untidy":
            wild = [("查询 电费", 7.0), ("b" * 9999, float("nan")), ("", 1.0), ("c", -3.0), ("查询电费", 0.5)]
            return [Hypothesis(words, confidence) for words, confidence in wild]
        return [Hypothesis(f"{self._heard} bytes", 1.0)]
