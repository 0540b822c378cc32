"""A company's system that takes its time over each request, and counts them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Orders:
    """The system: each request takes `seconds`; `keys` are the methods and Idempotency-Keys that came."""

    url: str
    seconds: float = 3.0
    keys: list[str] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


@contextmanager
def serving() -> Iterator[Orders]:
    """The system, while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            system.keys.append(f"{self.command} {self.headers['Idempotency-Key']}")
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            time.sleep(system.seconds)
            body = json.dumps({"ticket": "1"}).encode()
            try:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            return

    with _Server(("127.0.0.1", 0), Handler) as server:
        system = Orders(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield system
        server.shutdown()
