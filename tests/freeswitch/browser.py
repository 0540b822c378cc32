"""Somebody with a browser, without the browser: signs in with a name and a password, keeps the cookie, asks
the API as pages do, and telephones over the page's WebSocket.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

import gevent
import requests
import simple_websocket

from ivr.phone.line import Account, Line, Told
from ivr.voip import messages
from ivr.voip.messages import Gone
from tests.phone_lines import Somebody

PATIENCE = 15.0
PASSWORD = "nobody guesses this one"
_CSRF = re.compile(r'name="csrf[-_]token" (?:content|value)="([^"]+)"')
_EVENTS = {"registered", "unregistered", "ringing", "early", "answered", "incoming", "key", "ended", "gone"}


class Browser:
    """One browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._token = ""

    def welcome(self, link: str, name: str = "") -> None:
        """Come in by a link, and choose a password (the first admin: a name, too)."""
        secret = link.partition("link=")[2]
        self._post("/welcome", f"/welcome?link={secret}", link=secret, name=name)

    def sign_in(self, name: str) -> None:
        self._post("/sign-in", "/sign-in", name=name)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask the API; fails unless it was done."""
        if not self._token:
            self._token = self._csrf("/account")
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._session.request(
            method, f"{self.url}/api/v1{path}", json=body, timeout=PATIENCE,
            headers={"X-CSRF-Token": self._token, **given},
        )  # fmt: skip
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def telephone(self, agent: str = "", **hello: Any) -> Somebody:
        """Sit down at a telephone: one that calls, or an agent's."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._session.cookies)
        where = f"ws{self.url.removeprefix('http')}/phone/socket"
        query = f"?mode=agent&agent={agent}" if agent else ""
        opened = []

        def line(account: Account, told: Told) -> WebLine:
            opened.append(WebLine(account, told, where + query, cookies, hello))
            return opened[0]

        somebody = Somebody(line, Account("browser"))
        opened[0].begin()
        return somebody

    def _post(self, path: str, form: str, **fields: str) -> None:
        fields |= {"password": PASSWORD, "csrf_token": self._csrf(form)}
        answer = self._session.post(self.url + path, fields, timeout=PATIENCE, allow_redirects=False)
        assert answer.status_code == 302, (path, answer.status_code, answer.text[-2000:])

    def _csrf(self, path: str) -> str:
        found = _CSRF.search(self._session.get(self.url + path, timeout=PATIENCE).text)
        assert found is not None, path
        return found[1]


class WebLine(Line):
    """A line at the other end of a page's WebSocket.

    Attributes:
        ready: what was said to the hello.
        beside: what was told of no call: steps of the flow, refusals.
        closed: why the server has ended it; empty while it has not.
    """

    def __init__(self, account: Account, told: Told, url: str, cookies: str, hello: dict[str, Any]) -> None:
        super().__init__(account, told)
        self.ready: dict[str, Any] = {}
        self.beside: list[dict[str, Any]] = []
        self.closed = ""
        self._hello = hello
        self._socket: Any = simple_websocket.Client(url, headers={"Cookie": cookies})

    def begin(self) -> None:
        """Say hello, and hear what is said to it."""
        self._say("hello", **self._hello)
        self.ready = json.loads(self._socket.receive(PATIENCE) or "{}")
        assert self.ready.get("event") == "ready", self.ready
        self._reader = gevent.spawn(self._read)

    def walked(self) -> list[str]:
        """The nodes the flow has come to, as the page is told."""
        return [each["node"] for each in self.beside if each["event"] == "step"]

    def close(self) -> None:
        with suppress(simple_websocket.ConnectionClosed):
            self._socket.close()
        self._reader.join(5)

    def _read(self) -> None:
        try:
            while (said := self._socket.receive()) is not None:
                if not isinstance(said, str):
                    self._tell(bytes(said))
                elif (message := json.loads(said))["event"] in _EVENTS:
                    self._tell(messages.event(said))
                else:
                    self.beside.append(message)
        except simple_websocket.ConnectionClosed as closed:
            self.closed = str(closed.message or closed.reason)
        self._tell(Gone(reason=self.closed))

    def _say(self, order: str, **given: Any) -> None:
        self._socket.send(json.dumps({"do": order, **given}))

    def _register(self) -> None:
        """An agent's is registered by itself."""

    def _unregister(self) -> None:
        """And no longer when it is closed."""

    def _dial(self, number: str) -> None:
        self._say("dial", number=number)

    def _answer(self) -> None:
        self._say("answer")

    def _reject(self) -> None:
        self._say("reject")

    def _hangup(self) -> None:
        self._say("hangup")

    def _press(self, keys: str) -> None:
        self._say("press", keys=keys)

    def _send(self, frame: bytes) -> None:
        with suppress(simple_websocket.ConnectionClosed):
            self._socket.send(frame)
