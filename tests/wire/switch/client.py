"""A bare event socket client: a test says what goes over the wire and sees every byte that comes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from uuid import uuid4

import gevent
from gevent import socket
from gevent.queue import Queue

from ivr.flag import Flag

PATIENCE = 5.0


@dataclass(frozen=True)
class Block:
    """A reply: its header lines as bytes, and its body."""

    head: bytes
    body: bytes

    def __getitem__(self, name: str) -> str:
        for line in self.head.split(b"\n"):
            key, _, value = line.partition(b": ")
            if key.decode() == name:
                return value.decode()
        raise KeyError(name)


class Event(dict[str, str]):
    """An event's headers, decoded, with its raw bytes and body."""

    raw: bytes
    body: str


class Client:
    """One connection. Events gather in `events`; replies are handed to whoever asked, in order."""

    def __init__(self, port: int, events: str = "ALL", password: str = "ClueCon") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.settimeout(None)
        self.file = self.socket.makefile("rb")
        self.events: list[Event] = []
        self.replies: Queue[Block | None] = Queue()
        self._news = Flag()
        self._reader = gevent.spawn(self._read)
        self.greeting = self.next_reply()
        if password:
            self.login = self.send(f"auth {password}")
        if events:
            self.send(f"event plain {events}")

    def close(self) -> None:
        self._reader.kill()
        self.file.close()
        self.socket.close()

    def _read(self) -> None:
        while True:
            lines = []
            while (line := self.file.readline()) not in {b"\n", b""}:
                lines.append(line)
            if not lines:
                self.replies.put(None)
                self._news.set()
                return
            head = b"".join(lines)
            block = Block(head, b"")
            if b"Content-Length: " in head:
                block = Block(head, self.file.read(int(block["Content-Length"])))
            if b"text/event-" in head:
                self.events.append(_event(block.body))
                self._news.set()
            else:
                self.replies.put(block)

    def next_reply(self) -> Block:
        block = self.replies.get(timeout=PATIENCE)
        if block is None:
            raise ConnectionError("the switch closed the connection")
        return block

    def send(self, command: str, body: str = "") -> Block:
        data = command.encode() + b"\n"
        if body:
            data += b"content-length: %d\n" % len(body.encode())
        self.socket.sendall(data + b"\n" + body.encode())
        return self.next_reply()

    def api(self, line: str) -> str:
        return self.send(f"api {line}").body.decode()

    def execute(self, uuid: str, app: str, argument: str = "", *, lock: bool = True, extra: str = "") -> str:
        """Send an execute; the Event-UUID that its events will carry."""
        mark = str(uuid4())
        lines = ["call-command: execute", f"execute-app-name: {app}", f"Event-UUID: {mark}"]
        if lock:
            lines.append("event-lock: true")
        if argument:
            lines.append(f"execute-app-arg: {argument}")
        reply = self.send("\n".join([f"sendmsg {uuid}", *lines]) + (f"\n{extra}" if extra else ""))
        assert reply["Reply-Text"] == "+OK"
        return mark

    def run(self, uuid: str, app: str, argument: str = "") -> Event:
        """Execute, and wait until it is done."""
        return self.done(self.execute(uuid, app, argument))

    def done(self, mark: str) -> Event:
        return self.wait("CHANNEL_EXECUTE_COMPLETE", {"Application-UUID": mark})

    def begun(self, mark: str) -> Event:
        return self.wait("CHANNEL_EXECUTE", {"Application-UUID": mark})

    def wait(self, name: str, headers: Mapping[str, str] | None = None, *, since: int = 0) -> Event:
        """The first event of that name with these headers, now or soon."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self._news.clear()
            for event in self.events[since:]:
                if event.get("Event-Name") == name and all(
                    event.get(k) == v for k, v in (headers or {}).items()
                ):
                    return event
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no {name} with {headers}")
            self._news.wait(min(left, 0.25))  # others clear it, too

    def parked(self) -> str:
        """The id of the call that was parked last, or will be now."""
        return self.wait("CHANNEL_PARK")["Unique-ID"]

    def names(self, uuid: str) -> list[str]:
        """The events of one channel, by name, in order."""
        return [event["Event-Name"] for event in self.events if event.get("Unique-ID") == uuid]


def _event(data: bytes) -> Event:
    head, _, body = data.partition(b"\n\n")
    event = Event()
    for line in head.split(b"\n"):
        name, _, value = line.partition(b": ")
        event.setdefault(name.decode(), unquote(value.decode()))
    event.raw = data
    event.body = body.decode()
    return event
