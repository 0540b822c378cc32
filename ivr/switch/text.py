"""How FreeSWITCH reads and writes plain text: its idea of truth, numbers, separation and URL encoding.

Facts of `switch_true`, `atoi`, `switch_separate_string` and `switch_url_encode`. Text that is not UTF-8
travels as surrogate escapes and leaves as the bytes that came in.
"""

from __future__ import annotations

import re

_UNSAFE = frozenset(b'\r\n #%&+:;<=>?@[\\]^`{|}"')
_ENCODED = [bytes([b]) if 0x20 <= b <= 0x7E and b not in _UNSAFE else b"%%%02X" % b for b in range(256)]
# An upper-case %XX that is already there stays as it is; every other percent sign is encoded.
_TO_ENCODE = re.compile(
    b"%(?![0-9A-F]{2})|["
    + b"".join(re.escape(bytes([b])) for b in range(256) if len(_ENCODED[b]) > 1 and b != 0x25)
    + b"]"
)
_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,18})")


def to_bytes(text: str) -> bytes:
    """Text as the bytes it came from."""
    return text.encode("utf-8", "surrogateescape")


def to_text(data: bytes) -> str:
    """Bytes as text, cut at the first NUL as a C string is."""
    return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def url_encode(value: str) -> bytes:
    """A header's value as an event carries it in plain format."""
    return _TO_ENCODE.sub(lambda found: _ENCODED[found[0][0]], to_bytes(value))


def true(value: str | None) -> bool:
    """What FreeSWITCH takes for a yes."""
    word = (value or "").lower()
    return word in {"yes", "on", "true", "t", "enabled", "active", "allow"} or (
        _NUMBER.fullmatch(word) is not None and int(word) != 0
    )


def number(value: str | None, default: int = 0) -> int:
    """The leading integer of a text as `atoi` reads it; `default` when there is no text at all."""
    if value is None:
        return default
    found = _NUMBER.match(value)
    return int(found[1]) if found else 0


def separate(text: str, delimiter: str = " ", limit: int = 0) -> list[str]:
    """Cut at a delimiter outside single quotes, quotes and edges removed; `limit` pieces at most (0: all).

    The last piece of a limited cut is all that is left, delimiters and all. Runs of blanks count as one; a
    delimiter at the very end opens no piece. `^^x` at the beginning makes x the delimiter.
    """
    if text.startswith("^^") and len(text) > 3:
        delimiter, text = text[2], text[3:]
    pieces: list[str] = []
    at = 0
    while at < len(text):
        end = len(text) if len(pieces) + 1 == limit else _end(text, at, delimiter)
        pieces.append(_clean(text[at:end], "" if delimiter == " " else delimiter))
        at = end + 1
        while delimiter == " " and text[at : at + 1] == " ":
            at += 1
    return pieces


def _end(text: str, at: int, delimiter: str) -> int:
    """Where the piece that begins at `at` ends. With blanks, a quote that is never closed has no end."""
    quoted = False
    if delimiter == " ":
        while text[at : at + 1] == " ":
            at += 1
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "'" and (quoted or delimiter == " " or "'" in text[at + 1 :]):
            quoted = not quoted
        elif char == delimiter and not quoted:
            break
        at += 1
    return min(at, len(text))


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "s": " "}


def _clean(piece: str, delimiter: str) -> str:
    """A piece without its quotes, its escapes and the blanks at its edges (cleanup_separated_string)."""
    out: list[str] = []
    quoted, at, end = False, 0, 0
    piece = piece.lstrip(" ")
    while at < len(piece):
        char, following = piece[at], piece[at + 1 : at + 2]
        meaning = _ESCAPES.get(following) or (following if following in ("'", '"', "\\", delimiter) else "")
        if char == "\\" and meaning:
            out.append(meaning)
            at, end = at + 1, len(out)
        elif char == "'" and (quoted or "'" in piece[at + 1 :]):
            quoted = not quoted
            end = len(out) if quoted else end
        else:
            out.append(char)
            end = len(out) if char != " " or quoted else end
        at += 1
    return "".join(out[:end] if end else out)
