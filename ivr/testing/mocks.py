"""What other systems answer in a case, and a list of what they were asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from ivr.testing.model import MockModel, Wanted

MAX_REQUESTS = 10_000


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. `body` is JSON text; `given` the input of a Python operation (`method`: `python`). A
    webhook that is waited for is one as well (`method`: `webhook`, and its key)."""

    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    mocked: bool = True

    def __str__(self) -> str:
        return f"{self.method} {readable(self.url)}"

    @property
    def json(self) -> Any:
        """The body as data; None where it is no JSON."""
        try:
            return None if self.body is None else json.loads(self.body)
        except ValueError:
            return None


def readable(url: str) -> str:
    """A URL as a person reads it and a mock may name it; as it is sent where that would not be the same."""
    plain = unquote(url)
    same = plain.isprintable() and plain == plain.strip() and not set(plain) & set("*%\ufffd")
    return plain if same else url


@dataclass
class Mocks:
    """The mocks of one case while it is played; a list answers one request after the other."""

    table: Sequence[tuple[Wanted, tuple[MockModel, ...]]]
    requests: list[Request] = field(default_factory=list)
    _used: Counter[int] = field(default_factory=Counter)

    def answer(self, method: str, url: str, **parts: Any) -> MockModel | None:
        """What a request brings, which is noted; None when nobody mocked it."""
        mock: MockModel | None = None
        for index, (wanted, answers) in enumerate(self.table):
            if wanted.fits(method, url):
                mock = answers[min(self._used[index], len(answers) - 1)]
                self._used[index] += 1
                break
        if len(self.requests) < MAX_REQUESTS:
            self.requests.append(Request(method, url, **parts, mocked=mock is not None))
        return mock


def body_of(mock: MockModel) -> str:
    """The body that a mock answers with."""
    if mock.text is not None:
        return mock.text
    if "json_" in mock.model_fields_set:
        return json.dumps(mock.json_, ensure_ascii=False)
    return ""


def data_of(mock: MockModel) -> Any:
    """What the webhook brings that a mock stands for."""
    return mock.text if mock.text is not None else mock.json_


def headers_of(mock: MockModel) -> dict[str, str]:
    """The headers that a mock answers with, names in lower case."""
    kind = "text/plain" if mock.text is not None else "application/json"
    given = {name.lower(): value for name, value in mock.headers.items()}
    return {"content-type": f"{kind}; charset=utf-8", **given}


def unmocked(request: Request) -> str:
    """What is said of a request that nobody mocked."""
    return f"{request} was asked for, and no mock answers it"
