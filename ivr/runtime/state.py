"""Where a call stands in its flows: all that must outlive a worker, as plain data.

A variable holds texts, numbers (int, or Decimal for money), true/false, null, dates and times, and lists and
mappings of those. `pack` and `unpack` are the form in which that is kept with the call: JSON, in which what
JSON has no word for is a mapping with one key, `{"$decimal": "12.50"}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from ivr.errors import IvoryError
from ivr.flow.model import LoadedFlow
from ivr.runtime.secrets import Secrets

MAX_DEPTH = 50
NOT_BEGUN = -1
"""`adopted` of a state that no worker has taken up yet: its visit is begun, not begun again."""

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
    that `back` returns to, in order; `frames` the flows that wait for a subflow, outermost first. `asked`
    names for each variable that was collected in confidence the node that asked for it, and `lost` those of
    them that were not kept. `last` is the highest number a visit had, where `visit` was taken up again.
    `entry` and `version` are the flow the call came in by; `others`, where somebody has sent it to a flow
    which that one does not lead to, is `<version> <name>` of that flow. `adopted` counts the workers that
    took this visit up from one before. `queue` is what `ivr.runtime.queued` keeps of the last queue it was
    in, `progress` what a node of several questions has been answered in this visit, `caller` what an
    operation told of who calls. `called` is the visit of the callback that this call came about by, which was
    begun in another call. `signals` are webhooks that wait for the flow to take them, each as JSON by its
    key, and `heard` the ids of the last that came.
    """

    flow: str
    node: str
    language: str
    variables: dict[str, Any] = field(repr=False)
    visit: int = 0
    back: list[str] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list, repr=False)
    goals: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    last: int = 0
    entry: str = ""
    version: str = ""
    answered: datetime | None = None
    early: bool = False
    talked: bool = False
    adopted: int = 0
    queue: dict[str, Any] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)
    caller: dict[str, Any] = field(default_factory=dict)
    called: int = 0
    others: str = ""
    signals: dict[str, str] = field(default_factory=dict, repr=False)
    heard: list[str] = field(default_factory=list)


_SHORT = {
    "flow": "f", "node": "n", "language": "l", "variables": "v", "visit": "i", "back": "b", "frames": "s",
    "goals": "g", "asked": "q", "lost": "x", "last": "m", "entry": "e", "version": "r", "answered": "a",
    "early": "y", "talked": "t", "adopted": "d", "queue": "u", "progress": "p",
    "caller": "c", "called": "k", "others": "o", "signals": "w", "heard": "h",
}  # fmt: skip
PLACE = ("node", "visit", "back", "last", "adopted", "progress")
"""What of a state is another at each visit."""
FRAME = ("flow", "node", "variables", "back", "asked", "lost")
"""What of a state is put aside while a subflow runs."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_LONG = {short: name for name, short in _SHORT.items()}


def pack(state: State, secrets: Secrets) -> str:
    """`state` as two lines of JSON, without what is empty and with short names: where the call stands, and
    all the rest, which most visits leave as it was. A variable with something secret in it is `lost`.

    Raises:
        IvoryError: a variable holds something that is no plain data.
    """
    whole = {**vars(state), **_held(vars(state), secrets)}
    whole["frames"] = [{**frame, **_held(frame, secrets)} for frame in state.frames]
    if state.answered is not None:
        whole["answered"] = round(state.answered.timestamp(), 3)
    if state.entry == state.flow:
        del whole["entry"]
    place = {_SHORT[name]: value for name in PLACE if (value := whole.pop(name))}
    rest = {_SHORT[name]: value for name, value in whole.items() if value}
    return f"{_ENCODER.encode(place)}\n{_ENCODER.encode(rest)}"


def _held(holder: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    """The variables of a state or a frame, written, without those that are null and the secret ones."""
    written = {name: _written(value) for name, value in holder["variables"].items() if value is not None}
    lost = [name for name, value in written.items() if secrets.holds(value)]
    for name in lost:
        del written[name]
    return {"variables": written, "lost": [*holder["lost"], *lost]}


def unpack(text: str) -> State:
    """What `pack` made, but for variables that are null. Raises IvoryError for anything else."""
    try:
        place, rest = map(json.loads, text.split("\n"))
        whole = {_LONG[name]: value for name, value in (place | rest).items()}
        whole.setdefault("variables", {})
        for holder in (whole, *whole.get("frames", ())):
            holder["variables"] = {name: _read(value) for name, value in holder["variables"].items()}
        whole["frames"] = [{name: frame[name] for name in FRAME} for frame in whole.get("frames", ())]
        if "answered" in whole:
            whole["answered"] = datetime.fromtimestamp(whole["answered"], UTC)
        whole.setdefault("entry", whole["flow"])
        return State(**whole)
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        ArithmeticError,
        OSError,
        RecursionError,
    ) as error:
        raise IvoryError(f"the state that was kept cannot be read: {type(error).__name__}") from None


def beginning(text: str) -> tuple[str, str] | None:
    """The version and the flow that a call began with, or was sent to since, whose state was packed as
    `text`; None where that cannot be read."""
    try:
        state = unpack(text)
    except IvoryError:
        return None
    return origin(state)


def origin(state: State) -> tuple[str, str]:
    """The version and the flow whose flows a call is in."""
    version, _, flow = state.others.partition(" ")
    return (version, flow) if flow else (state.version, state.entry)


def check(state: State, flows: Mapping[str, LoadedFlow]) -> None:
    """Raises IvoryError unless a call can go on in `flows` where it stands."""
    for frame in (vars(state), *state.frames):
        flow, node = frame["flow"], frame["node"]
        if flow not in flows or node not in flows[flow].flow.nodes:
            raise IvoryError(f'there is no "{flow}: {node}" any more')


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
