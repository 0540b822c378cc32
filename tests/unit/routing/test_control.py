"""The door for orders: what comes through it, and what does not."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import gevent
import pytest

from ivr import http_server
from ivr.control_client import Control as Client
from ivr.control_client import UnixConnection
from ivr.errors import Invalid, IvoryError
from ivr.portions import PORTION
from ivr.routing.control import MAX_BODY
from tests.centre import Centre


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data/control.sock"


@pytest.fixture
def centre(path: Path) -> Iterator[Centre]:
    centre = Centre(path)
    yield centre
    centre.stop()


def ask(
    path: Path, body: bytes | None = None, method: str = "POST", where: str = "/orders"
) -> tuple[int, Any]:
    connection = UnixConnection(str(path), 5)
    connection.request(method, where, body)
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    return answer.status, content


def raw(path: Path, data: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(5)
        connection.connect(str(path))
        connection.sendall(data)
        got = b""
        while piece := connection.recv(65536):
            got += piece
        return got


def test_an_order_is_done_and_answered(centre: Centre, path: Path) -> None:
    client = Client(path, "cli:zhang")
    assert client.give("agent.sign_in", agent="1001") == {}
    assert client.give("acd.status")["agents"]["1001"]["state"] == "available"
    assert [record.by for record in centre.audit] == ["cli:zhang"]


def test_a_large_answer_is_whole_though_it_is_written_in_portions(path: Path) -> None:
    agents = ", ".join(f"a{number}: {{}}" for number in range(PORTION * 2 + 1))
    centre = Centre(path, f"groups: {{billing: {{agents: [a0]}}}}\nagents: {{{agents}}}")
    told = Client(path, "x").give("acd.status")
    given = centre.give("acd.status").items()
    known = {name: dict(each) if isinstance(each, Mapping) else each for name, each in given}
    assert told == json.loads(json.dumps(known))
    assert len(told["agents"]) == PORTION * 2 + 1
    centre.stop()


def test_a_refusal_comes_with_its_words_and_its_way_out(centre: Centre, path: Path) -> None:
    with pytest.raises(IvoryError) as refused:
        Client(path, "x").give("agent.ready", agent="1002")
    assert (refused.value.message, refused.value.hint) == (
        "1002 is not signed in",
        "ivr agent sign-in 1002",
    )


def test_a_refusal_names_the_argument_that_is_wrong(centre: Centre, path: Path) -> None:
    def refuse(name: str, by: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        raise Invalid('there is no flow "x"', hint="publish one", field="flow")

    centre.orders.give = refuse  # type: ignore[method-assign]
    with pytest.raises(Invalid) as refused:
        Client(path, "x").give("call.start", number="1001", flow="x")
    assert (refused.value.field, refused.value.hint) == ("flow", "publish one")


def test_only_its_own_user_may_open_it(centre: Centre, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_there_is_a_list_of_what_can_be_ordered(centre: Centre, path: Path) -> None:
    status, content = ask(path, method="GET")
    assert status == 200
    assert content["agent.ready"] == "An agent takes contacts again."


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b'"x"',
        b'{"by": "x"}',
        b'{"order": 1}',
        b'{"order": "acd.status", "by": 5}',
        b'{"order": "acd.status", "arguments": []}',
        b'{"order": "acd.status", "arguments": null}',
        b"[" * 30_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_order_is_refused_and_the_next_is_done(centre: Centre, path: Path, body: bytes) -> None:
    status, content = ask(path, body)
    assert (status, content["error"]["message"]) == (400, "this is no order")
    assert ask(path, b'{"order": "acd.status"}')[0] == 200


def test_there_is_nothing_else(centre: Centre, path: Path) -> None:
    assert ask(path, where="/")[0] == 404
    assert ask(path, method="DELETE")[0] == 405


def test_a_body_larger_than_an_order_is_not_read(centre: Centre, path: Path) -> None:
    most = MAX_BODY
    order = b'{"order": "acd.status"}'
    assert ask(path, order.ljust(most))[0] == 200
    head = b"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
    assert b" 200 " not in raw(path, head % (most + 1) + b"x")[:20]
    chunked = b"POST /orders HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n17\r\n" + order + b"\r\n0\r\n\r\n"
    assert b" 200 " not in raw(path, chunked)[:20]
    assert ask(path, order)[0] == 200


def test_who_never_finishes_an_order_is_let_go(
    centre: Centre, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "REQUEST_SECONDS", 0.1)
    for piece in (b"POST /ord", b"POST /orders HTTP/1.1\r\nContent-Length: 20\r\n\r\n{"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as slow:
            slow.settimeout(5)
            slow.connect(str(path))
            slow.sendall(piece)
            assert b" 200 " not in slow.recv(1000)
    assert ask(path, b'{"order": "acd.status"}')[0] == 200


def test_who_breaks_off_in_the_middle_orders_nothing(centre: Centre, path: Path) -> None:
    body = b'{"order": "agent.sign_in", "by": "x", "arguments": {"agent": "1001"}}'
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as gone:
        gone.connect(str(path))
        gone.sendall(b"POST /orders HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (len(body) + 1) + body)
    gevent.sleep(0.05)
    assert centre.audit == []


def test_two_workers_do_not_share_a_door(centre: Centre, path: Path) -> None:
    other = Centre(path)
    other.control.stop()
    assert ask(path, b'{"order": "acd.status"}')[0] == 200


def test_a_worker_without_a_door_says_how_to_get_one() -> None:
    centre = Centre("")
    with pytest.raises(IvoryError, match=r"acd\.control is empty"):
        Client("", "cli:test").give("acd.status")
    centre.stop()


def test_a_path_that_cannot_be_does_not_keep_calls_from_being_served(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file/control.sock", tmp_path / ("x" * 200)):
        centre = Centre(path)
        with pytest.raises(IvoryError, match="no worker takes orders at"):
            Client(path, "cli:test").give("acd.status")
        centre.stop()


def test_nobody_there_is_said_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(IvoryError, match=r"no worker takes orders at .*; is `ivr serve` running\?"):
        Client(tmp_path / "nobody", "cli:test").give("acd.status")


def test_what_else_a_worker_tells_is_read_at_the_same_door(centre: Centre, path: Path) -> None:
    centre.control.routes["/calls"] = lambda: http_server.as_json({"calls": []})
    centre.control.routes["/broken"] = lambda: http_server.as_json({"x": 1 / 0})
    client = Client(path, "cli:test")
    assert client.get("/calls") == {"calls": []}
    with pytest.raises(IvoryError, match="it failed"):
        client.get("/broken")
    with pytest.raises(IvoryError, match="nothing here but /orders, /broken, /calls"):
        client.get("/other")
    assert ask(path, b"{}", where="/calls")[0] == 405


def test_a_stream_is_read_line_by_line_until_its_reader_closes_it(centre: Centre, path: Path) -> None:
    sent: list[int] = []

    def lines() -> Iterator[bytes]:
        for number in range(3):
            sent.append(number)
            yield b'{"event": "line", "number": %d}\n' % number

    centre.control.routes["/stream"] = lambda: http_server.Reply(lines())
    told = list(Client(path, "cli:test").lines("/stream"))
    assert [line["number"] for line in told] == sent == [0, 1, 2]
