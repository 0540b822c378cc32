"""One option of a plan changed in its text, with its comments and layout left as they are.

The lines that the YAML's marks tell are replaced, and the outcome is read again: where it does not hold the
very data that is wanted (a plan in braces, an alias), the whole plan is written anew instead.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ivr.acd.plan.dump import dumps, lines
from ivr.acd.plan.loader import LIMITS
from ivr.errors import FlowError
from ivr.flow import yaml
from ivr.flow.yaml import Document

_SCALAR = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s,{}\[\]#]+")
_REMARK = re.compile(r"^[^\"'#]*(?:(?:\"[^\"]*\"|'[^']*')[^\"'#]*)*\s(#.*)$")


def put(text: str, path: Sequence[str], value: Any) -> str:
    """A plan's text with another value at `path` (`("agents", "1001", "skills")`), which may be new."""
    document = yaml.parse(text, "", LIMITS)
    data = copy.deepcopy(document.data)
    above = data
    for step in path[:-1]:
        if not isinstance(above.get(step), dict):
            above[step] = {}
        above = above[step]
    above[path[-1]] = value
    return _written(text, document, path, data)


def drop(text: str, path: Sequence[str]) -> str:
    """A plan's text without what is at `path`; the text as it is where nothing is."""
    document = yaml.parse(text, "", LIMITS)
    data = copy.deepcopy(document.data)
    above = data
    for step in path[:-1]:
        above = above.get(step) or {}
    if path[-1] not in above:
        return text
    del above[path[-1]]
    return _written(text, document, path, data)


def changed(text: str, changes: Mapping[tuple[str, ...], Any]) -> str:
    """A plan's text with all of these values by path; None takes one out."""
    for path, value in changes.items():
        text = drop(text, path) if value is None else put(text, path, value)
    return text


def with_pins(text: str, give: Callable[[str, str], str]) -> str:
    """A plan's text with other PINs: `give` is told an agent and what stands there, and says what shall."""
    document = yaml.parse(text, "", LIMITS)
    data, lined = copy.deepcopy(document.data), text.split("\n")
    spots = []
    for agent, profile in (data.get("agents") or {}).items():
        if isinstance(profile, dict) and profile.get("pin") is not None:
            profile["pin"] = given = give(agent, str(profile["pin"]))
            spots.append((document.place(("agents", agent, "pin")), given))
    for place, given in sorted(spots, key=lambda spot: (spot[0].line, spot[0].column), reverse=True):
        line, column = lined[place.line - 1], place.column - 1
        if found := _SCALAR.match(line, column):
            written = given if given.isalpha() else f'"{given}"'
            lined[place.line - 1] = line[:column] + written + line[found.end() :]
    outcome = "\n".join(lined)
    return outcome if _holds(outcome, data) else dumps(data)


def _written(text: str, document: Document, path: Sequence[str], data: dict[str, Any]) -> str:
    """The text with only the lines of the innermost thing changed that can be told apart, if it can be."""
    lined = text.split("\n")
    for depth in range(len(path), 0, -1):
        outcome = _replaced(lined, document, path[:depth], data)
        if outcome is not None and _holds(outcome, data):
            return outcome
    return dumps(data)


def _holds(text: str, data: dict[str, Any]) -> bool:
    try:
        return bool(yaml.parse(text, "", LIMITS).data == data)
    except FlowError:
        return False


def _replaced(text: list[str], document: Document, path: Sequence[str], data: dict[str, Any]) -> str | None:
    """The text with the lines of `path` as `data` has it; None where it has no lines of its own."""
    old: Any = document.data
    new: Any = data
    for step in path[:-1]:
        old, new = (each.get(step) if isinstance(each, dict) else None for each in (old, new))
    if not isinstance(old, dict) or not old or not isinstance(new, dict):
        return None
    spots = {key: document.place((*path[:-1], key), key=True) for key in old}
    columns = {spot.column for spot in spots.values()}
    starts = sorted(spot.line for spot in spots.values())
    own = all(not text[spot.line - 1][: spot.column - 1].strip() for spot in spots.values())
    if len(columns) != 1 or len(set(starts)) != len(starts) or not own:
        return None
    indent = columns.pop() - 1
    begin = spots[path[-1]].line - 1 if path[-1] in spots else _end(text, starts[-1] - 1, indent)
    end = _end(text, begin, indent) if path[-1] in spots else begin
    fresh = lines(path, new[path[-1]], indent) if path[-1] in new else []
    remark = _REMARK.match(text[begin]) if path[-1] in spots else None
    if remark and fresh:
        fresh[0] += f"  {remark[1]}"
    return "\n".join([*text[:begin], *fresh, *text[end:]])


def _end(text: list[str], begin: int, indent: int) -> int:
    """Behind the last line of what begins in a line; remarks and empty lines below belong to what follows."""
    end = begin + 1
    for number in range(begin + 1, len(text)):
        line = text[number]
        if line.strip() and not line.lstrip().startswith("#"):
            inside = len(line) - len(line.lstrip())
            if inside < indent or (inside == indent and not line.lstrip().startswith("- ")):
                break
            end = number + 1
    return end
