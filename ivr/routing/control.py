"""The door for orders: JSON over HTTP on a UNIX socket that only the worker's own user may open.

`POST /orders` with `{"order": "agent.ready", "by": "cli:alice", "arguments": {"agent": "1001"}}` is answered
with what the order gives back, or with an error's message, hint and code. `GET /orders` lists what there is.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import gevent

from ivr import http_server
from ivr.errors import IvoryError
from ivr.http_server import Reply, as_json, send
from ivr.log import get
from ivr.routing.orders import TABLE, Orders

log = get(__name__)

MAX_BODY = 1 << 16
MAX_BY = 100
PORTION = 100
SPELL = 0.005
"""Entries of an answer, and seconds, that are written down at once."""
BREATH = 0.0001
"""Seconds between two portions. After 0 gevent goes on at once, and looks at sockets and clocks only every
50th time, so that calls would wait for most of the answer."""


class Control:
    """The server.

    Args:
        path: of the socket; an empty one: there is none.
        orders: what does them.
    """

    def __init__(self, path: Path | str, orders: Orders) -> None:
        self._path, self._orders = str(path), orders
        self._server: http_server.Server | None = None

    def start(self) -> None:
        """Listen. Calls are served whether or not somebody can give orders: an address that cannot be had is
        logged."""
        if not self._path:
            return
        path = Path(self._path).expanduser().absolute()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._server = http_server.Server(f"unix:{path}", self._application, "acd.control", MAX_BODY)
        except (IvoryError, OSError) as error:
            log.error("orders cannot be given", error=str(error))  # noqa: TRY400 - a trace tells no more
        else:
            log.info("orders are taken", at=str(path))

    def stop(self) -> None:
        """Take no more orders."""
        if self._server is not None:
            self._server.stop()

    def _application(self, environ: Mapping[str, Any], start: http_server.Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/orders":
            reply = as_json({"error": {"message": "there is nothing here but /orders"}}, 404)
        elif environ["REQUEST_METHOD"] == "GET":
            reply = as_json({name: order.words for name, order in TABLE.items()})
        elif environ["REQUEST_METHOD"] != "POST":
            reply = as_json({"error": {"message": "only GET and POST are answered"}}, 405)
        else:
            reply = self._order(environ["wsgi.input"].read())
        return send(reply, environ, start, {"Allow": "GET, POST"} if reply.status == 405 else None)

    def _order(self, body: bytes) -> Reply:
        try:
            asked = json.loads(body)
            name, by, given = asked["order"], asked.get("by", ""), asked.get("arguments", {})
            fits = isinstance(name, str) and isinstance(by, str) and isinstance(given, dict)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            fits = False
        if not fits:
            hint = 'write {"order": "…", "by": "…", "arguments": {…}}'
            return _refused(IvoryError("this is no order", hint=hint), 400)
        try:
            answer = self._orders.give(name, by[:MAX_BY], given)
            return Reply(_pieces(answer)) if any(map(_large, answer.values())) else as_json(dict(answer))
        except IvoryError as error:
            return _refused(error, 409)
        except Exception:
            log.exception("order failed", order=name, by=by)
            return _refused(IvoryError("it failed", hint="the worker's log says why"), 500)


def _pieces(answer: Mapping[str, Any]) -> Iterator[bytes]:
    """An answer as JSON: large mappings, and those that are made as they are read, in portions. Calls have
    their turn between two of them."""
    start = "{"
    for name, value in answer.items():
        head = f"{start}{json.dumps(name)}: "
        if _large(value):
            yield f"{head}{{".encode()
            entries, comma = iter(value.items()), ""
            while portion := _portion(entries):
                yield f"{comma}{json.dumps(portion, ensure_ascii=False)[1:-1]}".encode()
                gevent.sleep(BREATH)
                comma = ", "
            yield b"}"
        else:
            yield f"{head}{json.dumps(value, ensure_ascii=False)}".encode()
        start = ", "
    yield b"}\n"


def _portion(entries: Iterator[tuple[str, Any]]) -> dict[str, Any]:
    portion, until = {}, time.monotonic() + SPELL
    for name, entry in islice(entries, PORTION):
        portion[name] = entry
        if time.monotonic() > until:
            break
    return portion


def _large(value: object) -> bool:
    return isinstance(value, Mapping) and (len(value) > PORTION or not isinstance(value, dict))


def _refused(error: IvoryError, status: int) -> Reply:
    told = {"message": error.message, "hint": error.hint, "code": error.code}
    return as_json({"error": told}, status)
