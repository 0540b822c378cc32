"""How much room text takes, and how it is made to fit: in any script, never cut within a sign.

A picture is made without knowing the reader's fonts, so widths are those of a wide common one (DejaVu Sans):
text may end a little early, and never runs out of its box.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wcwidth import iter_graphemes, wcswidth

MOST = 400  # characters that are looked at; no picture has room for more

_WIDTHS = {  # of a capital's height, by sign; DejaVu Sans
    **dict.fromkeys("ijl'", 0.29),
    **dict.fromkeys("I|.,:;! ·/\\", 0.35),
    **dict.fromkeys("frt-()[]", 0.42),
    **dict.fromkeys('cksvxyz?"*_', 0.59),
    **dict.fromkeys("w+=<>~#^→←↑↓", 0.84),
    **dict.fromkeys("mMW@%…", 1.0),
}
_UNSEEN = re.compile(  # controls, marks of direction, joiners but the one of emoji, halves, private use
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b\\u200c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f"
    "\\ud800-\\uf8ff\\ufeff\\ufff0-\\uffff\\U000e0000-\\U0010ffff]"
)
_CLOSING = frozenset("，。、；：！？）》」』】”’,.;:!?)")  # a line does not begin with these
BOLD = 1.13


def clean(text: str) -> str:
    """Text in one line, without signs that XML forbids, that nobody sees, or that turn the direction of
    what stands beside them."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is at most, in pixels, in letters of `size`."""
    return sum(map(_width, iter_graphemes(text))) * size * (BOLD if bold else 1.0)


def _width(grapheme: str) -> float:
    """One sign as a reader sees it, in ems."""
    if (known := _WIDTHS.get(grapheme)) is not None:
        return known
    if wcswidth(grapheme) >= 2:
        return 1.0 if len(grapheme) == 1 and ord(grapheme) < 0x1F000 else 1.4  # an emoji is wider than 字
    return 0.79 if grapheme.isupper() else 0.64


def fit(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it is wider than `room`."""
    lines = wrap(text, room, size, 1, bold=bold)
    return lines[0] if lines else ""


def wrap(text: str, room: float, size: float, most: int, *, bold: bool = False) -> list[str]:
    """`text` in at most `most` lines no wider than `room`, with an ellipsis where something is left out."""
    lines: list[str] = []
    line = ""
    todo = list(reversed(list(_pieces(clean(text[:MOST])))))
    while todo:
        piece = todo.pop()
        if width((line + piece).rstrip(), size, bold=bold) <= room:
            line += piece
        elif len(lines) == most - 1:
            return [*lines, _with_ellipsis(line + piece, room, size, bold=bold)]
        elif line.strip():
            lines.append(line.rstrip())
            line = ""
            todo.append(piece.lstrip())
        else:  # a word longer than a line
            signs = list(iter_graphemes(piece))
            head = _head(signs, room, size, bold=bold) or 1
            lines.append("".join(signs[:head]))
            todo.append("".join(signs[head:]))
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """Where a line may break: between words, and around every wide sign but before closing marks."""
    piece = ""
    for sign in iter_graphemes(text):
        wide = wcswidth(sign) >= 2
        if piece and sign not in _CLOSING and (wide or piece[-1] == " " or wcswidth(piece[-1]) >= 2):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _with_ellipsis(text: str, room: float, size: float, *, bold: bool) -> str:
    signs = list(iter_graphemes(text))
    return (
        "".join(signs[: _head(signs, room - width("…", size, bold=bold), size, bold=bold)]).rstrip(" .,，。…")
        + "…"
    )


def _head(signs: list[str], room: float, size: float, *, bold: bool) -> int:
    """How many signs have room."""
    used = 0.0
    for index, sign in enumerate(signs):
        used += width(sign, size, bold=bold)
        if used > room:
            return index
    return len(signs)
