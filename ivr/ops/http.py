"""A small HTTP server on the calls' own hub, for readers only: no body, no second request, no patience.

What measures the hub has to live on it; so whoever talks to it slowly, too much or not at all gets little
of it: a bounded number of connections, a deadline for the request and one for each piece of the answer.
"""

from __future__ import annotations

import errno
import hmac
import ipaddress
import json
import os
import socket
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import gevent
from gevent import pywsgi
from gevent import socket as green

from ivr.errors import IvoryError
from ivr.log import get
from ivr.settings import Ops

MAX_CONNECTIONS = 256
BACKLOG = 128
REQUEST_SECONDS = 2.0
"""In which a request must be there, whole."""
ANSWER_SECONDS = 5.0
"""In which a piece of the answer must be taken."""
SEND_BUFFER = 1 << 18
MAX_PORT = 65535
METHODS = ("GET", "HEAD")
REASONS = {
    200: "OK",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
JSON = "application/json; charset=utf-8"

log = get(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: bytes, or pieces as they come."""

    body: bytes | Iterable[bytes]
    status: int = 200
    kind: str = JSON


Route = Callable[[], Reply]


def as_json(content: Any, status: int = 200) -> Reply:
    """`content` as an answer."""
    return Reply(json.dumps(content, ensure_ascii=False).encode() + b"\n", status)


class Application:
    """The WSGI application: who may ask, what there is, and no fault that shows more than that there was one.

    Args:
        token: what requests must bring; empty: nothing.
    """

    def __init__(self, routes: Mapping[str, Route], token: str) -> None:
        self._routes, self._token = routes, token.encode()

    def __call__(self, environ: Mapping[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        reply = self._reply(environ)
        headers = [
            ("Content-Type", reply.kind),
            ("Connection", "close"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if reply.status == 405:
            headers.append(("Allow", ", ".join(METHODS)))
        if reply.status == 401:
            headers.append(("WWW-Authenticate", "Bearer"))
        if isinstance(reply.body, bytes):
            headers.append(("Content-Length", str(len(reply.body))))
        start(f"{reply.status} {REASONS[reply.status]}", headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return [reply.body] if isinstance(reply.body, bytes) else reply.body

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


class _Handler(pywsgi.WSGIHandler):
    """One connection, one request."""

    def handle(self) -> None:
        self.socket.settimeout(ANSWER_SECONDS)
        self._late = gevent.Timeout(REQUEST_SECONDS)
        self._late.start()
        try:
            super().handle()
        except gevent.Timeout as late:
            if late is not self._late:
                raise
        finally:
            self._late.close()

    def read_request(self, raw_requestline: str) -> Any:
        if not super().read_request(raw_requestline):
            return False
        if self.content_length or self.headers.get("Transfer-Encoding"):
            raise ValueError("a request with a body")
        self._late.close()
        self.close_connection = True
        return True

    def handle_error(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):  # it went away, or took nothing for too long
            self.close_connection = True
        else:
            super().handle_error(kind, error, trace)


class Server:
    """The server. Raises IvoryError when its address cannot be had."""

    def __init__(self, settings: Ops, routes: Mapping[str, Route]) -> None:
        self.listen = settings.listen
        self._socket = listener(settings.listen)
        self._server = pywsgi.WSGIServer(
            self._socket,
            Application(routes, settings.token.get_secret_value()),
            spawn=MAX_CONNECTIONS,
            log=None,
            error_log=None,
            handler_class=_Handler,
            environ={"SERVER_NAME": "ivory"},  # or it would look for the machine's name in the DNS
        )
        self._server.start()

    @property
    def port(self) -> int:
        """The port it listens on; 0 on a UNIX socket."""
        return int(self._server.server_port or 0)

    def stop(self) -> None:
        """Close, and let go of all connections."""
        self._server.stop(timeout=0)
        if self.listen.startswith("unix:"):
            Path(self.listen.removeprefix("unix:")).unlink(missing_ok=True)


def listener(listen: str) -> green.socket:
    """A listening socket for `host:port`, `[::1]:port` or `unix:/path`. Raises IvoryError."""
    try:
        return _unix(listen.removeprefix("unix:")) if listen.startswith("unix:") else _tcp(listen)
    except OSError as error:
        why = "somebody listens there already" if error.errno == errno.EADDRINUSE else error.strerror
        raise IvoryError(
            f"nothing can listen on {listen}: {why}", hint="see ops.listen; empty switches it off"
        ) from None


def _tcp(listen: str) -> green.socket:
    host, _, port = listen.rpartition(":")
    if int(port) > MAX_PORT:  # it would be taken for another
        raise OSError(errno.EINVAL, f"{port} is no port")
    family, kind, protocol, _, address = green.getaddrinfo(
        host.strip("[]"), int(port), type=socket.SOCK_STREAM
    )[0]
    made = green.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        made.bind(address)
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    return made


def _unix(path: str) -> green.socket:
    made = green.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if _is_left_over(path):
            os.unlink(path)
        made.bind(path)
        os.chmod(path, 0o600)  # nobody can connect before it listens
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    return made


def _is_left_over(path: str) -> bool:
    """Whether it is the socket of a process that was killed."""
    try:
        if not stat.S_ISSOCK(os.stat(path).st_mode):
            return False
    except FileNotFoundError:
        return False
    with green.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return bool(probe.connect_ex(path) == errno.ECONNREFUSED)
