"""Dial strings: `{for=all}[for=one]user/1001,user/1002|sofia/gateway/trunk/13800000000`.

A comma rings at once, a bar in turn. Variables may be quoted, escaped, or given a delimiter (`{^^:a=1:b=2}`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.switch.text import separate


@dataclass(frozen=True, slots=True)
class Target:
    """One leg: `endpoint` (`user`, `sofia`, …), the rest of its address, and its own variables."""

    endpoint: str
    address: str
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DialString:
    """Variables for every leg, and groups of legs: groups are tried in turn, the legs of one at once."""

    variables: Mapping[str, str]
    groups: tuple[tuple[Target, ...], ...]


def parse(text: str) -> DialString:
    """Read a dial string; what cannot be read is a target of an endpoint that does not exist."""
    text = text.strip()
    variables: dict[str, str] = {}
    while text.startswith(("{", "<")):
        inner, text = _bracket(text, {"{": "}", "<": ">"}[text[0]])
        variables |= _pairs(inner)
    groups = tuple(
        tuple(_target(part) for part in _cut(group, ",") if part.strip())
        for group in _cut(text, "|")
        if group.strip()
    )
    return DialString(variables, groups)


def _target(text: str) -> Target:
    text = text.strip()
    variables: dict[str, str] = {}
    while text.startswith("["):
        inner, text = _bracket(text, "]")
        variables |= _pairs(inner)
    endpoint, _, address = text.strip().partition("/")
    return Target(endpoint.lower(), address, variables)


def _bracket(text: str, closing: str) -> tuple[str, str]:
    """The inside of the bracket that opens the text, and what follows it."""
    level = 0
    for at, char in enumerate(text):
        if char == text[0]:
            level += 1
        elif char == closing:
            level -= 1
            if not level:
                return text[1:at], text[at + 1 :].lstrip()
    return text[1:], ""


def _pairs(text: str) -> dict[str, str]:
    delimiter = ","
    if text.startswith("^^") and len(text) > 2:
        delimiter, text = text[2], text[3:]
    pairs = (part.partition("=") for part in separate(text, delimiter))
    return {name.strip(): value.strip() for name, separator, value in pairs if name.strip()}


def _cut(text: str, delimiter: str) -> list[str]:
    """Cut at a delimiter that stands outside brackets and quotes."""
    parts = [""]
    level, quoted = 0, False
    for char in text:
        if char == "'":
            quoted = not quoted
        elif not quoted:
            level += {"[": 1, "]": -1, "{": 1, "}": -1}.get(char, 0)
        if char == delimiter and level <= 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += char
    return parts
