"""A plan's data as YAML that a person reads: groups a line an option, agents a line each where that is short.

The order of the file's parts and options is the models'; groups, agents and skills stay as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from ivr.acd.plan.model import AgentProfile, Centre, GroupDefaults, SkillGroup
from ivr.flow.yaml_scalars import resolve

WIDTH = 100
_PLAIN = re.compile(r"[^\W_](?:[\w ./%()'+*<>=!-]*[\w./%)])?")
_ODD_WORDS = frozenset({"yes", "no", "on", "off", "y", "n"})
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.,-]*")
_PARTS: Mapping[str, type[BaseModel]] = {"defaults": GroupDefaults}
_ENTRIES: Mapping[str, type[BaseModel]] = {"groups": SkillGroup, "agents": AgentProfile}


def dumps(data: Mapping[str, Any]) -> str:
    """The YAML of a plan's data; `load` of it gives the same data."""
    parts = [
        "\n".join(_entry(name, _sorted(name, data[name]), 0, _opened(name)))
        for name in _in_order(data, Centre)
    ]
    return "\n\n".join(parts) + "\n" if parts else "{}\n"


def lines(path: Sequence[str], data: Any, indent: int) -> list[str]:
    """The lines of one part, group, agent or option, as they stand with so many spaces in front."""
    part, depth = path[0], len(path)
    if depth == 1:
        data = _sorted(part, data)
    elif depth == 2 and part in _ENTRIES:
        data = _ordered(data, _ENTRIES[part])
    return list(_entry(path[-1], data, indent, max(0, _opened(part) - depth + 1)))


def _opened(part: str) -> int:
    """How many levels of a part stand on lines of their own however short they are."""
    return {"title": 0, "groups": 2}.get(part, 1)


def _sorted(name: str, part: Any) -> Any:
    if name in _PARTS:
        return _ordered(part, _PARTS[name])
    if name in _ENTRIES and isinstance(part, dict):
        return {each: _ordered(data, _ENTRIES[name]) for each, data in part.items()}
    return part


def _ordered(data: Any, model: type[BaseModel]) -> Any:
    return {key: data[key] for key in _in_order(data, model)} if isinstance(data, dict) else data


def _in_order(data: Mapping[str, Any], model: type[BaseModel]) -> list[str]:
    base = set(model.__base__.model_fields) if model.__base__ is GroupDefaults else set()
    names = sorted(model.model_fields, key=base.__contains__)  # what a group alone has comes first
    return sorted(data, key=lambda key: names.index(key) if key in names else len(names))


def _entry(key: str, value: Any, indent: int, opened: int) -> Iterator[str]:
    """`key: value` in one line if it fits and need not be opened, else one option a line below."""
    head = f"{' ' * indent}{_key(key)}:"
    short = head if value is None else f"{head} {_flow(value)}"
    if not isinstance(value, dict | list) or not value or (not opened and len(short) <= WIDTH):
        yield short
        return
    yield head
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield from _entry(name, inner, indent + 2, max(0, opened - 1))
    for inner in value if isinstance(value, list) else ():
        yield f"{' ' * (indent + 2)}- {_flow(inner)}"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        return _scalar(value)
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _key(text: str) -> str:
    """A key is the text as written, be it a number or `on`."""
    return text if _PLAIN_KEY.fullmatch(text) else _scalar(text)


def _scalar(text: str) -> str:
    """A text as it stands alone, or in quotes where it would be read as something else."""
    plain = _PLAIN.fullmatch(text) and not text.replace(".", "").isdigit() and text.lower() not in _ODD_WORDS
    if plain and resolve(text) == text:
        return text
    return (
        '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
    )
