"""The bytes FreeSWITCH sends over its event socket, made into messages and events.

Pure: bytes in, messages out, no socket. Lines are split before values are decoded, so that a caller whose
display name holds `%0A` cannot add a header; a message that makes no sense is dropped and counted; and
nothing is decoded before somebody asks for it, because most of an event's 150 headers never are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from ivr.errors import ConnectionLost

MAX_HEADERS: Final = 1 << 20
"""Bytes of a header block. FreeSWITCH's own limit for commands is 10 MiB, but what it writes itself on an
inbound connection is under 1 KiB (`hbuf[512]`, `buf[1024]`); a channel's headers, 8 KiB, come as a body."""

MAX_BODY: Final = 16 << 20
"""Bytes of a body, as FreeSWITCH's `MAX_CONTENT_LENGTH`."""

EVENT: Final = "text/event-plain"
_UNDEFINED: Final = "_undef_"
_ARRAY: Final = "ARRAY::"


@lru_cache(maxsize=1024)
def _needle(name: str) -> bytes:
    return b"\n" + name.encode() + b": "


class Headers(Mapping[str, str]):
    """An event's headers, each decoded when it is asked for: of some 150 few ever are."""

    def __init__(self, event: Event) -> None:
        self._event = event

    def __getitem__(self, name: str) -> str:
        if value := self._event.get(name):
            return value
        return self._event.headers()[name]

    def get(self, name: str, default: Any = "") -> Any:
        return self._event.get(name) or default

    def __iter__(self) -> Iterator[str]:
        return iter(self._event.headers())

    def __len__(self) -> int:
        return len(self._event.headers())


class Event:
    """An event, or a channel's state from `uuid_dump`, which has the same form.

    Headers are looked up in the raw bytes. Of a name that comes twice the first counts, as in FreeSWITCH's
    own `switch_event_get_header`: the core writes its headers first, so nothing later can take their place.
    A value that FreeSWITCH does not have is `""`.
    """

    __slots__ = ("_block", "_known", "body")

    def __init__(self, block: bytes, body: str) -> None:
        self._block = block
        """Each header stands between two newlines; the first, too."""
        self._known: dict[str, str | None] = {}
        self.body = body
        """What comes after the headers: the answer in a BACKGROUND_JOB; never mixed with them."""

    @classmethod
    def parse(cls, data: bytes) -> Event | None:
        """The event in `data` (headers, an empty line, a body if it has one); None when it is not whole."""
        return cls.framed(b"\n" + data)

    @classmethod
    def framed(cls, block: bytes) -> Event | None:
        """As `parse`, for data with a newline before it."""
        if b"\nContent-Length: " not in block:  # the usual case, told apart without looking at every line
            event = cls(block, "") if block.endswith(b"\n\n") else None
        else:
            # The length is the last header; one that a client's `sendevent` brought along stands before it.
            end = max(0, block.find(b"\n\n"))
            name, _, length = block[block.rfind(b"\n", 0, end) + 1 : end].partition(b": ")
            whole = name == b"Content-Length" and _length(length) == len(block) - end - 2
            event = cls(block[: end + 1], block[end + 2 :].decode("utf-8", "replace")) if whole else None
        return event if block.startswith(b"\nEvent-Name: ") or (event and "Event-Name" in event) else None

    def get(self, name: str, default: str = "") -> str:
        """The value of header `name`, decoded; `default` when there is no such header."""
        value = self._known.get(name)
        if value is None and name not in self._known:
            value = self._known[name] = self._find(name)
        return default if value is None else value

    def __getitem__(self, name: str) -> str:
        self.get(name)
        value = self._known[name]
        if value is None:
            raise KeyError(name)
        return value

    def __contains__(self, name: str) -> bool:
        return _needle(name) in self._block

    def __repr__(self) -> str:
        return f"<Event {self.name} {self.sequence} {self.uuid}>"

    @property
    def name(self) -> str:
        """`CHANNEL_PARK`, `DTMF` …"""
        return self.get("Event-Name")

    @property
    def uuid(self) -> str:
        """The channel it is about; empty when it is about none."""
        return self.get("Unique-ID")

    @property
    def sequence(self) -> int:
        """`Event-Sequence`: grows by one with each event of a FreeSWITCH; 0 when unknown."""
        return _length(self.get("Event-Sequence").encode()) or 0

    @property
    def created(self) -> datetime | None:
        """When the channel came to be (aware, UTC); None when the event does not tell."""
        stamp = _length(self.get("Caller-Channel-Created-Time").encode())
        return datetime.fromtimestamp(stamp / 1e6, UTC) if stamp and stamp < 1 << 53 else None

    def variable(self, name: str, default: str = "") -> str:
        """The channel variable `name`. Not every event carries them: DTMF does not."""
        return self.get("variable_" + name, default)

    def array(self, name: str) -> list[str]:
        """The values of a header that may have several (`ARRAY::a|:b`); empty when there is none."""
        value = self.get(name)
        if value.startswith(_ARRAY):
            return value[len(_ARRAY) :].split("|:")
        return [value] if value else []

    def headers(self) -> dict[str, str]:
        """Every header, decoded. For `variables` at a call's arrival and for logs; `get` costs far less."""
        found: dict[str, str] = {}
        for line in self._block.decode("utf-8", "replace").split("\n"):
            name, colon, value = line.partition(": ")
            if colon and name not in found:
                found[name] = _decode(value)
        return found

    def _find(self, name: str) -> str | None:
        needle = _needle(name)
        start = self._block.find(needle)
        if start < 0:
            return None
        start += len(needle)
        return _decode(self._block[start : self._block.find(b"\n", start)].decode("utf-8", "replace"))


class Message(NamedTuple):
    """One thing FreeSWITCH said.

    `event` is there when `content_type` is `text/event-plain`. Everything else keeps the `headers` of the
    message itself, which FreeSWITCH does not encode, and its `body` (an API's answer).
    """

    content_type: str
    headers: Mapping[str, str] = {}
    body: bytes = b""
    event: Event | None = None


_EVENT_FRAME: Final = re.compile(rb"Content-Length: (\d{1,7})\nContent-Type: text/event-plain\n\n")
"""What FreeSWITCH writes before an event, letter by letter."""


class Parser:
    """Makes messages of a stream of bytes, however it is cut up.

    `dropped` counts messages that made no sense: without a type, or an event that is not whole. After a
    `ConnectionLost` the stream's next boundary is unknown and the parser is of no further use.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._buffer = bytearray()
        self._scanned = 0
        self._headers: dict[str, str] | None = None
        self._need = 0

    @property
    def pending(self) -> int:
        """Bytes of a message that has not ended yet; more than 0 at the stream's end means it was cut."""
        return len(self._buffer) + (self._headers is not None)

    def feed(self, data: bytes) -> list[Message]:
        """The messages that `data` completes.

        Raises:
            ConnectionLost: the stream cannot be followed: too long a message, or a length that is none.
                What came before it in the same `data` is lost too; a new connection brings the whole truth.
        """
        buffer = self._buffer
        buffer += data
        messages: list[Message] = []
        at = 0
        while True:
            if self._headers is None:
                if frame := _EVENT_FRAME.match(buffer, at):  # the usual case, without a look at its headers
                    begin, end = frame.end(), frame.end() + int(frame[1])
                    if end <= len(buffer):
                        self._keep(messages, Event.framed(bytes(buffer[begin - 1 : end])))
                        at = end
                        continue
                while buffer.startswith(b"\n", at):
                    at += 1
                end = buffer.find(b"\n\n", max(at, self._scanned))
                if (len(buffer) if end < 0 else end) - at > MAX_HEADERS:
                    raise ConnectionLost(
                        f"the event socket sent more than {MAX_HEADERS >> 20} MiB of headers"
                    )
                if end < 0:
                    break
                self._headers = _outer(bytes(buffer[at:end]))
                self._need = _body_length(self._headers)
                at = self._scanned = end + 2
            if len(buffer) - at < self._need:
                break
            self._complete(messages, self._headers, bytes(buffer[at : at + self._need]))
            self._headers = None
            at = self._scanned = at + self._need
        del buffer[:at]
        # A boundary may lie across two chunks: its first newline is the last byte that was looked at.
        self._scanned = max(0, len(buffer) - 1) if self._headers is None else 0
        return messages

    def _complete(self, messages: list[Message], headers: dict[str, str], body: bytes) -> None:
        content_type = headers.get("Content-Type")
        if content_type == EVENT:
            self._keep(messages, Event.parse(body))
        elif content_type:
            messages.append(Message(content_type, headers, body))
        else:
            self.dropped += 1

    def _keep(self, messages: list[Message], event: Event | None) -> None:
        if event is None:
            self.dropped += 1
        else:
            messages.append(Message(EVENT, event=event))


def _outer(block: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in block.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(": ")
        if colon:
            headers.setdefault(name, value)
    return headers


def _body_length(headers: Mapping[str, str]) -> int:
    text = headers.get("Content-Length")
    if text is None:
        return 0
    length = _length(text.encode())
    if length is None:
        raise ConnectionLost(f"the event socket announced a body of {text[:20]!r} bytes")
    if length > MAX_BODY:
        raise ConnectionLost(f"the event socket announced {length} bytes; {MAX_BODY} are the most")
    return length


def _length(text: bytes) -> int | None:
    """A count written in plain digits; Python's `int` would also take `1_000`, ` 7` and `-1`."""
    return int(text) if text.isdigit() and len(text) < 20 else None


def _decode(value: str) -> str:
    if "%" in value:
        return unquote_to_bytes(value).decode("utf-8", "replace")
    return "" if value == _UNDEFINED else value
