"""Receivers of webhooks for tests: real HTTP servers on loopback that keep what comes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gevent
from gevent.event import Event
from gevent.pywsgi import WSGIServer
from standardwebhooks import Webhook

Reply = tuple[int, dict[str, str], str]


@dataclass(frozen=True, slots=True)
class Post:
    """What came in."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def signed_by(self, *secrets: str) -> bool:
        """Whether each of these secrets believes it."""
        for secret in secrets:
            Webhook(secret).verify(self.body, dict(self.headers))
        return True


class Receiver:
    """Answers each post by `reply(post)`; posts are kept in `posts`."""

    def __init__(self, reply: Callable[[Post], Reply | int] | int = 200, port: int = 0) -> None:
        self.posts: list[Post] = []
        self.reply = reply
        self.came = Event()
        self.under_way = self.most = 0
        self._server = WSGIServer(("127.0.0.1", port), self._handle, log=None, error_log=None)
        self._server.start()
        self.port = int(self._server.server_port or 0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [post.id for post in self.posts]

    def wait(self, count: int, seconds: float = 20.0) -> list[Post]:
        """Until so many posts came. Raises TimeoutError."""
        with gevent.Timeout(seconds, TimeoutError(f"{len(self.posts)} of {count} posts came")):
            while len(self.posts) < count:
                self.came.clear()
                self.came.wait()
        return self.posts

    def stop(self) -> None:
        self._server.stop(timeout=0)

    def _handle(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        body = environ["wsgi.input"].read()
        names = {
            name[5:].replace("_", "-").lower(): value
            for name, value in environ.items()
            if name[:5] == "HTTP_"
        }
        post = Post(environ["PATH_INFO"], names, body)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            reply = self.reply(post) if callable(self.reply) else self.reply
        finally:
            self.under_way -= 1
        self.posts.append(post)
        self.came.set()
        status, headers, text = reply if isinstance(reply, tuple) else (reply, {}, "")
        start(f"{status} Said", [*headers.items(), ("Content-Length", str(len(text)))])
        return [text.encode()]
