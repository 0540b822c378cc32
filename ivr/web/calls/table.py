"""Calls as rows of a spreadsheet, written as they are read from the store."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ivr.customers.sheet import armoured
from ivr.store.call_search import Found, Wanted
from ivr.store.call_whole import NOTHING, Extra
from ivr.store.records import CallRecord

PAGE = 500
MOST = 100_000
"""Rows of a table; whoever wants more asks for less time at once."""
HEADINGS = (
    "started", "call", "direction", "ani", "dnis", "caller_name", "flow", "version", "language", "answered",
    "ended", "seconds", "end", "hangup_cause", "goals", "group", "agent", "waited", "disposition",
    "recordings", "rating", "mos",
)  # fmt: skip
MARK = "\ufeff"
"""By which Excel knows UTF-8."""

Read = Callable[[Wanted], Found]
More = Callable[[Sequence[str]], Mapping[str, Extra]]


def rows(read: Read, more: More, wanted: Wanted) -> Iterator[str]:
    """The table, in pieces of some hundred rows. No cell is a formula to a spreadsheet."""
    yield MARK + _written([HEADINGS])
    left, wanted = MOST, replace(wanted, limit=PAGE)
    while left > 0:
        found = read(wanted)
        told = more([call.id for call in found.calls])
        if found.calls:
            yield _written([row(call, told.get(call.id, NOTHING)) for call in found.calls[:left]])
        left -= len(found.calls)
        if not found.next:
            return
        wanted = replace(wanted, before=found.next)


def row(call: CallRecord, extra: Extra) -> list[str]:
    """The cells of a call."""
    seconds = (call.ended - call.started).total_seconds() if call.ended else None
    cells = (
        call.started, call.id, call.direction or "in", call.ani, call.dnis, call.caller_name, call.flow,
        call.version, call.language, call.answered, call.ended, seconds, call.end, call.hangup_cause,
        " ".join(call.goals), extra.group, extra.agent, extra.waited, extra.disposition, extra.recordings,
        extra.rating, call.mos,
    )  # fmt: skip
    return [_cell(cell) for cell in cells]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, float):
        return f"{value:.1f}"
    return "" if value is None else armoured(str(value))


def _written(lines: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
