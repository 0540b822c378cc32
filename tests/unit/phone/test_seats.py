"""Who has a telephone in a browser, and who may come back to it: over real WebSockets, on lines of paper."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import gevent
import pytest
import simple_websocket
from gevent import socket
from gevent.pywsgi import WSGIServer

from ivr.errors import PhoneError
from ivr.phone import serving
from ivr.phone.bridge import Role
from ivr.phone.line import Account, Told
from ivr.phone.seats import EACH, Seats, Visitor
from ivr.phone.serving import serve
from ivr.phone.websocket import accept
from ivr.voip.messages import FRAME, Answered, Ended, Gone, Incoming
from tests.unit.phone.paper_line import PaperLine

LIMIT = 6
GRACE = 0.3


class House:
    """A web process with nothing but telephones: whoever asks for `/1001` is that agent, `/c7` a caller."""

    def __init__(self) -> None:
        self.lines: list[PaperLine] = []
        self.away = False
        self.seats = Seats(self._open, LIMIT, GRACE)
        self._server = WSGIServer(("127.0.0.1", 0), self._asked, log=None, error_log=None)
        self._server.start()
        self.port = int(self._server.server_port or 0)
        self._browsers: list[Browser] = []

    def _open(self, account: Account, told: Told) -> PaperLine:
        if self.away:
            raise PhoneError("the switch is away")
        self.lines.append(PaperLine(account, told))
        return self.lines[-1]

    def _asked(self, environ: dict[str, Any], _start: object) -> list[bytes]:
        user = environ["PATH_INFO"].strip("/")
        role = Role.CALLER if user.startswith("c") else Role.AGENT
        browser = accept(environ)
        serve(browser, self.seats, Visitor(user, role, Account(user), lambda _: True))
        browser.end()
        return []

    def browser(self, user: str, **hello: Any) -> Browser:
        browser = Browser(self.port, user)
        self._browsers.append(browser)
        browser.say(do="hello", **hello)
        return browser

    def close(self) -> None:
        for browser in self._browsers:
            browser.close()
        self.seats.stop()
        self._server.stop(timeout=1)


class Browser:
    """A browser's end of the WebSocket."""

    def __init__(self, port: int, user: str) -> None:
        self._socket: Any = simple_websocket.Client(f"ws://127.0.0.1:{port}/{user}")

    def say(self, **message: Any) -> None:
        self._socket.send(json.dumps(message))

    def sound(self, frame: bytes) -> None:
        self._socket.send(frame)

    def status(self) -> int:
        """With which status the other side has ended it."""
        try:
            while self._socket.receive(5) is not None:
                pass
        except simple_websocket.ConnectionClosed as closed:
            return int(closed.reason)
        raise AssertionError("it goes on")

    def told(self) -> Any:
        said = self._socket.receive(5)
        assert said is not None, "nothing was told"
        return json.loads(said) if isinstance(said, str) else bytes(said)

    def ended(self) -> str:
        """Why the other side has ended it."""
        try:
            while self._socket.receive(5) is not None:
                pass
        except simple_websocket.ConnectionClosed as closed:
            return str(closed.message)
        raise AssertionError("it goes on")

    def close(self) -> None:
        with suppress(simple_websocket.ConnectionClosed):
            self._socket.close()
        self._socket.thread.join(5)


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    house.close()


def soon(true: Callable[[], object]) -> None:
    with gevent.Timeout(5):
        while not true():
            gevent.sleep(0.01)


def test_an_agent_comes_and_is_registered(house: House) -> None:
    ready = house.browser("1001").told()
    assert (ready["event"], ready["role"], ready["phase"]) == ("ready", "agent", "idle")
    assert house.lines[0].done == ["register"]


def test_words_and_sound_go_both_ways(house: House) -> None:
    browser = house.browser("1001")
    browser.told()
    line = house.lines[0]
    line.tell(Incoming(number="138"))
    line.tell(Answered())
    assert [browser.told()["event"], browser.told()["event"]] == ["incoming", "answered"]
    browser.sound(b"\1" * FRAME)
    soon(lambda: line.frames == [b"\1" * FRAME])
    line.tell(b"\2" * FRAME)
    assert browser.told() == b"\2" * FRAME


def test_a_callers_call_ends_with_their_browser(house: House) -> None:
    browser = house.browser("c1")
    browser.told()
    house.lines[0].tell(Answered())
    browser.close()
    soon(lambda: house.lines[0].done == ["close"])
    assert not len(house.seats)


def test_an_agents_talk_outlives_a_page_that_is_loaded_anew(house: House) -> None:
    browser = house.browser("1001")
    token = browser.told()["token"]
    house.lines[0].tell(Incoming(number="138"))
    house.lines[0].tell(Answered())
    browser.close()
    again = house.browser("1001", resume=token)
    ready = again.told()
    assert (ready["phase"], ready["partner"]) == ("talking", {"number": "138", "name": ""})
    assert ready["token"] != token
    gevent.sleep(2 * GRACE)
    house.lines[0].tell(Ended(cause="NORMAL_CLEARING"))
    assert again.told()["event"] == "ended"
    assert house.lines[0].done == ["register"]
    assert len(house.lines) == 1


def test_an_agent_who_does_not_come_back_is_hung_up_on(house: House) -> None:
    browser = house.browser("1001")
    browser.told()
    house.lines[0].tell(Incoming(number="138"))
    browser.close()
    soon(lambda: house.lines[0].done == ["register", "close"])
    assert house.browser("1001").told()["phase"] == "idle"
    assert len(house.lines) == 2


def test_an_agent_without_a_call_is_gone_at_once(house: House) -> None:
    browser = house.browser("1001")
    browser.told()
    browser.close()
    soon(lambda: house.lines[0].done == ["register", "close"])


def test_a_second_window_gets_nothing_unless_it_takes_it(house: House) -> None:
    first = house.browser("1001")
    first.told()
    second = house.browser("1001", resume="guessed")
    assert second.told()["message"] == "this telephone is in use in another window"
    assert second.ended().startswith("this telephone is in use")
    third = house.browser("1001", take=True)
    assert third.told()["event"] == "ready"
    assert first.ended() == "this telephone is used in another window now"
    house.lines[0].tell(Incoming(number="138"))
    assert third.told()["event"] == "incoming"
    assert len(house.lines) == 1


def test_when_the_process_ends_browsers_are_told_to_come_again_and_calls_are_over(house: House) -> None:
    first = house.browser("1001")
    first.told()
    house.lines[0].tell(Incoming(number="138"))
    house.seats.stop()
    assert first.status() == 1001
    assert house.lines[0].done == ["register", "close"]
    early = house.browser("1001")
    assert early.told()["message"] == "the web process ends"
    assert early.status() == 1001


def test_a_token_is_of_one_agent_only(house: House) -> None:
    token = house.browser("1001").told()["token"]
    other = house.browser("1002", resume=token)
    assert other.told()["number"] == "1002"
    assert len(house.lines) == 2


def test_there_are_so_many_lines_and_no_more(house: House) -> None:
    for number in range(LIMIT):
        house.browser(str(1000 + number)).told()
    late = house.browser("2000")
    assert late.told()["message"] == "all telephones are in use"
    assert late.ended()


def test_nobody_has_all_the_lines(house: House) -> None:
    for _ in range(EACH):
        house.browser("c1").told()
    assert house.browser("c1").told()["event"] == "refused"
    assert house.browser("c2").told()["event"] == "ready"


def test_a_switch_that_is_away_is_told_of_and_takes_no_seat(house: House) -> None:
    house.away = True
    assert house.browser("c1").told()["message"] == "the switch is away"
    assert not len(house.seats)


def test_a_line_that_goes_ends_the_connection(house: House) -> None:
    browser = house.browser("1001")
    browser.told()
    house.lines[0].tell(Gone(reason="the switch ended"))
    assert browser.told() == {"event": "gone", "reason": "the switch ended"}
    assert browser.ended() == "the line is gone"
    soon(lambda: not len(house.seats))


def test_who_says_no_hello_is_sent_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "GREETING", 0.1)
    browser = Browser(house.port, "1001")
    assert browser.told()["event"] == "refused"
    assert browser.ended() == "the first message is no hello"
    browser.close()
    assert not house.lines


def test_a_browser_of_which_nothing_is_heard_is_gone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "SILENCE", 0.1)
    browser = house.browser("c1")
    browser.told()
    assert browser.ended() == "nothing was heard of the browser any more"
    soon(lambda: house.lines[0].done == ["close"])


@pytest.mark.parametrize(
    "hello", ['{"do":"hello"}', "what?"], ids=["the browser says goodbye", "it is sent away"]
)
def test_the_connection_ends_with_the_goodbyes_and_nothing_comes_after_them(house: House, hello: str) -> None:
    with socket.create_connection(("127.0.0.1", house.port), 5) as browser:
        browser.sendall(
            b"GET /c1 HTTP/1.1\r\nHost: ivory\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert b" 101 " in browser.recv(65536)
        browser.sendall(_frame(1, hello.encode()) + _frame(8, b"") + _frame(2, bytes(FRAME)))
        told = b"".join(iter(lambda: browser.recv(65536), b""))
    assert b"HTTP/1.1" not in told


def _frame(kind: int, content: bytes) -> bytes:
    """A browser's frame (RFC 6455, section 5.2), with a mask of zeros."""
    size = bytes([0x80 | len(content)]) if len(content) < 126 else b"\xfe" + len(content).to_bytes(2, "big")
    return bytes([0x80 | kind]) + size + bytes(4) + content


def test_a_message_that_is_too_large_ends_the_connection(house: House) -> None:
    browser = house.browser("c1")
    browser.told()
    browser.sound(bytes(100_000))
    soon(lambda: not len(house.seats))
