"""HTTP for flows, against real servers on loopback: bounded in time and size, and never elsewhere."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import socket
import ssl
import subprocess
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent.server import StreamServer
from hypothesis import given
from hypothesis import strategies as st

from ivr import http_client, settings
from ivr.errors import FetchError, SettingsError
from ivr.http_client import Client, Response

Serve = Callable[[Any, bytes], None]


class Server:
    """A server that answers each request by `serve(socket, request)`; requests are kept."""

    def __init__(self, serve: Serve, host: str = "127.0.0.1", **tls: Any) -> None:
        self.requests: list[bytes] = []
        self._serve = serve
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.bind((host, 0))
        listener.listen(16)
        self._server = StreamServer(listener, self._handle, **tls)
        self._server.start()
        self.port = self._server.server_port

    def _handle(self, connection: Any, _peer: Any) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(65536)
        head, _, body = request.partition(b"\r\n\r\n")
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            while name.lower() == b"content-length" and len(body) < int(value):
                body += connection.recv(65536)
        self.requests.append(head + b"\r\n\r\n" + body)
        try:
            self._serve(connection, self.requests[-1])
        except OSError:
            pass  # the client has heard enough
        finally:
            connection.close()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(serve: Serve | bytes, **options: Any) -> Server:
        answer = serve if callable(serve) else lambda connection, _: connection.sendall(serve)
        servers.append(Server(answer, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


Start = Callable[..., Server]


def answer(body: bytes | str, status: str = "200 OK", **headers: str) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def client(*allow: str, private: bool = True, **options: Any) -> Client:
    return Client(settings.Http(allow=list(allow) or ["127.0.0.1:*"], private=private, **options))


def get(server: Server, path: str = "/", deadline: float = 5.0, **options: Any) -> Response:
    open_to = client(f"127.0.0.1:{server.port}", **{k: v for k, v in options.items() if k in ("max_bytes",)})
    rest = {k: v for k, v in options.items() if k not in ("max_bytes",)}
    return open_to.fetch("GET", server.url(path), deadline=deadline, **rest)


def refusal(call: Callable[[], Any]) -> FetchError:
    with pytest.raises(FetchError) as raised:
        call()
    return raised.value


# What is sent and what comes back ---------------------------------------------------------------------


def test_a_request_is_sent_as_asked(serve: Start) -> None:
    server = serve(answer('{"ok": true}', "201 Created", X_Kind="gold"))
    response = client(f"127.0.0.1:{server.port}").fetch(
        "POST",
        server.url("/a%20b"),
        deadline=5,
        headers={"Idempotency-Key": "call:3"},
        query={"q": "a b&c"},
        body='{"name": "王"}',
    )
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a%20b?q=a+b%26c HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}".encode() in head
    assert b"Idempotency-Key: call:3" in head
    assert b"Content-Type: application/json" in head
    assert body == '{"name": "王"}'.encode()
    assert (response.status, response.headers["x-kind"], response.json()) == (201, "gold", {"ok": True})


def test_money_comes_exact(serve: Start) -> None:
    value = get(serve(answer('{"a": 12.50, "b": 1e2, "c": 7}'))).json()
    assert value == {"a": Decimal("12.50"), "b": Decimal(100), "c": 7}
    assert str(value["a"]) == "12.50"


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "204 No Content"])
def test_a_status_is_an_answer_like_any_other(serve: Start, status: str) -> None:
    assert get(serve(answer("", status))).status == int(status[:3])


def test_a_redirect_is_not_followed(serve: Start) -> None:
    other = serve(answer("secret"))
    server = serve(answer("", "302 Found", Location=other.url()))
    assert get(server).status == 302
    assert other.requests == []


def test_compressed_answers_are_read(serve: Start) -> None:
    body = gzip.compress("余额".encode())
    assert get(serve(answer(body, Content_Encoding="gzip"))).text == "余额"


def test_chunked_answers_are_read(serve: Start) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert get(serve(head + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")).text == "abcde"


# Size -------------------------------------------------------------------------------------------------


def peak(call: Callable[[], Any]) -> int:
    """Bytes that `call` needed at most."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_an_answer_that_says_it_is_too_large_is_not_read(serve: Start) -> None:
    sent: list[int] = []

    def large(connection: Any, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
        for _ in range(1600):
            connection.sendall(b"x" * 65536)
            sent.append(65536)

    server = serve(large)
    assert refusal(lambda: get(server)).reason == "too_large"
    gevent.sleep(0.05)
    assert sum(sent) < 20_000_000


def test_an_answer_without_an_end_is_cut(serve: Start) -> None:
    def endless(connection: Any, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(1600):
            connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    server = serve(endless)
    assert peak(lambda: refusal(lambda: get(server))) < 8 << 20


def test_an_answer_that_is_small_only_on_the_wire_is_cut(serve: Start) -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(bomb.compress(b"\0" * (1 << 20)) for _ in range(100)) + bomb.flush()
    server = serve(answer(packed, Content_Encoding="gzip"))
    errors: list[FetchError] = []
    assert peak(lambda: errors.append(refusal(lambda: get(server)))) < 16 << 20
    assert errors[0].reason == "too_large"


def test_a_bomb_within_a_bomb_is_cut(serve: Start) -> None:
    packed = gzip.compress(gzip.compress(b"\0" * (64 << 20)))
    server = serve(answer(packed, Content_Encoding="gzip, gzip"))
    assert peak(lambda: refusal(lambda: get(server))) < 16 << 20


def test_a_head_without_an_end_is_cut(serve: Start) -> None:
    def endless(connection: Any, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            connection.sendall(b"X-%d: %s\r\n" % (number, b"x" * 1000))

    assert refusal(lambda: get(serve(endless))).reason == "unreachable"


def test_the_limit_is_the_settings(serve: Start) -> None:
    server = serve(answer("x" * 2000))
    assert len(get(server, max_bytes=2000).text) == 2000
    assert refusal(lambda: get(server, max_bytes=1999)).reason == "too_large"


# Time -------------------------------------------------------------------------------------------------


def test_an_answer_that_drips_is_cut_at_the_deadline(serve: Start) -> None:
    def drip(connection: Any, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            connection.sendall(b"x")
            gevent.sleep(0.02)

    began = time.monotonic()
    assert refusal(lambda: get(serve(drip), deadline=0.2)).reason == "timeout"
    assert time.monotonic() - began < 10  # it would drip for twenty seconds


def test_no_answer_is_a_timeout(serve: Start) -> None:
    server = serve(lambda _connection, _request: gevent.sleep(5))
    assert refusal(lambda: get(server, deadline=0.1)).reason == "timeout"


def test_a_look_up_that_hangs_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: gevent.sleep(5))
    error = refusal(lambda: client("crm.example").fetch("GET", "https://crm.example/", deadline=0.1))
    assert error.reason == "timeout"


def test_the_deadline_of_somebody_else_is_passed_on(serve: Start) -> None:
    server = serve(lambda _connection, _request: gevent.sleep(5))
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.05):
        get(server, deadline=5)


# Retries ----------------------------------------------------------------------------------------------


def flaky(failures: int, broken: bytes = b"") -> Serve:
    left = [failures]

    def serve(connection: Any, _request: bytes) -> None:
        left[0] -= 1
        connection.sendall(broken if left[0] >= 0 else answer("ok"))

    return serve


def test_a_connection_that_breaks_is_tried_again_as_often_as_allowed(serve: Start) -> None:
    server = serve(flaky(1))
    assert refusal(lambda: get(server)).reason == "unreachable"
    server = serve(flaky(1))
    assert get(server, retries=1).text == "ok"
    assert len(server.requests) == 2


def test_an_answer_that_is_too_large_or_not_a_success_is_not_tried_again(serve: Start) -> None:
    server = serve(flaky(1, answer("x" * 5000)))
    assert refusal(lambda: get(server, retries=3, max_bytes=1024)).reason == "too_large"
    assert len(server.requests) == 1
    server = serve(flaky(1, answer("", "503 Busy")))
    assert get(server, retries=3).status == 503
    assert len(server.requests) == 1


# Nobody there -----------------------------------------------------------------------------------------


def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = refusal(lambda: client(f"127.0.0.1:{port}").fetch("GET", f"http://127.0.0.1:{port}/", deadline=2))
    assert error.reason == "unreachable"


def test_a_name_without_an_address_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: Any, **_options: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = refusal(lambda: client("crm.example").fetch("GET", "https://crm.example/", deadline=2))
    assert (error.reason, "crm.example has no address" in error.message) == ("unreachable", True)


@pytest.mark.parametrize(
    "garbage", [b"", b"not HTTP at all\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"]
)
def test_an_answer_that_is_no_http_is_unreachable(serve: Start, garbage: bytes) -> None:
    assert refusal(lambda: get(serve(garbage))).reason == "unreachable"


def test_a_broken_compression_is_no_usable_answer(serve: Start) -> None:
    server = serve(answer(b"not gzip", Content_Encoding="gzip"))
    assert refusal(lambda: get(server)).reason == "not_json"


@pytest.mark.parametrize("length", ["-1", "abc", "٣"])
def test_a_length_that_is_none_is_passed_over(serve: Start, length: str) -> None:
    server = serve(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nx".encode())
    assert get(server).text == "x"


def test_a_length_beyond_all_numbers_is_no_fault_of_ours(serve: Start) -> None:
    server = serve(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nx")
    assert refusal(lambda: get(server)).reason in ("unreachable", "too_large")


def test_a_long_answer_is_read_while_calls_go_on() -> None:
    turns = 0

    def tick() -> None:
        nonlocal turns
        while True:
            gevent.sleep(0.001)
            turns += 1

    calls = gevent.spawn(tick)
    rows = Response(200, {}, "[" + ",".join(["0.1"] * 200_000) + "]").json()
    calls.kill()
    assert rows[-1] == Decimal("0.1")
    assert turns > 5


# Where it may go --------------------------------------------------------------------------------------


def resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Make every name have these addresses; returns the names that are asked for."""
    asked: list[str] = []

    really = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *args: Any, **options: Any) -> Any:
        if re.fullmatch(r"[0-9.]+|.*:.*", host):
            return really(host, port, *args, **options)
        asked.append(host)
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    ("rule", "url", "allowed"),
    [
        ("crm.example", "https://crm.example/x", True),
        ("crm.example", "http://crm.example/x", True),
        ("crm.example", "https://CRM.example/x", True),
        ("CRM.example", "https://crm.example/x", True),
        ("crm.example", "https://crm.example:8443/x", False),
        ("crm.example:8443", "https://crm.example:8443/x", True),
        ("crm.example:8443", "https://crm.example/x", False),
        ("crm.example:*", "https://crm.example:8443/x", True),
        ("crm.example:*", "https://other.example:8443/x", False),
        ("*.crm.example", "https://a.crm.example/x", True),
        ("*.crm.example", "https://crm.example/x", False),
        ("*.crm.example", "https://evilcrm.example/x", False),
        ("crm.example", "https://crm.example.evil.example/x", False),
        ("crm.example", "https://evil.example/crm.example", False),
        ("crm.example", "https://crm.example@evil.example/", False),
        ("crm.example", "https://evil.example#@crm.example/", False),
        ("crm.example", "https://evil.example\\@crm.example/", False),
        ("crm.example", "ftp://crm.example/x", False),
        ("crm.example", "file:///etc/passwd", False),
        ("crm.example", "https://user:word@crm.example/", False),
        ("crm.example", "https://@crm.example/", False),
        ("crm.example", "https://crm.example:99999/", False),
        ("crm.example", "https://crm.example:x/", False),
        ("crm.example", "https://[::1/", False),
        ("crm.example", "https:///x", False),
        ("crm.example", "https://crm.example/a/../b", False),
        ("crm.example", "https://crm.example/a/%2e%2E/b", False),
        ("crm.example", "https://crm.example/a/..", False),
        ("crm.example", "https://crm.example/a..b/...", True),
        ("[2001:db8::1]", "https://[2001:db8::1]/", True),
        ("2001:db8::1", "https://[2001:db8::1]/", True),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]:8443/", True),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]/", False),
        ("", "https://crm.example/", False),
    ],
)
def test_only_what_is_allowed_is_called(
    monkeypatch: pytest.MonkeyPatch, rule: str, url: str, allowed: bool
) -> None:
    resolve(monkeypatch, "93.184.215.14")
    admit = client(rule)._admit
    if allowed:
        assert admit(url).addresses
    else:
        assert refusal(lambda: admit(url)).reason == "refused"


def test_nothing_is_allowed_unless_it_is_listed() -> None:
    error = refusal(lambda: Client(settings.Http()).fetch("GET", "https://crm.example/", deadline=1))
    assert (error.reason, error.hint) == ("refused", "add `crm.example` to it")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "2002:a00:1::1",
    ],
)
def test_a_name_that_leads_into_the_house_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolve(monkeypatch, "93.184.215.14", address)
    error = refusal(lambda: client("crm.example", private=False)._admit("https://crm.example/"))
    assert (error.reason, "private address" in error.message) == ("refused", True)


def test_a_name_is_looked_up_once_and_the_connection_goes_there(
    serve: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(answer("ok"))
    asked = resolve(monkeypatch, "127.0.0.1")
    url = f"http://crm.example:{server.port}/"
    assert client(f"crm.example:{server.port}").fetch("GET", url, deadline=5).text == "ok"
    assert asked.count("crm.example") == 1
    assert f"Host: crm.example:{server.port}\r\n".encode() in server.requests[0]


def test_the_next_address_is_tried_where_the_first_takes_no_connection(
    serve: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(answer("ok"))
    resolve(monkeypatch, "::1", "127.0.0.1")
    open_to = client(f"crm.example:{server.port}")
    assert open_to.fetch("GET", f"http://crm.example:{server.port}/", deadline=5).text == "ok"


def test_ipv6_is_spoken(serve: Start) -> None:
    server = serve(answer("ok"), host="::1")
    url = server.url(host="[::1]")
    assert client(f"[::1]:{server.port}").fetch("GET", url, deadline=5).text == "ok"
    assert f"Host: [::1]:{server.port}\r\n".encode() in server.requests[0]


def test_the_environments_proxies_and_passwords_are_not_used(
    serve: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = serve(answer("ok"))
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert get(server).text == "ok"
    assert b"Authorization" not in server.requests[0]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "\ud800"])
def test_a_value_that_would_be_another_header_is_not_sent(serve: Start, value: str) -> None:
    server = serve(answer("ok"))
    assert refusal(lambda: get(server, headers={"X-Name": value}, retries=3)).reason == "refused"
    assert server.requests == []


def test_host_is_that_of_the_url_whatever_a_flow_says(serve: Start) -> None:
    server = serve(answer("ok"))
    get(server, headers={"Host": "evil.example"})
    assert b"evil.example" not in server.requests[0]


# Systems that the admin bound -------------------------------------------------------------------------


def test_a_bound_system_is_called_by_its_name(serve: Start) -> None:
    server = serve(answer("ok"))
    bound = Client(settings.Http(services={"crm": server.url("/api/")}))
    assert bound.fetch("GET", "crm:/accounts/7", deadline=5).text == "ok"
    assert server.requests[0].startswith(b"GET /api/accounts/7 HTTP/1.1")


@pytest.mark.parametrize(
    "url", ["erp:/x", "crm://evil.example/", "crm:/../admin", "crm:/a/%2e%2e/b", "nothing"]
)
def test_a_bound_system_is_not_left(url: str) -> None:
    bound = Client(settings.Http(services={"crm": "http://127.0.0.1:9/api"}))
    assert refusal(lambda: bound.fetch("GET", url, deadline=1)).reason == "refused"


# TLS --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for crm.example and its key, vouched for by itself."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = str(folder / "cert.pem"), str(folder / "key.pem")
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate, and it is not installed")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    command += " -subj /CN=crm.example -addext subjectAltName=DNS:crm.example"
    subprocess.run([*command.split(), "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def secure(serve: Start, certificate: tuple[str, str]) -> Server:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return serve(answer("ok"), ssl_context=context)


def test_a_host_is_believed_when_its_certificate_has_its_name(
    serve: Start, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = secure(serve, certificate)
    resolve(monkeypatch, "127.0.0.1")
    trusting = client(f"*:{server.port}", ca_file=certificate[0])
    assert trusting.fetch("GET", f"https://crm.example:{server.port}/", deadline=5).text == "ok"
    error = refusal(lambda: trusting.fetch("GET", f"https://other.example:{server.port}/", deadline=5))
    assert (error.reason, "ostname mismatch" in error.message) == ("unreachable", True)


def test_a_host_is_not_believed_when_nobody_vouches_for_it(
    serve: Start, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = secure(serve, certificate)
    resolve(monkeypatch, "127.0.0.1")
    doubting = client(f"*:{server.port}")
    error = refusal(lambda: doubting.fetch("GET", f"https://crm.example:{server.port}/", deadline=5))
    assert (error.reason, "http.ca_file" in error.hint) == ("unreachable", True)


def test_authorities_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(SettingsError, match=r"http\.ca_file"):
            client(ca_file=str(tmp_path / name))


# Reading what came ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("余额".encode(), "application/json", "余额"),
        ("余额".encode(), "text/plain", "余额"),
        ("余额".encode("gbk"), "text/plain; charset=gbk", "余额"),
        ("余额镕".encode("gbk"), "text/plain; charset=GB2312", "余额镕"),
        ("余額".encode("big5"), 'text/plain; charset="Big5"', "余額"),
        ("\ufeff余额".encode(), "application/json", "余额"),
        ("café".encode("latin1"), "text/plain; charset=iso-8859-1", "café"),
        ("余额".encode(), "text/plain; charset=nonsense", "余额"),
        ("余额".encode(), "text/plain; charset=undefined", "余额"),
        (b"abc", "text/plain; charset=hex", "abc"),
        (b"abc", "text/plain; charset=idna", "abc"),
        ("余额".encode(), "text/plain; charset=big5", "余额"),
        (b"a\xffb", "application/json", "a\ufffdb"),
        (b"a", "", "a"),
    ],
)
def test_text_is_read_as_declared_or_as_it_is(
    serve: Start, body: bytes, content_type: str, text: str
) -> None:
    assert get(serve(answer(body, Content_Type=content_type))).text == text


@given(st.binary(max_size=60), st.text(max_size=40))
def test_no_bytes_and_no_declaration_are_an_error(body: bytes, content_type: str) -> None:
    assert isinstance(http_client._decode(body, content_type), str)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        '{"a": NaN}',
        "[Infinity]",
        "[1,]",
        "[" * 10_000,
        '{"a":' * 10_000,
        "9" * 5000,
        "1e" + "9" * 30,
    ],
)
def test_what_is_not_json_is_said(text: str) -> None:
    assert refusal(Response(200, {}, text).json).reason == "not_json"


def test_json_may_be_nested_fifty_deep() -> None:
    deep = "[" * 50 + "]" * 50
    assert Response(200, {}, deep).json() == json.loads(deep)
    assert refusal(Response(200, {}, f"[{deep}]").json).reason == "not_json"
