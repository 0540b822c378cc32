"""The worker's HTTP side for a FreeSWITCH on another host: it sends sounds and takes recordings.

It runs on the calls' hub, so everything has a bound: connections, the time a request's head and body may
take, sizes. Disk work is done in threads. Nothing it logs holds a URL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final

import gevent
from gevent import socket
from gevent.pool import Pool
from gevent.pywsgi import Input, WSGIHandler, WSGIServer
from gevent.threadpool import ThreadPool

from ivr import log
from ivr.errors import IvoryError, SettingsError
from ivr.files.inbox import Inbox, Refused
from ivr.files.links import CHECK, RECORDINGS, Link, Links
from ivr.files.shelf import MAX_BYTES, Shelf

MAX_CONNECTIONS: Final = 64
HEAD_SECONDS: Final = 5.0  # in which a request's head must be here
BODY_SECONDS: Final = 20.0  # for a request's body and its answer, and beside that its size at…
SLOWEST: Final = 32 << 10  # …bytes a second
CHUNK: Final = 256 << 10
FOR_EVER: Final = "public, max-age=31536000, immutable"
EMPTY: Final = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\0\0\0\0"
_TYPES: Final = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".ogg": "audio/ogg"}

StartResponse = Callable[[str, list[tuple[str, str]]], object]

_log = log.get(__name__)


def listener(listen: str) -> tuple[str, int]:
    """The address in `files.listen`: `10.0.0.5:8089`, `[::1]:8089`. Raises SettingsError."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise SettingsError(f'files.listen "{listen}" is not HOST:PORT', hint="write 10.0.0.5:8089")
    return host.strip("[]"), int(port)


class Server:
    """Serves links.

    Attributes:
        totals: answers by status code, and `late`: connections that were cut off for being slow.
    """

    def __init__(self, address: tuple[str, int], links: Links, shelf: Shelf, inbox: Inbox, pool: ThreadPool):
        self.totals: Counter[str] = Counter()
        self._links = links
        self._shelf = shelf
        self._inbox = inbox
        self._disk = pool
        self._address = address
        self._server: WSGIServer | None = None

    def start(self) -> int:
        """Listen; returns the port. Raises IvoryError when the address cannot be used."""
        host, port = self._address
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            line = socket.create_server(self._address, family=family, backlog=MAX_CONNECTIONS)
        except OSError as error:
            raise IvoryError(
                f"nobody can listen on {host}:{port}: {error.strerror or error}", hint="see files.listen"
            ) from None
        self._server = WSGIServer(
            line,
            self._answer,
            spawn=Pool(MAX_CONNECTIONS),
            log=None,
            error_log=None,  # it would write URLs; what goes wrong is counted, or logged by `_Handler`
            handler_class=_Handler,
            environ={"SERVER_NAME": host, "ivr.totals": self.totals},  # a name that is given is not looked up
        )
        self._server.start()
        return self.port

    @property
    def port(self) -> int:
        """The port it listens on; 0 before the start."""
        return int(self._server.server_port or 0) if self._server else 0

    def stop(self) -> None:
        """Close it; requests that run have a second."""
        if self._server is not None:
            self._server.stop(timeout=1.0)

    def _answer(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """The WSGI application. Answers and never raises: what is raised would be printed, URL and all."""
        method = environ["REQUEST_METHOD"]
        link = None if environ["QUERY_STRING"] else self._links.read(environ["PATH_INFO"])
        try:
            if link is None:
                raise Refused("404 Not Found")  # noqa: TRY301
            if link.kind == RECORDINGS:
                return self._take(method, link, environ, start)
            if link.kind == CHECK:
                return self._plain("200 OK", start, EMPTY)
            return self._send(method, link, environ, start)
        except Refused as refusal:
            status = refusal.status
            if refusal.__cause__ is not None:
                _log.error("delivery refused", what=str(link), status=status, error=str(refusal.__cause__))
        except Exception:
            status = "500 Internal Server Error"
            _log.exception("request failed", what=str(link))
        return self._plain(status, start)

    def _take(
        self, method: str, link: Link, environ: dict[str, Any], start: StartResponse
    ) -> Iterable[bytes]:
        if method != "PUT":
            raise Refused("405 Method Not Allowed")
        length = None if "HTTP_TRANSFER_ENCODING" in environ else environ.get("CONTENT_LENGTH")
        body = environ["wsgi.input"]
        self._inbox.receive(link.name, None if length is None else int(length), body.read)
        return self._plain("201 Created", start)

    def _send(
        self, method: str, link: Link, environ: dict[str, Any], start: StartResponse
    ) -> Iterable[bytes]:
        if method not in ("GET", "HEAD"):
            raise Refused("405 Method Not Allowed")
        opened = self._disk.apply(self._open, (link,))
        if opened is None:
            raise Refused("404 Not Found")
        file, size = opened
        tag = f'"{link.name.partition("/")[0].partition(".")[0]}"'
        headers = [("ETag", tag), ("Cache-Control", FOR_EVER), ("Connection", "close")]
        if environ.get("HTTP_IF_NONE_MATCH") == tag or method == "HEAD":
            file.close()
        if environ.get("HTTP_IF_NONE_MATCH") == tag:
            self.totals["304"] += 1
            start("304 Not Modified", headers)
            return []
        kind = _TYPES.get(Path(link.name).suffix.lower(), "application/octet-stream")
        start("200 OK", [*headers, ("Content-Type", kind), ("Content-Length", str(size))])
        self.totals["200"] += 1
        return [] if method == "HEAD" else _Blocks(file, size, self._disk)

    def _open(self, link: Link) -> tuple[IO[bytes], int] | None:
        path = self._shelf.find(link)
        if path is None:
            return None
        try:
            file = path.open("rb")
        except OSError:
            return None
        size = file.seek(0, 2)
        file.seek(0)
        if size > MAX_BYTES:
            file.close()
            return None
        return file, size

    def _plain(self, status: str, start: StartResponse, content: bytes = b"") -> Iterable[bytes]:
        self.totals[status[:3]] += 1
        headers = [
            ("Content-Type", "application/octet-stream"),
            ("Content-Length", str(len(content))),
            ("Connection", "close"),
        ]
        if status.startswith("405"):
            headers.append(("Allow", "GET, HEAD, PUT"))
        start(status, headers)
        return [content]


class _Blocks:
    """A file's content; pywsgi calls `close`."""

    def __init__(self, file: IO[bytes], size: int, pool: ThreadPool) -> None:
        self._file, self._left, self._pool = file, size, pool

    def __iter__(self) -> Iterator[bytes]:
        while self._left and (block := self._pool.apply(self._file.read, (min(CHUNK, self._left),))):
            self._left -= len(block)
            yield block

    def close(self) -> None:
        self._file.close()


class _Body(Input):
    """A request's body. What the application left of it is not read: it may be large, or never come."""

    def _discard(self) -> None:
        return


class _Handler(WSGIHandler):
    """One request a connection, each part of it in its time: who sends a byte a second holds no place."""

    _clock: gevent.Timeout | None = None

    def handle(self) -> None:
        self._allow(HEAD_SECONDS)
        try:
            super().handle()
        except gevent.Timeout as timeout:
            if timeout is not self._clock:
                raise
            self._count("late")
        finally:
            self._allow(None)

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        body: Input = environ["wsgi.input"]
        self.wsgi_input = _Body(body.rfile, body.content_length, body.socket, body.chunked_input)
        environ["wsgi.input"] = self.wsgi_input
        return environ

    def handle_one_response(self) -> None:
        self.close_connection = True
        self._allow(BODY_SECONDS + (self.content_length or 0) / SLOWEST)
        super().handle_one_response()

    def handle_error(self, kind: Any, error: Any, trace: Any) -> None:
        self.close_connection = True
        if error is self._clock:
            self._count("late")
        else:
            # The answer broke off on its way out: there is nothing left to say to the other side.
            _log.warning("answer broke off", error=repr(error))

    def _allow(self, seconds: float | None) -> None:
        if self._clock is not None:
            self._clock.close()
        self._clock = None if seconds is None else gevent.Timeout.start_new(seconds)

    def _count(self, what: str) -> None:
        self.server.environ["ivr.totals"][what] += 1
