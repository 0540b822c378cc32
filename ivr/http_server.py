"""A small HTTP server on the calls' own hub: one request a connection, little of everything, no patience.

Whoever talks to it slowly, too much or not at all gets little of the hub, which is the calls': a bounded
number of connections, a deadline for the request, one for each piece of the answer, a bound for its body.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any

import gevent
from gevent import pywsgi
from gevent import socket as green

from ivr.errors import IvoryError

MAX_CONNECTIONS = 256
BACKLOG = 128
REQUEST_SECONDS = 2.0
"""In which a request must be there, whole."""
ANSWER_SECONDS = 5.0
"""In which a piece of the answer must be taken."""
SEND_BUFFER = 1 << 18
MAX_PORT = 65535
REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
JSON = "application/json; charset=utf-8"

Start = Callable[..., Any]
Application = Callable[[Mapping[str, Any], Start], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: bytes, or pieces as they come."""

    body: bytes | Iterable[bytes]
    status: int = 200
    kind: str = JSON


def as_json(content: Any, status: int = 200) -> Reply:
    """`content` as an answer."""
    return Reply(json.dumps(content, ensure_ascii=False).encode() + b"\n", status)


def send(
    reply: Reply, environ: Mapping[str, Any], start: Start, more: Mapping[str, str] | None = None
) -> Iterable[bytes]:
    """Answer a request as WSGI has it; `more` are headers beside the usual ones."""
    headers = [
        ("Content-Type", reply.kind),
        ("Connection", "close"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        *(more or {}).items(),
    ]
    if isinstance(reply.body, bytes):
        headers.append(("Content-Length", str(len(reply.body))))
    start(f"{reply.status} {REASONS[reply.status]}", headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [reply.body] if isinstance(reply.body, bytes) else reply.body


class _Handler(pywsgi.WSGIHandler):
    """One connection, one request."""

    max_body = 0

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
        length = self.content_length or 0
        if length > self.max_body or self.headers.get("Transfer-Encoding"):
            raise ValueError("a request with a larger body than there may be")
        if length:  # read here, while the deadline for the request runs
            body = self.rfile.read(length)
            if len(body) < length:
                raise ValueError("a request that breaks off")
            self.rfile = BufferedReader(BytesIO(body))
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
    """A server that listens and answers.

    Args:
        listen: `host:port`, `[::1]:port` or `unix:/path`.
        application: what answers, as WSGI has it.
        setting: the one that says where, for messages.
        max_body: bytes that a request may bring.

    Raises:
        IvoryError: the address cannot be had.
    """

    def __init__(self, listen: str, application: Application, setting: str, max_body: int = 0) -> None:
        self.listen = listen
        self._server = pywsgi.WSGIServer(
            listener(listen, setting),
            application,
            spawn=MAX_CONNECTIONS,
            log=None,
            error_log=None,
            handler_class=type("_Handler", (_Handler,), {"max_body": max_body}),
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


def listener(listen: str, setting: str) -> green.socket:
    """A listening socket for `host:port`, `[::1]:port` or `unix:/path`. Raises IvoryError."""
    try:
        return _unix(listen.removeprefix("unix:")) if listen.startswith("unix:") else _tcp(listen)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "somebody listens there already" if taken else error.strerror or str(error)
        raise IvoryError(
            f"nothing can listen on {listen}: {why}", hint=f"see {setting}; empty switches it off"
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
