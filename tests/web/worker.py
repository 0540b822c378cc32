"""A worker for the web process to talk to: a real control socket, and answers that a test has written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from ivr import http_server
from ivr.errors import Invalid, IvoryError
from ivr.http_server import as_json, send

Answer = Callable[[dict[str, Any]], dict[str, Any]]


class Worker:
    """Takes orders at a socket, and remembers them."""

    def __init__(self, path: Path) -> None:
        self.orders: list[tuple[str, str, dict[str, Any]]] = []
        self.answers: dict[str, Answer] = {}
        self._server = http_server.Server(f"unix:{path}", self._application, "worker", 1 << 16)

    def close(self) -> None:
        """Take no more orders."""
        self._server.stop()

    def _application(self, environ: Mapping[str, Any], start: http_server.Start) -> Iterable[bytes]:
        body: IO[bytes] = environ["wsgi.input"]
        asked = json.loads(body.read())
        name, given = asked["order"], asked["arguments"]
        self.orders.append((name, asked["by"], given))
        try:
            answer = self.answers.get(name)
            reply = as_json(answer(given) if answer else {})
        except IvoryError as error:
            told = {"message": error.message, "hint": error.hint, "code": error.code}
            if isinstance(error, Invalid):
                told["field"] = error.field
            reply = as_json({"error": told}, 409)
        return send(reply, environ, start)
