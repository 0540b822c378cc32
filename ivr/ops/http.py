"""What `ops.listen` answers: readers only, no body, and nobody who has not shown the token."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ivr import http_server
from ivr.http_server import Reply, as_json, send
from ivr.log import get
from ivr.settings import Ops

__all__ = ["Application", "Reply", "Server", "as_json"]

METHODS = ("GET", "HEAD")

log = get(__name__)

Route = Callable[[], Reply]


class Application:
    """The WSGI application: who may ask, what there is, and no fault that shows more than that there was one.

    Args:
        token: what requests must bring; empty: nothing.
    """

    def __init__(self, routes: Mapping[str, Route], token: str) -> None:
        self._routes, self._token = routes, token.encode()

    def __call__(self, environ: Mapping[str, Any], start: http_server.Start) -> Iterable[bytes]:
        reply = self._reply(environ)
        more = {405: {"Allow": ", ".join(METHODS)}, 401: {"WWW-Authenticate": "Bearer"}}
        return send(reply, environ, start, more.get(reply.status))

    def _reply(self, environ: Mapping[str, Any]) -> Reply:
        if environ["REQUEST_METHOD"] not in METHODS:
            return as_json({"error": "only GET and HEAD are answered"}, 405)
        if self._token:
            given = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
            if not hmac.compare_digest(given, b"Bearer " + self._token):
                return as_json({"error": "the bearer token of ops.token is needed"}, 401)
        elif not _is_own_name(environ.get("HTTP_HOST", "")):
            # A page in a browser on this machine may ask under a name of its own that leads here.
            return as_json({"error": "without a token, ask by address or as localhost"}, 403)
        route = self._routes.get(environ["PATH_INFO"])
        if route is None:
            return as_json({"error": "there is nothing here", "paths": sorted(self._routes)}, 404)
        try:
            return route()
        except Exception:
            log.exception("ops request failed", path=environ["PATH_INFO"])
            return as_json({"error": "it failed; see the log"}, 500)


def _is_own_name(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
        return not name or name == "localhost" or bool(ipaddress.ip_address(name))
    except ValueError:
        return False


class Server(http_server.Server):
    """The server. Raises IvoryError when its address cannot be had."""

    def __init__(self, settings: Ops, routes: Mapping[str, Route]) -> None:
        application = Application(routes, settings.token.get_secret_value())
        super().__init__(settings.listen, application, "ops.listen")
