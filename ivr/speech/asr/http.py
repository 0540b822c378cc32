"""Any recogniser that takes an utterance by HTTP: a few lines in front of a cloud's or of one's own.

One POST of `multipart/form-data` for each utterance, when it is over: the part `request` is JSON,
`{"language": "en-US", "phrases": ["billing", …], "rate": 8000}`, the part `audio` a WAV file, 16 bit, mono.
The answer is JSON: `{"hypotheses": [{"words": "billing", "confidence": 0.93}, …]}`, the likeliest first, an
empty list for noise.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection
from typing import ClassVar, Literal

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from ivr.call import Hypothesis
from ivr.errors import RecognitionError
from ivr.settings import Asr
from ivr.speech import audio
from ivr.speech.asr import servers
from ivr.speech.asr.base import RATE, Engine, Recognition, Request

_CHUNK = 16 << 10  # bytes of an answer that are read at once, at most


class HttpEngine(Engine):
    """The services of `asr.http_servers`."""

    name: ClassVar[str] = "http"
    grammar: ClassVar[Literal["", "phrases", "jsgf"]] = "phrases"
    local: ClassVar[bool] = False
    n_best: ClassVar[bool] = True
    confidence: ClassVar[bool] = True

    def __init__(self, settings: Asr) -> None:
        super().__init__(settings)
        servers.checked(settings.http_servers, ("http", "https"), "http_servers", settings)

    @property
    def languages(self) -> Collection[str]:
        return self.settings.http_servers.keys()

    def open(self, language: str) -> None:
        servers.trusted(self.settings)

    def begin(self, request: Request) -> Recognition:
        return _HttpRecognition(
            self.settings, self.settings.http_servers[self.serves(request.language)], request
        )


class _HttpRecognition(Recognition):
    def __init__(self, settings: Asr, url: str, request: Request) -> None:
        self._settings, self._url, self._request = settings, url, request
        self._samples = bytearray()

    def feed(self, samples: bytes) -> None:
        self._samples += samples

    def end(self) -> list[Hypothesis]:
        request = {"language": self._request.language, "phrases": self._request.phrases, "rate": RATE}
        wav = audio.header(len(self._samples) // audio.WIDTH) + self._samples
        answer = self._answer(json.dumps(request, ensure_ascii=False), bytes(wav))
        entries = servers.listed(servers.parsed(answer, self._url), "hypotheses", self._url)
        return [servers.hypothesis(entry, self._url) for entry in entries]

    def _answer(self, request: str, wav: bytes) -> bytes:
        seconds = self._settings.deadline * servers.SHARE
        until = time.monotonic() + seconds
        try:
            with requests.post(
                self._url,
                files={
                    "request": ("request.json", request.encode(), "application/json"),
                    "audio": ("utterance.wav", wav, "audio/wav"),
                },
                headers={"Accept-Encoding": "identity", **servers.headers(self._settings)},
                timeout=seconds,
                verify=self._settings.ca_file or True,
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != requests.codes.ok:
                    raise RecognitionError(f"{self._url} answered with status {response.status_code}")
                answer = bytearray()
                while chunk := response.raw.read1(_CHUNK, decode_content=False):
                    answer += chunk
                    if len(answer) > servers.MAX_ANSWER:
                        raise RecognitionError(
                            f"{self._url} answered with more than {servers.MAX_ANSWER} bytes"
                        )
                    if time.monotonic() > until:
                        raise RecognitionError(f"{self._url} took longer than {seconds:g} s")
        except (requests.Timeout, ReadTimeoutError):
            raise RecognitionError(f"{self._url} took longer than {seconds:g} s") from None
        except (requests.RequestException, HTTPError) as error:
            raise RecognitionError(f"{self._url} cannot be asked: {error}") from None
        return bytes(answer)
