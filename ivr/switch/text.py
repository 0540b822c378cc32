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

    A backslash before the delimiter or a quote takes its meaning away. Runs of blanks count as one,
    but a pair of quotes with nothing in it is an empty piece.
    """
    pieces: list[str] = []
    piece: list[str] = []
    quoted = was_quoted = False
    at = 0
    while at < len(text):
        char = text[at]
        following = text[at + 1 : at + 2]
        if char == "\\" and following in {delimiter, "'", "\\"} and following:
            piece.append(following)
            at += 2
            continue
        if char == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
            was_quoted = True
        elif char == delimiter and not quoted and (not limit or len(pieces) + 1 < limit):
            if delimiter != " " or piece or was_quoted:
                pieces.append("".join(piece).strip(" "))
            piece, was_quoted = [], False
        else:
            piece.append(char)
        at += 1
    if piece or was_quoted or (delimiter != " " and text):
        pieces.append("".join(piece).strip(" "))
    return pieces
