"""vosk-server: vosk on another machine, by WebSocket, while the caller speaks.

Its protocol (https://alphacephei.com/vosk/server): a text message `{"config": {"sample_rate": …,
"phrase_list": […], "max_alternatives": …}}`, binary messages of samples, each answered by one text message
(`partial`, or a result at a pause), at last `{"eof": 1}`, answered by the last result. One server understands
one language.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from ivr.call import Hypothesis
from ivr.errors import RecognitionError
from ivr.settings import Asr
from ivr.speech.asr import servers
from ivr.speech.asr.base import RATE, Engine, Recognition, Request
from ivr.speech.asr.vosk import ALTERNATIVES, SILENCE, UNKNOWN, joined, weighed
from ivr.speech.asr.writing import spelled

_OPEN = 2.0  # seconds a connection may take, for the caller speaks already
_CHUNK = RATE * 2 // 5  # bytes of a message: 200 ms, for each is answered
_CLOSE = 0.2  # seconds the closing handshake may take; nothing depends on it


class VoskServerEngine(Engine):
    """The servers of `asr.vosk_servers`."""

    name: ClassVar[str] = "vosk_server"
    streams: ClassVar[bool] = True
    grammar: ClassVar[Literal["", "phrases", "jsgf"]] = "phrases"
    local: ClassVar[bool] = False
    n_best: ClassVar[bool] = True
    confidence: ClassVar[bool] = True

    def __init__(self, settings: Asr) -> None:
        super().__init__(settings)
        servers.checked(settings.vosk_servers, ("ws", "wss"), "vosk_servers", settings)

    @property
    def languages(self) -> Collection[str]:
        return self.settings.vosk_servers.keys()

    def open(self, language: str) -> None:
        servers.trusted(self.settings)

    def begin(self, request: Request) -> Recognition:
        return _VoskServerRecognition(
            self.settings, self.settings.vosk_servers[self.serves(request.language)], request
        )


class _VoskServerRecognition(Recognition):
    def __init__(self, settings: Asr, url: str, request: Request) -> None:
        self._url = url
        self._seconds = settings.deadline * servers.SHARE
        self._waiting = bytearray()
        self._parts: list[list[Hypothesis]] = []
        self._partial = ""
        self._open = ExitStack()
        config: dict[str, Any] = {"sample_rate": RATE, "max_alternatives": ALTERNATIVES}
        if request.phrases:
            config["phrase_list"] = [*spelled(request.phrases), UNKNOWN]
        with self._failures():
            self._socket = self._open.enter_context(
                connect(
                    url,
                    ssl=servers.trusted(settings) if urlsplit(url).scheme == "wss" else None,
                    additional_headers=servers.headers(settings),
                    open_timeout=_OPEN,
                    close_timeout=_CLOSE,
                    max_size=servers.MAX_ANSWER,
                    proxy=None,
                )
            )
            self._socket.send(json.dumps({"config": config}, ensure_ascii=False))

    def feed(self, samples: bytes) -> None:
        self._waiting += samples
        while len(self._waiting) >= _CHUNK:
            self._ask(bytes(self._waiting[:_CHUNK]))
            del self._waiting[:_CHUNK]

    def words(self) -> str:
        self._flush()
        said = [part[0].words for part in self._parts]
        return " ".join([*said, *(word for word in self._partial.split() if word != UNKNOWN)])

    def end(self) -> list[Hypothesis]:
        self._flush()
        self._ask(SILENCE)
        self._ask(json.dumps({"eof": 1}))
        self._open.close()
        return joined(self._parts)

    def drop(self) -> None:
        self._open.close()

    def _flush(self) -> None:
        if self._waiting:
            self._ask(bytes(self._waiting))
            self._waiting.clear()

    def _ask(self, message: str | bytes) -> None:
        with self._failures():
            self._socket.send(message)
            answer = servers.parsed(self._socket.recv(timeout=self._seconds), self._url)
        if isinstance(partial := answer.get("partial"), str):
            self._partial = partial
            return
        self._partial = ""
        if part := self._heard(answer):
            self._parts.append(part)

    def _heard(self, answer: dict[str, Any]) -> list[Hypothesis]:
        """A result in either of the forms that vosk has: with alternatives, or with a confidence a word."""
        try:
            if "alternatives" in answer:
                listed = servers.listed(answer, "alternatives", self._url)
                part = weighed([{**each, "confidence": _finite(each["confidence"])} for each in listed])
            else:
                known = [word for word in answer["text"].split() if word != UNKNOWN]
                sure = [_finite(each["conf"]) for each in answer.get("result", []) if each["word"] != UNKNOWN]
                part = [Hypothesis(" ".join(known), sum(sure) / len(sure) if sure else 1.0)] if known else []
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
            raise RecognitionError(f"{self._url} answered with a result that is none of vosk's") from None
        return part

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            self._open.close()
            raise RecognitionError(f"{self._url} took longer than {self._seconds:g} s") from None
        except (OSError, WebSocketException) as error:
            self._open.close()
            raise RecognitionError(f"{self._url} cannot be asked: {error}") from None


def _finite(value: Any) -> float:
    if not math.isfinite(value):
        raise ValueError("a confidence that is no number")
    return float(value)
