"""Records made ready for the database, and back: bounded, clean, and the same in memory, table and spool.

A row holds nothing but text, numbers and None. Whatever a caller or a switch put into a record is cut
to size here, so that no queue or disk can be filled by one hostile name.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr.store.fields import utc_text
from ivr.store.models import Calls, Steps
from ivr.store.records import CallRecord, Record, Step

NAME_LIMIT = 255
INPUT_LIMIT = 1024
DETAIL_LIMIT = 4096
MARK = "…"

Value = str | int | float | None

_json = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would build one a record
_strict = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")

CALL_COLUMNS = (
    "id", "started", "flow", "version", "ani", "dnis", "caller_name", "language",
    "answered", "ended", "hangup_cause", "end", "goals", "node", "mos", "jitter_ms", "loss_percent",
)  # fmt: skip
STEP_COLUMNS = ("call", "visit", "flow", "node", "type", "entered", "left", "outcome", "input", "detail")
COLUMNS: Mapping[str, tuple[str, ...]] = {"call": CALL_COLUMNS, "step": STEP_COLUMNS}
KEYS: Mapping[str, tuple[str, ...]] = {"call": ("id",), "step": ("call", "visit")}


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its kind (`call`, `step`) and the values of that kind's `COLUMNS`."""

    kind: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """What can never become a row, as text, and why."""

    text: str
    reason: str


def pack(record: Record) -> Row:
    """The row of a record.

    Raises:
        ValueError, TypeError: it has no usable key, or a naive time, or holds what JSON cannot.
    """
    if isinstance(record, CallRecord):
        goals = [clip(str(goal), NAME_LIMIT) for goal in record.goals[:64]]
        return Row(
            "call",
            (
                _key(record.id),
                utc_text(record.started),
                _text(record.flow),
                _text(record.version),
                _text(record.ani),
                _text(record.dnis),
                _text(record.caller_name),
                _text(record.language),
                None if record.answered is None else utc_text(record.answered),
                None if record.ended is None else utc_text(record.ended),
                _text(record.hangup_cause),
                _text(record.end),
                _json(goals) if goals else None,
                _text(record.node),
                _figure(record.mos),
                _figure(record.jitter_ms),
                _figure(record.loss_percent),
            ),
        )
    if isinstance(record, Step):
        return Row(
            "step",
            (
                _key(record.call),
                _whole(record.visit),
                _text(record.flow),
                _text(record.node),
                _text(record.type),
                utc_text(record.entered),
                None if record.left is None else utc_text(record.left),
                _text(record.outcome),
                _text(record.input, INPUT_LIMIT),
                _detail(record.detail) if record.detail else None,
            ),
        )
    raise TypeError(f"neither a call nor a step: {type(record).__name__}")


def to_line(row: Row) -> str:
    """A row as one line of JSON, without the newline; columns by name, so that it outlives a migration."""
    return json.dumps({"kind": row.kind, **dict(zip(COLUMNS[row.kind], row.values, strict=True))})


def from_line(line: bytes) -> Row:
    """The row of a line.

    Raises:
        ValueError: it is no line of `to_line`; a column it lacks is None, one that is unknown is passed over.
    """
    content = json.loads(line)
    if not isinstance(content, dict) or content.get("kind") not in COLUMNS:
        raise ValueError("not a record")
    values = tuple(content.get(column) for column in COLUMNS[content["kind"]])
    if not all(value is None or type(value) in (str, int, float) for value in values):
        raise ValueError("a value is neither text nor a number")
    return Row(content["kind"], values)


def to_call(found: Calls) -> CallRecord:
    """The record of a row of the table."""
    return CallRecord(
        id=found.id,
        started=found.started,
        flow=found.flow or "",
        version=found.version or "",
        ani=found.ani or "",
        dnis=found.dnis or "",
        caller_name=found.caller_name or "",
        language=found.language or "",
        answered=found.answered,
        ended=found.ended,
        hangup_cause=found.hangup_cause or "",
        end=found.end or "",
        goals=tuple(found.goals or ()),
        node=found.node or "",
        mos=found.mos,
        jitter_ms=found.jitter_ms,
        loss_percent=found.loss_percent,
    )


def to_step(found: Steps) -> Step:
    """The record of a row of the table."""
    return Step(
        call=found.call_id,  # type: ignore[attr-defined]  # peewee's own
        visit=found.visit,
        flow=found.flow or "",
        node=found.node or "",
        type=found.type or "",
        entered=found.entered,
        left=found.left,
        outcome=found.outcome or "",
        input=found.input or "",
        detail=found.detail or {},
    )


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, marked where something was cut; always storable as UTF-8."""
    if len(text) > limit:
        text = text[: limit - len(MARK)] + MARK
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _text(value: str, limit: int = NAME_LIMIT) -> str | None:
    return clip(value, limit) if value else None


def _key(value: str) -> str:
    if not value or clip(value, NAME_LIMIT) != value:
        raise ValueError("a call's id is 1 to 255 characters of plain text")
    return value


def _whole(value: int) -> int:
    if type(value) is not int:  # a bool is one to Python, and none to a database
        raise TypeError(f"a visit is a whole number, not {type(value).__name__}")
    return value


def _figure(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _detail(detail: Mapping[str, Any]) -> str:
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
