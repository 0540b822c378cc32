"""Servers that recognise: what they are shown, and what comes of answers that are not as agreed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import pytest
from websockets.sync.server import ServerConnection, serve

from ivr.call import Hypothesis
from ivr.errors import RecognitionError, SettingsError
from ivr.settings import Asr
from ivr.speech.asr.base import Request
from ivr.speech.asr.http import HttpEngine
from ivr.speech.asr.vosk_server import VoskServerEngine

REQUEST = Request("zh-CN", ("停电", "查询电费"))
SAMPLES = bytes(16000)
MUCH = b'{"hypotheses": [' + b" " * (10 << 20) + b"]}"


def settings(**values: Any) -> Asr:
    return Asr.model_validate({"deadline": 1, **values})


# Plain HTTP -------------------------------------------------------------------------------------------


@contextmanager
def http_server(answer: Callable[[BaseHTTPRequestHandler, bytes], None]) -> Iterator[str]:
    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/asr"
        server.shutdown()


def saying(content: bytes, status: int = 200) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    def answer(service: BaseHTTPRequestHandler, _body: bytes) -> None:
        service.send_response(status)
        service.send_header("Location", "http://127.0.0.1:1/")
        service.end_headers()
        service.wfile.write(content)

    return answer


def by_http(url: str, **values: Any) -> list[Hypothesis]:
    engine = HttpEngine(settings(http_servers={"zh": url}, **values))
    engine.open("zh")
    recognition = engine.begin(REQUEST)
    recognition.feed(SAMPLES)
    return recognition.end()


def test_a_service_is_sent_the_utterance_with_what_may_be_said() -> None:
    seen: dict[str, Any] = {}

    def answer(service: BaseHTTPRequestHandler, body: bytes) -> None:
        seen.update(body=body, token=service.headers["Authorization"])
        saying(b'{"hypotheses": [{"words": "a", "confidence": 0.5}, {"words": "b"}]}')(service, body)

    with http_server(answer) as url:
        assert by_http(url, token="secret") == [Hypothesis("a", 0.5), Hypothesis("b", 1.0)]
    assert seen["token"] == "Bearer secret"
    request = json.dumps({"language": "zh-CN", "phrases": REQUEST.phrases, "rate": 8000}, ensure_ascii=False)
    assert request.encode() in seen["body"]
    assert b"WAVEfmt " in seen["body"]
    assert SAMPLES in seen["body"]


def test_noise_is_an_empty_list() -> None:
    with http_server(saying(b'{"hypotheses": []}')) as url:
        assert by_http(url) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not JSON"),
        (b"<html><h1>Welcome</h1>", 'not JSON: "<html>'),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no object"),
        (b"{}", 'without a list "hypotheses"'),
        (b'{"hypotheses": {"words": "a"}}', "without a list"),
        (b'{"hypotheses": ["a"]}', 'no "words"'),
        (b'{"hypotheses": [{"words": 7}]}', 'no "words"'),
        (b'{"hypotheses": [{"words": "a", "confidence": NaN}]}', "confidence that is no number"),
        (b'{"hypotheses": [{"words": "a", "confidence": "high"}]}', "confidence that is no number"),
        (b'{"hypotheses": [{"words": "a", "confidence": true}]}', "confidence that is no number"),
        (b'{"hypotheses": [{"words": "a", "confidence": 93}]}', "not from 0 to 1"),
        (MUCH, "more than 262144 bytes"),
    ],
    ids=lambda value: value[:30].decode("latin1") if isinstance(value, bytes) else None,
)
def test_an_answer_that_is_not_as_agreed_says_so(content: bytes, says: str) -> None:
    with http_server(saying(content)) as url, pytest.raises(RecognitionError, match=says):
        by_http(url)


@pytest.mark.parametrize("status", [204, 302, 401, 404, 500])
def test_another_status_than_200_is_a_failure_and_no_redirect_is_followed(status: int) -> None:
    with (
        http_server(saying(b'{"hypotheses": []}', status)) as url,
        pytest.raises(RecognitionError, match=f"status {status}"),
    ):
        by_http(url)


def test_a_service_that_dribbles_is_left_before_the_deadline() -> None:
    def answer(service: BaseHTTPRequestHandler, _body: bytes) -> None:
        service.send_response(200)
        service.end_headers()
        with suppress(OSError):
            while True:
                service.wfile.write(b" ")
                time.sleep(0.05)

    with (
        http_server(answer) as url,
        pytest.raises(RecognitionError, match=r"longer than 0\.8 s"),
    ):
        by_http(url)


def test_a_service_that_is_silent_is_left_before_the_deadline() -> None:
    with (
        http_server(lambda *_: time.sleep(2)) as url,
        pytest.raises(RecognitionError, match=r"longer than 0\.8 s"),
    ):
        by_http(url)


def test_a_service_that_is_not_there_says_so() -> None:
    with pytest.raises(RecognitionError, match="cannot be asked"):
        by_http("http://127.0.0.1:1/")


# vosk-server ------------------------------------------------------------------------------------------


@contextmanager
def socket_server(answer: Callable[[ServerConnection], None]) -> Iterator[str]:
    with serve(answer, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()


def by_socket(url: str, **values: Any) -> list[Hypothesis]:
    engine = VoskServerEngine(settings(vosk_servers={"zh-CN": url}, **values))
    recognition = engine.begin(REQUEST)
    recognition.feed(SAMPLES)
    return recognition.end()


def replying(*answers: str | bytes) -> Callable[[ServerConnection], None]:
    def answer(socket: ServerConnection) -> None:
        socket.recv()
        waiting = list(answers)
        for _ in socket:
            socket.send(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return answer


def test_a_vosk_server_is_told_what_may_be_said() -> None:
    seen: list[Any] = []

    def answer(socket: ServerConnection) -> None:
        seen.append(socket.request.headers.get("Authorization") if socket.request else None)
        seen.append(json.loads(socket.recv()))
        for message in socket:
            seen.append(message)
            socket.send(
                '{"text": "停 电", "result": [{"word": "停", "conf": 0.5}, {"word": "电", "conf": 1}]}'
            )

    with socket_server(answer) as url:
        (best, *_) = by_socket(url, token="secret")
    assert seen[0] == "Bearer secret"
    assert seen[1]["config"]["sample_rate"] == 8000
    assert seen[1]["config"]["phrase_list"] == ["停电", "停 电", "查询电费", "查 询 电 费", "[unk]"]
    assert json.loads(seen[-1]) == {"eof": 1}
    assert b"".join(cast(list[bytes], seen[2:-1])).startswith(SAMPLES)
    assert best.words.startswith("停电")


def test_alternatives_and_older_results_are_both_understood() -> None:
    with socket_server(
        replying(
            '{"partial": "停"}', '{"alternatives": [{"text": "停 电", "confidence": 90.0}]}', '{"text": ""}'
        )
    ) as url:
        assert by_socket(url) == [Hypothesis("停电", 1.0)]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("<html>", "not JSON"),
        ("7", "no object"),
        ("{}", "none of vosk's"),
        ('{"text": 7}', "none of vosk's"),
        ('{"text": "a", "result": [{"word": "a"}]}', "none of vosk's"),
        ('{"text": "a", "result": [{"word": "a", "conf": NaN}]}', "none of vosk's"),
        ('{"alternatives": 7}', "without a list"),
        ('{"alternatives": [7]}', "none of vosk's"),
        ('{"alternatives": [{"text": "a", "confidence": "x"}]}', "none of vosk's"),
        ('{"alternatives": [{"text": "a", "confidence": 1e999}]}', "none of vosk's"),
        ('{"alternatives": [{"text": "a", "confidence": NaN}]}', "none of vosk's"),
        ('"' + "x" * (1 << 20) + '"', "cannot be asked"),
    ],
    ids=range(12),
)
def test_a_reply_that_is_none_of_vosks_says_so(answer: str, says: str) -> None:
    with socket_server(replying(answer)) as url, pytest.raises(RecognitionError, match=says):
        by_socket(url)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda socket: socket.close(), "cannot be asked"),
        (lambda socket: time.sleep(2), r"longer than 0\.8 s"),
    ],
    ids=["hangs up", "is silent"],
)
def test_a_vosk_server_that_says_nothing_says_so(
    answer: Callable[[ServerConnection], None], says: str
) -> None:
    with socket_server(answer) as url, pytest.raises(RecognitionError, match=says):
        by_socket(url)


def test_a_port_that_speaks_no_websocket_says_so() -> None:
    with http_server(saying(b"")) as url, pytest.raises(RecognitionError, match="cannot be asked"):
        by_socket(url.replace("http", "ws"))


# Settings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "asr:2700", "https://", "ws://asr", "http://[::1", "http://asr:0"])
def test_an_address_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="http_servers"):
        HttpEngine(settings(http_servers={"en": url}))


def test_the_secret_does_not_travel_where_all_can_read_it() -> None:
    with pytest.raises(SettingsError, match=r"asr\.token"):
        HttpEngine(settings(http_servers={"en": "http://10.0.0.5/"}, token="secret"))
    with pytest.raises(SettingsError, match=r"asr\.token"):
        VoskServerEngine(settings(vosk_servers={"en": "ws://10.0.0.5:2700"}, token="secret"))
    assert (
        HttpEngine(settings(http_servers={"en": "https://10.0.0.5/"}, token="secret")).serves("en-US") == "en"
    )


def test_authorities_that_are_not_there_are_said_at_the_start() -> None:
    engine = HttpEngine(settings(http_servers={"en": "https://asr.example/"}, ca_file="/nowhere.pem"))
    with pytest.raises(RecognitionError, match="ca_file"):
        engine.open("en")
