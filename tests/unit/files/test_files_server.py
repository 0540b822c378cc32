"""The worker's HTTP side, asked over real sockets, kindly and otherwise."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import socket
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest
import requests
from gevent.threadpool import ThreadPool

from ivr.errors import IvoryError, SettingsError
from ivr.files import inbox, server
from ivr.files.inbox import Inbox
from ivr.files.links import Link, Links
from ivr.files.server import Server, listener
from ivr.files.shelf import Shelf
from ivr.files.tickets import Ticket, Tickets

KEY = "ab" + "0" * 38
NAME = "messages/3f1c-4-1.wav"


class Side:
    """A server and the folders behind it."""

    def __init__(self, folder: Path) -> None:
        (folder / "prompts/ab").mkdir(parents=True)
        (folder / f"prompts/ab/{KEY}.wav").write_bytes(b"RIFF" + bytes(range(256)) * 4000)
        self.prompt = folder / f"prompts/ab/{KEY}.wav"
        self.recordings = folder / "recordings"
        self.tickets = Tickets(self.recordings)
        self.tickets.issue(Ticket(NAME, "3f1c", "/var/spool/ivory/" + NAME))
        self.links = Links("http://127.0.0.1:1", "0123456789abcdef")
        pool = ThreadPool(2)
        box = Inbox(self.recordings, self.tickets, pool)
        shelf = Shelf(folder / "prompts", folder / "sounds", folder / "published")
        self.server = Server(("127.0.0.1", 0), self.links, shelf, box, pool)
        self.base = f"http://127.0.0.1:{self.server.start()}"
        self.pool = pool

    def url(self, link: Link) -> str:
        return self.links.url(link).replace("http://127.0.0.1:1", self.base)

    @property
    def prompt_url(self) -> str:
        return self.url(Link("prompts", f"{KEY}.wav"))

    @property
    def recording_url(self) -> str:
        return self.url(Link("recordings", NAME))

    def connect(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.server.port), 5)
        line.settimeout(5)
        return line

    def left_behind(self) -> list[str]:
        """Files of deliveries that were not taken."""
        return [path.name for path in self.recordings.rglob("*") if path.suffix == ".part"]


@pytest.fixture
def side(tmp_path: Path) -> Iterator[Side]:
    made = Side(tmp_path)
    yield made
    made.server.stop()
    made.pool.kill()


# Sounds ----------------------------------------------------------------------------------------------


def test_a_prompt_is_sent_to_be_kept_for_ever(side: Side) -> None:
    answer = requests.get(side.prompt_url, timeout=5)
    assert (answer.status_code, answer.content) == (200, side.prompt.read_bytes())
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["ETag"] == f'"{KEY}"'


def test_who_has_it_already_is_told_so(side: Side) -> None:
    answer = requests.get(side.prompt_url, headers={"If-None-Match": f'"{KEY}"'}, timeout=5)
    assert (answer.status_code, answer.content) == (304, b"")


def test_head_says_how_long_it_is(side: Side) -> None:
    answer = requests.head(side.prompt_url, timeout=5)
    assert answer.headers["Content-Length"] == str(side.prompt.stat().st_size)


def test_the_check_is_an_empty_sound(side: Side) -> None:
    answer = requests.get(side.url(Link("check", "0011.wav")), timeout=5)
    assert (answer.status_code, answer.content[:4], len(answer.content)) == (200, b"RIFF", 44)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/prompts/{KEY}.wav",
        f"/prompts/{'0' * 32}/{KEY}.wav",
        "/prompts/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/recordings/" + "0" * 32 + "/" + NAME,
        "/\0",
        "/" + "a" * 7000,
    ],
)
def test_what_was_not_signed_is_not_there(side: Side, path: str) -> None:
    with side.connect() as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert line.recv(100).split(b" ")[1] in (b"404", b"400")


def test_a_query_makes_it_another_url(side: Side) -> None:
    assert requests.get(side.prompt_url + "?x=1", timeout=5).status_code == 404


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused_for_sounds(side: Side, method: str) -> None:
    assert requests.request(method, side.prompt_url, timeout=5).status_code == 405
    assert side.prompt.exists()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_recordings_cannot_be_had_or_removed(side: Side, method: str) -> None:
    requests.put(side.recording_url, b"voice", timeout=5)
    assert requests.request(method, side.recording_url, timeout=5).status_code == 405
    assert (side.recordings / NAME).read_bytes() == b"voice"


# Recordings ------------------------------------------------------------------------------------------


def test_a_recording_arrives_byte_for_byte_and_once(side: Side) -> None:
    voice = os.urandom(700_000)
    assert requests.put(side.recording_url, voice, timeout=5).status_code == 201
    assert (side.recordings / NAME).read_bytes() == voice
    assert not side.tickets.expects(NAME)
    assert requests.put(side.recording_url, b"again", timeout=5).status_code == 404
    assert (side.recordings / NAME).read_bytes() == voice
    assert side.left_behind() == []


def test_what_nobody_expects_is_not_taken_though_it_is_signed(side: Side) -> None:
    url = side.url(Link("recordings", "messages/other.wav"))
    assert requests.put(url, b"voice", timeout=5).status_code == 404
    assert not (side.recordings / "messages").exists()


def test_a_delivery_that_breaks_off_leaves_nothing_and_may_be_repeated(side: Side) -> None:
    path = side.recording_url.removeprefix(side.base)
    with side.connect() as line:
        line.sendall(f"PUT {path} HTTP/1.1\r\nContent-Length: 1000\r\n\r\nhalf".encode())
        line.shutdown(socket.SHUT_WR)
        while line.recv(1000):
            pass
    assert side.left_behind() == []
    assert not (side.recordings / NAME).exists()
    assert requests.put(side.recording_url, b"whole", timeout=5).status_code == 201


def test_a_full_disk_is_said_before_anything_is_read(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, inbox.RESERVE + 3))
    assert requests.put(side.recording_url, b"voice", timeout=5).status_code == 507
    monkeypatch.undo()
    assert side.tickets.expects(NAME)
    assert requests.put(side.recording_url, b"voice", timeout=5).status_code == 201


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Inbox, "_keep", staticmethod(full))
    assert requests.put(side.recording_url, b"voice", timeout=5).status_code == 507
    assert side.left_behind() == []
    assert side.tickets.expects(NAME)


def test_a_huge_delivery_is_refused_unread(side: Side) -> None:
    path = side.recording_url.removeprefix(side.base)
    with side.connect() as line:
        line.sendall(f"PUT {path} HTTP/1.1\r\nContent-Length: {inbox.MAX_BYTES + 1}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413")
        while line.recv(1000):
            pass  # closed, though nothing of the body came


@pytest.mark.parametrize("length", ["", "Transfer-Encoding: chunked\r\n"])
def test_a_delivery_without_a_length_is_refused(side: Side, length: str) -> None:
    path = side.recording_url.removeprefix(side.base)
    with side.connect() as line:
        line.sendall(f"PUT {path} HTTP/1.1\r\n{length}\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 411")


@pytest.mark.parametrize("length", ["-5", "x", "5, 6"])
def test_a_length_that_is_none_is_refused(side: Side, length: str) -> None:
    path = side.recording_url.removeprefix(side.base)
    with side.connect() as line:
        line.sendall(f"PUT {path} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 400")


# Those who hold places -------------------------------------------------------------------------------


def test_who_never_ends_a_head_is_cut_off_though_bytes_keep_coming(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.1)
    with side.connect() as line:
        line.sendall(b"GET / HTTP/1.1\r\n")
        drip = gevent.spawn(_drip, line)
        while line.recv(1000):
            pass
        drip.kill()
    assert side.server.totals["late"] == 1


def _drip(line: socket.socket) -> None:
    try:
        while True:
            line.sendall(b"X")
            gevent.sleep(0.01)
    except OSError:
        return


def test_who_never_ends_a_body_is_cut_off_and_leaves_nothing(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "BODY_SECONDS", 0.1)
    path = side.recording_url.removeprefix(side.base)
    with side.connect() as line:
        line.sendall(f"PUT {path} HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf".encode())
        while line.recv(1000):
            pass
    assert side.server.totals["late"] == 1
    assert side.left_behind() == []
    assert side.tickets.expects(NAME)


def test_who_does_not_read_the_answer_is_cut_off(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    side.prompt.write_bytes(bytes(20 << 20))
    monkeypatch.setattr(server, "BODY_SECONDS", 0.2)
    path = side.prompt_url.removeprefix(side.base)
    with side.connect() as line:
        line.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())
        with gevent.Timeout(5):
            while not side.server.totals["late"]:
                gevent.sleep(0.01)


def test_others_are_served_while_one_holds_on(side: Side) -> None:
    lines = [side.connect() for _ in range(20)]
    assert requests.get(side.prompt_url, timeout=5).status_code == 200
    for line in lines:
        line.close()


def test_a_url_is_in_no_log(side: Side, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
                            monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def broken(*_: object) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr(Shelf, "find", broken)
    with caplog.at_level(logging.DEBUG):
        assert requests.get(side.prompt_url, timeout=5).status_code == 500
        requests.get(side.prompt_url.replace("prompts", "other"), timeout=5)
        with side.connect() as line:
            line.sendall(f"GET {side.prompt_url} \0 HTTP/9.9\r\n\r\n".encode())
            assert line.recv(100).startswith(b"HTTP/1.1 400")
    signature = side.prompt_url.split("/")[-2]
    printed = capfd.readouterr()
    assert "a fault" in printed.out + printed.err + caplog.text
    assert signature not in printed.out + printed.err + "".join(
        r.getMessage() for r in caplog.records if "urllib3" not in r.name
    )


def test_an_address_in_use_is_said_with_its_setting(side: Side) -> None:
    other = Server(("127.0.0.1", side.server.port), side.links, None, None, side.pool)  # type: ignore[arg-type]
    with pytest.raises(IvoryError, match=r"files\.listen"):
        other.start()


@pytest.mark.parametrize("listen", ["", "8089", ":8089", "host:", "host:99999", "host:x"])
def test_an_address_that_is_none_is_refused(listen: str) -> None:
    with pytest.raises(SettingsError, match=r"files\.listen"):
        listener(listen)


def test_an_ipv6_address_is_taken() -> None:
    assert listener("[::1]:8089") == ("::1", 8089)
