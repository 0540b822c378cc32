"""The door for orders: JSON over HTTP on a UNIX socket that only the worker's own user may open.

`POST /orders` with `{"order": "agent.ready", "by": "cli:alice", "arguments": {"agent": "1001"}}` is answered
with what the order gives back, or with an error's message, hint and code, and the `field` that is wrong where
an argument names what there is not. `GET /orders` lists what there is.
What else a worker tells (`/calls`, `/acd/stream` …) can be read here, too, whatever `ops.listen` says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ivr import http_server
from ivr.errors import Invalid, IvoryError
from ivr.http_server import Reply, as_json, send
from ivr.log import get
from ivr.portions import large, pieces
from ivr.routing.orders import TABLE, Orders

log = get(__name__)

MAX_BODY = 1 << 16
MAX_BY = 100


class Control:
    """The server.

    Args:
        path: of the socket; an empty one: there is none.
        orders: what does them.

    Attributes:
        routes: what else is answered here, by path; only read.
    """

    def __init__(self, path: Path | str, orders: Orders) -> None:
        self._path, self._orders = str(path), orders
        self.routes: dict[str, Callable[[], Reply]] = {}
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
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path in self.routes:
            reply = self._told(path) if method == "GET" else _only("only GET is answered here")
        elif path != "/orders":
            there = ", ".join(["/orders", *sorted(self.routes)])
            reply = as_json({"error": {"message": f"there is nothing here but {there}"}}, 404)
        elif method == "GET":
            reply = as_json({name: order.words for name, order in TABLE.items()})
        elif method != "POST":
            reply = _only("only GET and POST are answered")
        else:
            reply = self._order(environ["wsgi.input"].read())
        return send(reply, environ, start, {"Allow": "GET, POST"} if reply.status == 405 else None)

    def _told(self, path: str) -> Reply:
        try:
            return self.routes[path]()
        except Exception:
            log.exception("request failed", path=path)
            return _refused(IvoryError("it failed", hint="the worker's log says why"), 500)

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
            return Reply(pieces(answer)) if any(map(large, answer.values())) else as_json(dict(answer))
        except IvoryError as error:
            return _refused(error, 409)
        except Exception:
            log.exception("order failed", order=name, by=by)
            return _refused(IvoryError("it failed", hint="the worker's log says why"), 500)


def _refused(error: IvoryError, status: int) -> Reply:
    told = {"message": error.message, "hint": error.hint, "code": error.code}
    if isinstance(error, Invalid):
        told["field"] = error.field
    return as_json({"error": told}, status)


def _only(message: str) -> Reply:
    return as_json({"error": {"message": message}}, 405)
