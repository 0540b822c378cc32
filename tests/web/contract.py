"""A browser, or a program, that holds each answer of the API against the document: whatever a test asks, the
status, the type, the headers and the content that come back must be told there."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from ivr.web.api import RESOURCES
from ivr.web.api.openapi import document

TOLD: Final = ("ETag", "Location", "Retry-After", "WWW-Authenticate", "Idempotent-Replayed")
BROKEN: Final = 500
"""A fault of ours is told nowhere; the test that meets one has its own opinion of it."""


@cache
def written() -> dict[str, Any]:
    """The document."""
    return document(RESOURCES)


@cache
def _operations() -> dict[str, dict[str, Any]]:
    return {one["operationId"]: one for path in written()["paths"].values() for one in path.values()}


@cache
def _validator(operation: str, status: str, kind: str) -> Draft202012Validator:
    schema = _operations()[operation]["responses"][status]["content"][kind]["schema"]
    return Draft202012Validator({**schema, "components": written()["components"]})


class Reader(FlaskClient):
    """Asks, and compares."""

    def open(self, *args: Any, **how: Any) -> TestResponse:
        answer = super().open(*args, **how)
        asked = answer.request
        adapter = self.application.url_map.bind("localhost")
        if asked.path.startswith("/api/v1/") and adapter.test(asked.path, asked.method):
            endpoint, _ = adapter.match(asked.path, asked.method)
            _compare(str(endpoint).removeprefix("api."), answer, f"{asked.method} {asked.path}")
        return answer


def _compare(operation: str, answer: TestResponse, asked: str) -> None:
    if operation not in _operations() or answer.status_code == BROKEN:
        return
    told = _operations()[operation]["responses"]
    status = str(answer.status_code)
    assert status in told, f"{asked} answers {status}, of which nothing is told: {answer.get_data()!r}"
    unknown = {name for name in TOLD if name in answer.headers} - told[status].get("headers", {}).keys()
    assert not unknown, f"{asked} answers {status} with {unknown}, of which nothing is told"
    if answer.status_code in (204, 304):
        return
    assert answer.mimetype in told[status]["content"], f"{asked} answers {status} with {answer.mimetype}"
    if str(answer.mimetype).endswith("json") and not answer.is_streamed:
        wrong = [
            error.message for error in _validator(operation, status, answer.mimetype).iter_errors(answer.json)
        ]
        assert not wrong, f"{asked} answers {status} with what is not told: {wrong[0][:500]}"
