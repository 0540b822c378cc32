"""One event-socket connection that many calls share: what is said over it goes in turn, what comes is sorted
by channel."""

from __future__ import annotations

import socket
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Self, TypeVar
from urllib.parse import unquote
from uuid import uuid4

import gevent
from gevent.lock import BoundedSemaphore
from gevent.queue import Queue

from ivr.flag import Flag

PATIENCE = 15.0
"""Seconds any one thing may take; the longest wait in a scenario is about three."""

LOOK_EVERY = 0.25
"""Seconds after which one who waits looks again without being told."""

EVENTS = (
    "CHANNEL_CREATE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_ANSWER CHANNEL_PARK CHANNEL_UNPARK "
    "CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_HOLD CHANNEL_UNHOLD "
    "DTMF PLAYBACK_START PLAYBACK_STOP RECORD_START RECORD_STOP CHANNEL_HANGUP "
    "CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY MEDIA_BUG_START MEDIA_BUG_STOP BACKGROUND_JOB"
)
"""All that tells of a call: what the worker asks for, and what an integrator may."""


T = TypeVar("T")


class Event(dict[str, str]):
    """An event's headers, decoded; `ending`: it came when its call was being ended."""

    ending = False


class Line:
    """A login that keeps every event by the channel it is about, in `channels`, and answers in `jobs`.

    Args:
        events: what it asks for, or "" for a login that only gives commands.
    """

    def __init__(self, port: int, password: str, events: str = EVENTS) -> None:
        self._login = port, password
        self.channels: dict[str, list[Event]] = defaultdict(list)
        self.parked: dict[str, str] = {}
        self.jobs: dict[str, str] = {}
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._socket.settimeout(None)
        self._file = self._socket.makefile("rb")
        self._replies: Queue[tuple[dict[str, str], str]] = Queue()
        self._turn = BoundedSemaphore()
        self._news = Flag()
        self._reader = gevent.spawn(self._read)
        self._replies.get(timeout=PATIENCE)
        self.send(f"auth {password}")
        if events:
            self.send(f"event plain {events}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.kill()
        self._file.close()
        self._socket.close()

    def another(self) -> Line:
        """A second login on the same switch, that gives commands and hears nothing."""
        return Line(*self._login, events="")

    def send_all(self, *commands: str) -> list[str]:
        """Give several commands in one write; their answers, in turn."""
        with self._turn:
            self._socket.sendall("".join(f"{command}\n\n" for command in commands).encode())
            answers = [self._replies.get(timeout=PATIENCE) for _ in commands]
        return [answer or headers.get("Reply-Text", "") for headers, answer in answers]

    def send(self, command: str, body: str = "") -> str:
        """Give a command; the body of its answer, or its Reply-Text."""
        content = body.encode()
        head = f"{command}\ncontent-length: {len(content)}" if content else command
        with self._turn:
            self._socket.sendall(f"{head}\n\n".encode() + content)
            headers, answer = self._replies.get(timeout=PATIENCE)
        return answer or headers.get("Reply-Text", "")

    def background(self, command: str) -> str:
        """Run an API command by bgapi, under a Job-UUID of our own, and wait for its answer."""
        job = self.begin(command)
        return self.until(lambda: self.jobs.get(job), f"the answer to {command}")

    def begin(self, command: str) -> str:
        """The same without waiting; its Job-UUID."""
        job = str(uuid4())
        assert self.send(f"bgapi {command}\nJob-UUID: {job}") == f"+OK Job-UUID: {job}"
        return job

    def until(self, look: Callable[[], T | None], what: str) -> T:
        """Look whenever something has come, until there is something to see."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self._news.clear()
            found = look()
            if found is not None:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{what} did not come within {PATIENCE:g} s")
            self._news.wait(min(left, LOOK_EVERY))  # others clear it, too

    def _read(self) -> None:
        while (block := self._block()) is not None:
            headers, body = block
            if headers.get("Content-Type") == "text/event-plain":
                self._take(body)
            else:
                self._replies.put((headers, body))

    def _block(self) -> tuple[dict[str, str], str] | None:
        headers: dict[str, str] = {}
        while line := self._file.readline():
            if line == b"\n":
                if not headers:
                    continue
                return headers, self._file.read(int(headers.get("Content-Length", 0))).decode()
            name, _, value = line.decode().rstrip("\n").partition(": ")
            headers[name] = value
        return None

    def _take(self, text: str) -> None:
        head, _, body = text.partition("\n\n")
        event = Event()
        for line in head.split("\n"):
            name, _, value = line.partition(": ")
            event[name] = unquote(value)
        if event["Event-Name"] == "BACKGROUND_JOB":
            self.jobs[event["Job-UUID"]] = body
        elif uuid := event.get("Unique-ID"):
            self.channels[uuid].append(event)
            if event["Event-Name"] == "CHANNEL_PARK" and event["Call-Direction"] == "inbound":
                self.parked[event["Caller-Caller-ID-Number"]] = uuid
        self._news.set()
