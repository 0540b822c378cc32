"""SIP messages (RFC 3261): bytes to requests and answers, and back.

What comes in may be anything; what cannot be a message is None, and nothing in one can break a line of what
is sent in return.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Self

MAX_HEADERS: Final = 200
MAX_BYTES: Final = 65_535
_COMPACT: Final = {
    "v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
    "c": "content-type", "k": "supported", "s": "subject", "x": "session-expires",
}  # fmt: skip
_REPEATED: Final = frozenset({"via", "from", "to", "call-id", "cseq", "record-route"})
_FOLD = re.compile(r"\r\n[ \t]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_METHOD = re.compile(r"[A-Z]{1,20}")
_TAG = re.compile(r";\s*tag=([^;,\s>]+)", re.IGNORECASE)
_BRACKETED = re.compile(r"<([^<>]*)>")
_USER = re.compile(r"sips?:(?:([^@;?<>\s]*)@)?", re.IGNORECASE)
_LIST = re.compile(r'(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<])+')

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Message:
    """Headers by their long names in small letters, in the order in which they came, and a body."""

    headers: Headers
    body: str

    def get(self, name: str) -> str:
        """The first header of this name, or nothing."""
        return next((value for each, value in self.headers if each == name), "")

    def all(self, name: str) -> list[str]:
        """Each header of this name; those that stand in one line, apart."""
        lines = [value for each, value in self.headers if each == name]
        return [part.strip() for line in lines for part in _LIST.findall(line) if part.strip()]

    @property
    def call(self) -> str:
        """Which call it is about."""
        return self.get("call-id")

    @property
    def sequence(self) -> tuple[int, str]:
        """Its place among the requests of its side, and the method; (-1, "") when that is not said."""
        number, _, method = self.get("cseq").partition(" ")
        if not number.isascii() or not number.isdigit() or len(number) > 10:
            return -1, ""
        return int(number), method.strip()

    @property
    def branch(self) -> str:
        """What marks one request and its answers."""
        found = re.search(r";\s*branch=([^;,\s]+)", self.get("via"), re.IGNORECASE)
        return found[1] if found else ""

    def _text(self, first: str) -> bytes:
        lines = [first, *(f"{name}: {value}" for name, value in self.headers)]
        body = self.body.encode()
        lines.append(f"content-length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True, slots=True)
class Request(_Message):
    """Something that is asked for."""

    method: str
    target: str

    def to_bytes(self) -> bytes:
        """As it is sent."""
        return self._text(f"{self.method} {self.target} SIP/2.0")

    def with_header(self, name: str, value: str) -> Self:
        """The same, with one header more."""
        return replace(self, headers=(*self.headers, (name, value)))


@dataclass(frozen=True, slots=True)
class Answer(_Message):
    """What is said to a request: 100 to 199 for the time being, 200 to 699 in the end."""

    status: int
    reason: str

    def to_bytes(self) -> bytes:
        """As it is sent."""
        return self._text(f"SIP/2.0 {self.status} {self.reason}")


def parse(data: bytes) -> Request | Answer | None:
    """A datagram as a message; None when it is none."""
    if len(data) > MAX_BYTES:
        return None
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *lines = _FOLD.sub(" ", head).split("\r\n")
    if len(lines) > MAX_HEADERS:
        return None
    headers = []
    for each in lines:
        name, colon, value = each.partition(":")
        if colon:
            low = _clean(name).strip().lower()
            headers.append((_COMPACT.get(low, low), _clean(value).strip()))
    words = _clean(first).split(" ", 2)
    if len(words) != 3:
        return None
    if words[2] == "SIP/2.0" and _METHOD.fullmatch(words[0]):
        return Request(tuple(headers), body, words[0], words[1])
    if words[0] == "SIP/2.0" and len(words[1]) == 3 and words[1].isascii() and words[1].isdigit():
        status = int(words[1])
        return Answer(tuple(headers), body, status, words[2]) if 100 <= status < 700 else None
    return None


def answer(
    request: Request, status: str, tag: str, *, contact: str = "", body: str = "", more: Headers = ()
) -> bytes:
    """An answer to a request, as bytes.

    Args:
        status: `180 Ringing`.
        tag: ours in this call, put into `to` where there is none.
        contact: where we are to be found, `user@host:port`.
        body: a session description.
    """
    headers = []
    for name, value in request.headers:
        if name == "to" and not tag_of(value):
            headers.append((name, f"{value};tag={tag}"))
        elif name in _REPEATED:
            headers.append((name, value))
    if contact:
        headers.append(("contact", f"<sip:{contact}>"))
    headers += more
    if body:
        headers.append(("content-type", "application/sdp"))
    number, _, reason = status.partition(" ")
    return Answer(tuple(headers), body, int(number), reason).to_bytes()


def tag_of(value: str) -> str:
    """The tag of a `from` or `to`, or nothing."""
    found = _TAG.search(value[value.rfind(">") + 1 :])
    return found[1] if found else ""


def address_of(value: str) -> str:
    """The address in a `from`, `to`, `contact` or `route`: `sip:1001@host`."""
    found = _BRACKETED.search(value)
    return found[1].strip() if found else value.partition(";")[0].strip()


def user_of(value: str) -> str:
    """Whom the address names: `1001`; or nothing."""
    found = _USER.match(address_of(value))
    return (found[1] or "").partition(":")[0] if found else ""


def name_of(value: str) -> str:
    """The display name in front of an address, or nothing."""
    words = value.partition("<")[0].strip() if "<" in value else ""
    if len(words) >= 2 and words[0] == words[-1] == '"':
        words = re.sub(r"\\(.)", r"\1", words[1:-1])
    return words


def quoted(name: str) -> str:
    """A display name as it stands in a header."""
    return '"' + re.sub(r'(["\\])', r"\\\1", _clean(name)) + '"'


def _clean(text: str) -> str:
    """A text that cannot end its line."""
    return _CONTROLS.sub(" ", text)
