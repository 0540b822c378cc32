"""An event socket over real TCP that behaves, until a test tells it not to.

Rules are tried from the newest to the oldest; the first whose prefix fits a command acts on it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from urllib.parse import quote

import gevent
from gevent.server import StreamServer
from gevent.socket import SHUT_RDWR, socket


class Line:
    """One connection, from the switch's side."""

    def __init__(self, sock: socket) -> None:
        self.sock = sock

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reply(self, text: str) -> None:
        self.send(f"Content-Type: command/reply\nReply-Text: {text}\n\n".encode())

    def answer(self, text: str) -> None:
        body = text.encode()
        self.send(b"Content-Type: api/response\nContent-Length: %d\n\n%s" % (len(body), body))

    def event(self, name: str, body: str = "", **headers: object) -> None:
        self.send(event(name, body, **headers))

    def close(self) -> None:
        """End the line at once, whoever still holds a reference to its socket."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(SHUT_RDWR)
        self.sock.close()


def event(name: str, body: str = "", **headers: object) -> bytes:
    """An event's bytes; `_` in a header's name stands for `-`."""
    lines = [f"Event-Name: {name}\n"]
    lines += [f"{key.replace('_', '-')}: {quote(str(value))}\n" for key, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body.encode())}\n")
    data = "".join([*lines, "\n", body]).encode()
    return b"Content-Length: %d\nContent-Type: text/event-plain\n\n%s" % (len(data), data)


class RogueSwitch:
    """`with RogueSwitch() as switch:` listens on `switch.port` of `host`."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.core = "core-1"
        self.channels: dict[str, dict[str, object]] = {}
        self.commands: list[str] = []
        self.lines: list[Line] = []
        self.newlines = 0  # bare ones, between two commands
        self.greet = b"Content-Type: auth/request\n\n"
        self._rules: list[tuple[str, Callable[[Line, str], object]]] = [
            ("", lambda line, _: line.reply("-ERR command not found")),
            ("sendmsg ", self._sendmsg),
            ("bgapi ", self._bgapi),
            ("api ", lambda line, _: line.answer("+OK")),
            ("api uuid_dump ", self._dump),
            ("api show calls", lambda line, _: line.answer('{"row_count":0}')),
            ("api show channels", self._show),
            ("api global_getvar core_uuid", lambda line, _: line.answer(self.core)),
            ("filter ", lambda line, _: line.reply("+OK filter added.")),
            ("event plain ", lambda line, _: line.reply("+OK event listener enabled plain")),
            ("auth ", self._auth),
        ]
        self._server = StreamServer((host, 0), self._serve)

    def when(self, prefix: str, act: Callable[[Line, str], object]) -> None:
        """From now on do `act(line, command)` for commands that begin with `prefix`."""
        self._rules.append((prefix, act))

    @property
    def line(self) -> Line:
        """The newest connection."""
        return self.lines[-1]

    @property
    def port(self) -> int:
        return int(self._server.server_port or 0)

    def __enter__(self) -> RogueSwitch:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(timeout=1)
        for line in self.lines:
            line.close()

    def _serve(self, sock: socket, _address: object) -> None:
        line = Line(sock)
        self.lines.append(line)
        try:
            line.send(self.greet)
            with sock.makefile("rb") as stream:
                while command := self._next(stream):
                    self.commands.append(command)
                    act = next(act for prefix, act in reversed(self._rules) if command.startswith(prefix))
                    act(line, command)
        except OSError:
            pass
        finally:
            line.close()

    def _next(self, stream: object) -> str:
        lines, length = [], 0
        for raw in stream:  # type: ignore[attr-defined]
            if raw != b"\n":
                lines.append(raw.decode())
                name, _, value = lines[-1].partition(": ")
                length = int(value) if name == "content-length" else length
            elif lines:
                body = stream.read(length).decode()  # type: ignore[attr-defined]
                return "".join([*lines, "\n", body]).rstrip("\n")
            else:
                self.newlines += 1
        return ""

    def _auth(self, line: Line, command: str) -> None:
        if command == "auth sesame":
            line.reply("+OK accepted")
        else:
            line.reply("-ERR invalid")
            line.close()

    def _show(self, line: Line, _: str) -> None:
        rows = [{"uuid": uuid} for uuid in self.channels]
        line.answer(json.dumps({"row_count": len(rows)} | ({"rows": rows} if rows else {})))

    def _dump(self, line: Line, command: str) -> None:
        uuid = command.split()[2]
        if uuid not in self.channels:
            line.answer("-ERR No such channel!\n")
            return
        headers = {"Event-Name": "CHANNEL_DATA", "Unique-ID": uuid, **self.channels[uuid]}
        line.answer("".join(f"{name}: {quote(str(value))}\n" for name, value in headers.items()) + "\n")

    def _sendmsg(self, line: Line, command: str) -> None:
        uuid = command.split()[1]
        line.reply("+OK" if uuid in self.channels else f"-ERR invalid session id [{uuid}]")

    def _bgapi(self, line: Line, command: str) -> None:
        job = command.partition("Job-UUID: ")[2]
        line.reply(f"+OK Job-UUID: {job}")
        gevent.sleep(0)
        line.event("BACKGROUND_JOB", "+OK done\n", Job_UUID=job)
