"""Speech and HTTP as calls use them, with a meter on each."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ivr.call import Speech
from ivr.errors import FetchError
from ivr.esl.sounds import Rendering, Voice
from ivr.http_client import Client, Response
from ivr.ops.bounded import OTHER
from ivr.ops.metrics import Metrics
from ivr.settings import Http


class MeteredVoice:
    """A voice that counts what was there already, and how long calls stood in silence for the rest."""

    def __init__(self, voice: Voice, metrics: Metrics) -> None:
        self._voice, self._metrics = voice, metrics

    def request(self, speech: Speech) -> Rendering:
        rendering = self._voice.request(speech)
        self._metrics.spoken(ready=rendering.ready)
        return rendering if rendering.ready else _Awaited(rendering, self._metrics.waited)


class _Awaited:
    """A sentence that is being made."""

    def __init__(self, rendering: Rendering, waited: Callable[[float], None]) -> None:
        self._rendering, self._waited = rendering, waited

    @property
    def ready(self) -> bool:
        return self._rendering.ready

    def wait(self, timeout: float) -> Path | None:
        began = time.monotonic()
        try:
            return self._rendering.wait(timeout)
        finally:
            self._waited(time.monotonic() - began)


class MeteredClient(Client):
    """Flows' HTTP, timed by system and by what came of it: `2xx` …, or why nothing did."""

    def __init__(self, options: Http, metrics: Metrics) -> None:
        super().__init__(options)
        self._services = options.services
        self._metrics = metrics

    def fetch(self, method: str, url: str, **parts: Any) -> Response:
        began, result = time.monotonic(), "error"
        try:
            response = super().fetch(method, url, **parts)
            result = f"{response.status // 100}xx"
        except FetchError as error:
            result = error.reason
            raise
        else:
            return response
        finally:
            name = url.partition(":")[0]
            self._metrics.fetched(name if name in self._services else OTHER, result, time.monotonic() - began)
