"""Mocks over real HTTP, for calls in real time: a small server on this machine, and services that ask it.

What a flow asks for goes through the same client as ever, time-outs and retries included, only to another
address: the one it wanted is in the path. Needs gevent's patches.
"""

from __future__ import annotations

import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import gevent

from ivr.call import Call
from ivr.errors import FetchError, IvoryError
from ivr.http_client import Client, Response
from ivr.runtime.ports import Notification, Rating
from ivr.runtime.services import RealServices
from ivr.settings import Http
from ivr.testing.case import Case
from ivr.testing.mocks import Mocks, body_of, data_of, headers_of
from ivr.testing.model import WEBHOOK
from ivr.testing.people import ScriptedAgents, ScriptedCallbacks, ScriptedDirectory
from ivr.testing.queues import ScriptedQueues

SERVICE = "tested"  # the name by which the client knows the server
FOREVER = 150.0  # seconds that a request lasts which is to time out; no operation waits longer than 120
_OWN = ("host", "connection", "accept-encoding", "content-length")


class MockServer:
    """Answers for the systems that flows ask. Starts when entered."""

    def __init__(self) -> None:
        self._cases: dict[str, Mocks] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                server._serve(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 the names http.server calls

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    def __enter__(self) -> MockServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def register(self, mocks: Mocks) -> str:
        """Answer with these mocks at the address that is returned."""
        token = secrets.token_urlsafe(8)
        self._cases[token] = mocks
        return f"http://127.0.0.1:{self._server.server_port}/{token}"

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        _, token, wanted = parts.path.split("/", 2)
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        url = urlsafe_b64decode(wanted).decode()
        mock = self._cases[token].answer(
            request.command,
            url,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name: value for name, value in request.headers.items() if name.lower() not in _OWN},
            body=body.decode() if body else None,
        )
        request.close_connection = True
        if mock is not None:
            gevent.sleep(FOREVER if mock.error == "timeout" else mock.delay)
        if mock is None or mock.error:
            return  # nobody answers
        content = body_of(mock).encode()
        try:
            request.send_response_only(mock.status)
            for name, value in headers_of(mock).items():
                request.send_header(name, value)
            request.send_header("Content-Length", str(len(content)))
            request.end_headers()
            request.wfile.write(content)
        except OSError:
            return  # it has waited long enough


class Services(RealServices):
    """The services of one case that is played in real time."""

    def __init__(self, address: str, mocks: Mocks, case: Case, queues: ScriptedQueues) -> None:
        self.promised = ScriptedCallbacks(case.allow, queues)
        self.ordered = ScriptedAgents(case.agents, case.codes)
        self.ratings: dict[str, Any] = {}
        self.notified: dict[str, Mapping[str, Any]] = {}
        super().__init__(
            Client(Http(services={SERVICE: address})),
            ScriptedDirectory(case.caller),
            queues,
            self.promised,
            self.ordered,
            self._keep,
            notified=self._told,
        )
        self._mocks = mocks
        self.calendars.update(case.calendars)

    def _keep(self, rating: Rating) -> None:
        self.ratings[rating.item] = rating.recording if rating.score is None else rating.score

    def _told(self, notification: Notification) -> None:
        self.notified[notification.event] = notification.values

    def fetch(self, method: str, url: str, *, deadline: float, **parts: Any) -> Response:
        before = len(self._mocks.requests)
        to = f"{SERVICE}:/{urlsafe_b64encode(url.encode()).decode()}"
        try:
            return super().fetch(method, to, deadline=deadline, **parts)
        except FetchError:
            if any(not request.mocked for request in self._mocks.requests[before:]):
                raise FetchError(f"no mock answers {method} {url}", reason="refused") from None
            raise

    def awaits(self, call: Call, key: str, came: Callable[[Any], None]) -> None:
        """Bring the webhook that a mock has, when its delay is over; one with an error never comes."""
        mock = self._mocks.answer(WEBHOOK, key)
        if mock is not None and not mock.error:
            gevent.spawn_later(mock.delay, came, data_of(mock))

    def operation(self, name: str) -> Callable[..., Any]:
        """A Python operation that is never run."""

        def operation(**given: Any) -> Any:
            mock = self._mocks.answer("python", name, given=given)
            if mock is None:
                raise IvoryError(f"no mock answers python {name}")
            gevent.sleep(mock.delay)
            if mock.error:
                raise IvoryError(mock.error)
            return mock.result

        return operation
