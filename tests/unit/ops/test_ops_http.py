"""The small HTTP server: what it answers, whom it refuses, and that nobody holds it for long."""

from __future__ import annotations

import http.client
import json
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest
from pydantic import SecretStr

from ivr import http_server
from ivr.errors import IvoryError
from ivr.ops.http import Reply, Server, as_json
from ivr.settings import Ops
from tests.freeswitch.instance import free_port

Start = Callable[..., Server]


def fail() -> Reply:
    raise RuntimeError("the password is hunter2")


def lines() -> Iterator[bytes]:
    for number in range(3):
        yield b"%d\n" % number


ROUTES = {
    "/ok": lambda: as_json({"word": "好"}),
    "/not": lambda: as_json({}, 503),
    "/fails": fail,
    "/lines": lambda: Reply(lines()),
    "/much": lambda: Reply(b"x" * (1 << 16) for _ in range(1000)),
}


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Server] = []

    def begin(listen: str = "", token: str = "") -> Server:
        listen = listen or f"127.0.0.1:{free_port()}"
        running.append(Server(Ops(listen=listen, token=SecretStr(token)), ROUTES))
        return running[-1]

    yield begin
    for server in running:
        server.stop()


def ask(server: Server, path: str = "/ok", method: str = "GET", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def raw(server: Server, data: bytes, most: int = 1 << 20) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
        connection.sendall(data)
        got = b""
        while len(got) < most and (piece := connection.recv(65536)):
            got += piece
        return got


def test_each_path_has_its_answer(start: Start) -> None:
    server = start()
    assert ask(server) == (200, '{"word": "好"}\n')
    assert ask(server, "/ok?x=1")[0] == 200
    assert ask(server, "/not")[0] == 503
    assert ask(server, "/lines") == (200, "0\n1\n2\n")
    assert ask(server, "/nowhere")[0] == 404


def test_head_has_no_body(start: Start) -> None:
    server = start()
    assert ask(server, method="HEAD") == (200, "")
    assert ask(server, "/lines", method="HEAD") == (200, "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "X" * 200])
def test_only_reading_is_allowed(start: Start, method: str) -> None:
    assert ask(start(), method=method)[0] == 405


def test_a_fault_shows_nothing_of_itself(start: Start) -> None:
    status, body = ask(start(), "/fails")
    assert status == 500
    assert "hunter2" not in body


def test_a_token_is_needed_where_there_is_one(start: Start) -> None:
    server = start(token="s3cret")
    for wrong in (
        {},
        {"Authorization": "Bearer other"},
        {"Authorization": "s3cret"},
        {"Authorization": "Bearer "},
    ):
        assert ask(server, **wrong)[0] == 401
        assert ask(server, "/nowhere", **wrong)[0] == 401
    assert ask(server, Authorization="Bearer s3cret")[0] == 200


def test_a_page_in_a_browser_cannot_ask_under_a_name_of_its_own(start: Start) -> None:
    server = start()
    assert ask(server, Host="evil.example:8025")[0] == 403
    for own in ("localhost:8025", "127.0.0.1", "[::1]:8025", "192.0.2.7"):
        assert ask(server, Host=own)[0] == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n",
        b"\0" * 100 + b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /ok HTTP/9.9\r\n\r\n",
        b"GET /ok HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET /ok HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"GET /ok HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n",
        b"GET /ok HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /ok HTTP/1.1\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
        b"GET /ok HTTP/1.1\r\nHost: [\r\n\r\n",
    ],
)
def test_nonsense_is_refused_and_the_next_is_served(start: Start, data: bytes) -> None:
    server = start()
    try:
        answer = raw(server, data)
    except ConnectionError:  # it had enough before we had said it all
        answer = b""
    assert b" 200 " not in answer[:20]
    assert ask(server)[0] == 200


def test_a_connection_is_for_one_request(start: Start) -> None:
    request = b"GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert raw(start(), request * 3).count(b"HTTP/1.1 200") == 1


def test_who_takes_long_over_a_request_is_let_go(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "REQUEST_SECONDS", 0.2)
    server = start()
    with socket.create_connection(("127.0.0.1", server.port), 5) as slow:
        slow.sendall(b"GET /ok HT")
        assert slow.recv(100) == b""


def test_more_connections_than_there_may_be_are_served_in_turn(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "REQUEST_SECONDS", 0.3)
    server = start()
    more = range(http_server.MAX_CONNECTIONS + 20)
    idle = [socket.create_connection(("127.0.0.1", server.port), 5) for _ in more]
    assert ask(server)[0] == 200
    for connection in idle:
        connection.close()


def test_who_takes_nothing_of_a_long_answer_is_let_go(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "ANSWER_SECONDS", 0.2)
    server = start()
    with socket.create_connection(("127.0.0.1", server.port), 5) as slow:
        slow.sendall(b"GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with gevent.Timeout(5):
            while server._server.pool is None or len(server._server.pool) == 0:
                gevent.sleep(0.01)
            while len(server._server.pool):
                gevent.sleep(0.01)


def test_an_address_that_is_taken_is_named(start: Start) -> None:
    taken = start().listen
    with pytest.raises(IvoryError, match=r"127\.0\.0\.1:\d+: somebody listens there already; see ops.listen"):
        start(taken)


@pytest.mark.parametrize("listen", ["no.such.host.invalid:80", "127.0.0.1:99999", "unix:/nowhere/at/all"])
def test_an_address_that_cannot_be_is_an_error_with_a_way_out(start: Start, listen: str) -> None:
    with pytest.raises(IvoryError, match=r"ops\.listen"):
        start(listen, token="x")


def test_a_unix_socket_is_for_its_owner_and_survives_a_killed_process(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "ops"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as killed:
        killed.bind(str(path))
    server = start(f"unix:{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(str(path))
        client.sendall(b"GET /ok HTTP/1.0\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 200 OK")
    with pytest.raises(IvoryError, match="somebody listens"):
        Server(Ops(listen=f"unix:{path}"), ROUTES)
    server.stop()
    assert not path.exists()


def test_a_file_that_is_no_socket_is_left_alone(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("mine")
    with pytest.raises(IvoryError):
        start(f"unix:{path}")
    assert path.read_text() == "mine"


def test_errors_are_json(start: Start) -> None:
    assert json.loads(ask(start(), "/nowhere")[1])["paths"] == sorted(ROUTES)
