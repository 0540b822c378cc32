"""A real HTTP server that speaks in beeps, and misbehaves as its path says."""

from __future__ import annotations

import io
import json
import math
import struct
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

RATE = 16000


def beep(seconds: float) -> bytes:
    """A WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        count = int(seconds * RATE)
        sound.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n * 0.2))) for n in range(count)))
    return file.getvalue()


class Handler(BaseHTTPRequestHandler):
    """`asked` holds the bodies of all requests, `tokens` what they showed."""

    asked: ClassVar[list[dict[str, Any]]] = []
    tokens: ClassVar[list[str | None]] = []

    def do_POST(self) -> None:
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(order)
        self.tokens.append(self.headers["Authorization"])
        sound = beep(min(3.0, 0.1 * len(order["text"])))
        getattr(self, f"_{self.path.strip('/') or 'say'}")(sound)

    def _send(self, status: int, kind: str, body: bytes, size: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if size is None else size))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _say(self, sound: bytes) -> None:
        self._send(200, "audio/wav", sound)

    def _nameless(self, sound: bytes) -> None:
        self._send(200, "application/octet-stream", sound)

    def _streamed(self, sound: bytes) -> None:
        """As a program does that writes WAV into a pipe: no length anywhere."""
        self.send_response(200)
        self.send_header("Content-Type", "audio/wav")
        self.end_headers()
        self.wfile.write(sound[:40] + b"\xff\xff\xff\xff" + sound[44:])

    def _html(self, _sound: bytes) -> None:
        self._send(200, "text/html; charset=utf-8", b"<h1>Log in,\r\n please\x1b[31m</h1>")

    def _refused(self, _sound: bytes) -> None:
        self._send(401, "application/json", b'{"error": "who are you?"}')

    def _busy(self, _sound: bytes) -> None:
        self._send(503, "text/plain", b"")

    def _elsewhere(self, _sound: bytes) -> None:
        self._send(302, "text/plain", b"", Location="http://169.254.169.254/latest\r\n")

    def _noise(self, _sound: bytes) -> None:
        self._send(200, "audio/wav", b"no sound at all, whatever its name")

    def _nothing(self, _sound: bytes) -> None:
        self._send(200, "audio/wav", b"")

    def _half(self, sound: bytes) -> None:
        """Half a file as if it were the whole."""
        self._send(200, "audio/wav", sound[: len(sound) // 2])

    def _broken_off(self, sound: bytes) -> None:
        self._send(200, "audio/wav", sound[:1000], size=len(sound))

    def _headless(self, sound: bytes) -> None:
        self._send(200, "audio/wav", sound[:36])

    def _huge(self, sound: bytes) -> None:
        self._send(200, "audio/wav", sound, size=100 << 20)

    def _endless(self, _sound: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "audio/wav")
        self.end_headers()
        try:
            for _ in range(4096):
                self.wfile.write(bytes(1 << 16))
        except OSError:
            pass  # it was not listened to any longer

    def _dripping(self, sound: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "audio/wav")
        self.end_headers()
        try:
            for number in range(100):
                self.wfile.write(sound[number : number + 1])
                time.sleep(0.05)
        except OSError:
            pass  # likewise

    def _mute(self, _sound: bytes) -> None:
        time.sleep(1.5)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on standard error."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes amid an answer is what some tests are about."""


@contextmanager
def speech_server() -> Iterator[str]:
    """The URL of a server that runs."""
    Handler.asked.clear()
    Handler.tokens.clear()
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
