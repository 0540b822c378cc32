"""A value of a record made ready for its column, and back: bounded, clean, nothing but text, numbers, None.

How is decided by the annotation of the record's field, so that a new kind of record needs no code here.
Whatever a caller or a switch put into a record is cut to size, so that no queue or disk can be filled by one
hostile name.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from ivr.store.fields import utc_text

NAME_LIMIT = 255
DETAIL_LIMIT = 4096
NAMES_LIMIT = 64
"""Names in a list, and spans."""
MARK = "…"

Value = str | int | float | None

_json = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would build one a record
_strict = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


class Cell(NamedTuple):
    """How a field's value is written into its column, and read from there."""

    pack: Callable[[Any], Value]
    unpack: Callable[[Any], Any]


def cell(field: Field[Any], *, key: bool) -> Cell:
    """The cell of a record's field. `key`: it is part of the table's key, and may not be empty.

    Raises:
        KeyError: an annotation for which there is no cell.
    """
    kind = str(field.type)
    if kind == "str":
        if key:
            return Cell(_key, _same)
        limit = field.metadata.get("limit", NAME_LIMIT)
        return Cell(_text if limit == NAME_LIMIT else partial(_text, limit=limit), _or_empty)
    return _CELLS[kind]


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, marked where something was cut; always storable as UTF-8."""
    if len(text) > limit:
        text = text[: limit - len(MARK)] + MARK
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _text(value: str, limit: int = NAME_LIMIT) -> str | None:
    if not value:
        return None
    # Most need no cutting; seen here, it saves each of a record's many texts a call.
    plain = len(value) <= limit and value.isascii() and "\0" not in value
    return value if plain else clip(value, limit)


def _key(value: str) -> str:
    if not value or clip(value, NAME_LIMIT) != value:
        raise ValueError("an id is 1 to 255 characters of plain text")
    return value


def _whole(value: int) -> int:
    if type(value) is not int:  # a bool is one to Python, and none to a database
        raise TypeError(f"a whole number is wanted, not {type(value).__name__}")
    return value


def _whole_if_any(value: int | None) -> int | None:
    return None if value is None else _whole(value)


def _figure(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _flag(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _read_flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else utc_text(value)


def _names(value: Sequence[str]) -> str | None:
    return _json([clip(str(name), NAME_LIMIT) for name in value[:NAMES_LIMIT]]) if value else None


def _spans(value: Sequence[tuple[float, float]]) -> str | None:
    return _strict([[round(a, 3), round(b, 3)] for a, b in value[:NAMES_LIMIT]]) if value else None


def _read_spans(value: Sequence[Sequence[float]] | None) -> tuple[tuple[float, float], ...]:
    return tuple((begin, end) for begin, end in value or ())


def _detail(detail: Mapping[str, Any]) -> str | None:
    if not detail:
        return None
    text = clip(_document(dict(detail)), DETAIL_LIMIT + 1)
    if len(text) <= DETAIL_LIMIT:
        return text
    return _json({"clipped": clip(text, DETAIL_LIMIT // 2)})


def _document(content: dict[str, Any]) -> str:
    """`content` as JSON that every database takes: no NaN, which is none; no NUL, which is not in all."""
    try:
        text = _strict(content)
    except ValueError:
        text = _json(json.loads(_json(content), parse_constant=lambda name: None))
    return _NUL.sub(r"\1\\ufffd", text) if "\\u0000" in text else text


def _same(value: Any) -> Any:
    return value


def _or_empty(value: str | None) -> str:
    return value or ""


_CELLS: Mapping[str, Cell] = {
    "int": Cell(_whole, _same),
    "int | None": Cell(_whole_if_any, _same),
    "float | None": Cell(_figure, _same),
    "bool | None": Cell(_flag, _read_flag),
    "datetime": Cell(utc_text, _same),
    "datetime | None": Cell(_moment, _same),
    "tuple[str, ...]": Cell(_names, lambda value: tuple(value or ())),
    "tuple[tuple[float, float], ...]": Cell(_spans, _read_spans),
    "Mapping[str, Any]": Cell(_detail, lambda value: value or {}),
}
