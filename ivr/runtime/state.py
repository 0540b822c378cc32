"""Where a call stands in its flows: all that must outlive a worker, as plain data.

A variable holds texts, numbers (int, or Decimal for money), true/false, null, dates and times, and lists and
mappings of those. `pack` and `unpack` are the form in which that is kept with the call: JSON, in which what
JSON has no word for is a mapping with one key, `{"$decimal": "12.50"}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ivr.errors import IvoryError
from ivr.runtime.secrets import Secrets

MAX_DEPTH = 50

_KINDS: dict[type, tuple[str, Callable[[Any], str]]] = {
    Decimal: ("$decimal", str),
    datetime: ("$datetime", datetime.isoformat),
    date: ("$date", date.isoformat),
    time: ("$time", time.isoformat),
}
_READERS: dict[str, Callable[[str], Any]] = {
    "$decimal": Decimal,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$time": time.fromisoformat,
}


@dataclass
class State:
    """A call's way through its flows.

    `language` is the caller's wish; a flow that does not speak it uses its own nearest. `back` are the nodes
    that `back` returns to, in order; `frames` the flows that wait for a subflow, outermost first.
    """

    flow: str
    node: str
    language: str
    variables: dict[str, Any] = field(repr=False)
    visit: int = 0
    back: list[str] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list, repr=False)
    goals: list[str] = field(default_factory=list)


def pack(state: State, secrets: Secrets) -> str:
    """`state` as JSON; a variable with something secret in it is left out and will be asked for again.

    Raises:
        IvoryError: a variable holds something that is no plain data.
    """
    whole = asdict(state)
    for holder in (whole, *whole["frames"]):
        written = {name: _written(value) for name, value in holder["variables"].items()}
        holder["variables"] = {
            name: None if secrets.holds(value) else value for name, value in written.items()
        }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> State:
    """What `pack` made."""
    whole = json.loads(text)
    for holder in (whole, *whole["frames"]):
        holder["variables"] = {name: _read(value) for name, value in holder["variables"].items()}
    return State(**whole)


def plain_data(value: Any) -> Any:
    """`value` as variables may hold it. Raises IvoryError for what is no plain data, or deeper than 50."""
    return _read(_written(value))


def _written(value: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise IvoryError(f"a value that is nested deeper than {MAX_DEPTH} cannot be kept")
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, Mapping):
        inner = {str(key): _written(each, depth + 1) for key, each in value.items()}
        return {"$mapping": inner} if any(key.startswith("$") for key in inner) else inner
    if isinstance(value, list | tuple):
        return [_written(each, depth + 1) for each in value]
    try:
        tag, write = _KINDS[type(value)]
    except KeyError:
        raise IvoryError(f"a value of the kind {type(value).__name__} cannot be kept in a variable") from None
    return {tag: write(value)}


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(each) for each in value]
    if not isinstance(value, dict):
        return value
    tag = next(iter(value), "")
    if tag == "$mapping":
        return {key: _read(each) for key, each in value[tag].items()}
    if tag in _READERS:
        return _READERS[tag](value[tag])
    return {key: _read(each) for key, each in value.items()}
