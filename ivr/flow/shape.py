"""What pydantic finds wrong with a flow, in the words and at the place of the designer's file.

pydantic knows models, unions and validators; a designer knows lines and options. Each of its errors becomes
one finding, errors of several branches of a union become one, and the place is the very line and column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from ivr.errors import Finding, Place
from ivr.flow.checks import Path
from ivr.flow.types import shortened
from ivr.flow.yaml import Document
from ivr.registry import did_you_mean

_WORDS = {
    "bool": ("neither true nor false", "write true or false"),
    "date": ("not a date", "write it as 2026-12-24"),
    "dict": ("not a mapping", "write `option: value` below it, or {option: value}"),
    "float": ("not a number", "write digits, with a point if need be"),
    "int": ("not a whole number", "write digits"),
    "list": ("not a list", "write [one, another]"),
    "mapping": ("not a mapping", "write `option: value` below it, or {option: value}"),
    "model": ("not a mapping", "write `option: value` below it, or {option: value}"),
    "string": ("not a text", "put it in quotes"),
    "tuple": ("not a list", "write [one, another]"),
}
_BOUNDS = {
    "greater_than": ("gt", "not more than", "write more than"),
    "greater_than_equal": ("ge", "less than", "write at least"),
    "less_than": ("lt", "not less than", "write less than"),
    "less_than_equal": ("le", "more than", "write at most"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What was validated: the data of a node (`prefix` is its path) or of the flow, as `model`; `what` is
    what a designer calls it."""

    document: Document
    lines: Sequence[str]
    data: Any
    prefix: Path
    model: type[BaseModel]
    what: str


def findings(error: ValidationError, subject: Subject) -> Iterator[Finding]:
    """Each thing that is wrong, once."""
    problems = [(_path(subject.data, problem), problem) for problem in error.errors()]
    # A value that fits no branch of a union gives an error for each: ours says most, else the deepest.
    problems.sort(key=lambda one: one[1]["type"] != "flow")
    beneath = {path[:length] for path, _ in problems for length in range(len(path))}
    seen: set[Path] = set()
    for path, problem in problems:
        if problem["type"] not in ("missing", "extra_forbidden"):
            if path in seen or (path in beneath and problem["type"] != "flow"):
                continue
            seen.add(path)
        yield _finding(path, problem, subject)


def _finding(path: Path, problem: Any, subject: Subject) -> Finding:
    document, full = subject.document, subject.prefix + path
    kind, context, loc = problem["type"], problem.get("ctx", {}), problem["loc"]
    if kind == "extra_forbidden":
        name = str(loc[-1])
        message = f'unknown option "{shortened(name)}" for {_where(subject.what, path[:-1])}'
        hint = did_you_mean(name, _options(subject.model, loc[:-1]))
        return Finding(document.place(full, key=True), "F104", message, hint)
    if kind == "missing":
        name = str(loc[-1])
        message = f'"{name}" is missing for {_where(subject.what, path)}'
        return Finding(document.place(full, key=True), "F105", message, f"add `{name}:`")
    place = document.place(full, key=loc[-1:] == ("[key]",))
    if kind == "flow":
        return Finding(_sign(place, context, subject), context["code"], context["message"], context["hint"])
    message, hint = _words(problem)
    return Finding(place, "F103", f"{_where(subject.what, path)}: {message}", hint)


def _words(problem: Any) -> tuple[str, str]:
    """Message and hint for a value of the wrong kind."""
    kind, context = problem["type"], problem.get("ctx", {})
    value = problem["input"]
    shown = "this" if isinstance(value, dict | list | tuple) else f'"{shortened(_written(value))}"'
    if kind == "literal_error":
        known = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        return f"{shown} is not one of {', '.join(known)}", did_you_mean(str(value), known)
    if kind in _BOUNDS:
        bound, words, way_out = _BOUNDS[kind]
        return f"{shown} is {words} {context[bound]:g}", f"{way_out} {context[bound]:g}"
    if kind == "too_short":
        least = context["min_length"]
        return ("nothing is in it" if least == 1 else f"fewer than {least} are in it"), "add another"
    words_of = (
        _WORDS.get(kind.partition("_")[0]) if kind.endswith(("_type", "_parsing", "_from_float")) else None
    )
    if words_of:
        return f"{shown} is {words_of[0]}", words_of[1]
    message, _, hint = problem["msg"].removeprefix("Value error, ").partition("; ")
    return message[:1].lower() + message[1:], hint


def _written(value: Any) -> str:
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sign(place: Place, context: Any, subject: Subject) -> Place:
    """The column within an expression or text, where the file shows it as it was read."""
    source, column = context.get("source", ""), context.get("column", 0)
    line = subject.lines[place.line - 1] if place.line <= len(subject.lines) else ""
    for start in (place.column - 1, place.column):
        if column and source and line.startswith(source, start):
            return Place(place.file, place.line, start + column)
    return place


def _where(what: str, path: Path) -> str:
    return f'{what}, "{".".join(shortened(str(part)) for part in path)}"' if path else what


def _path(data: Any, problem: Any) -> Path:
    """The part of pydantic's location that exists in the file.

    pydantic also names the branches of unions and fields that a validator made; those are passed over. Where
    one has the name of an option too, the reading that finds the last part is right; for an option that is
    missing, the one that ends in a mapping.
    """
    loc = problem["loc"][:12]
    missing = problem["type"] == "missing"
    readings = _readings(data, loc[:-1] if missing else loc)
    return max(
        readings,
        key=lambda reading: (isinstance(reading[2], dict) if missing else reading[0], len(reading[1])),
    )[1]


def _readings(data: Any, loc: Sequence[str | int]) -> Iterator[tuple[bool, Path, Any]]:
    """Every way to follow `loc`: whether its last part is there, the path, and what stands at its end."""
    if not loc:
        yield True, (), data
        return
    part, rest = loc[0], loc[1:]
    here = part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data))
    if here:
        for found, path, end in _readings(data[part], rest):
            yield found, (part, *path), end
    for found, path, end in _readings(data, rest):
        yield found and bool(rest), path, end


def _options(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """The options that are known at a location, as far as it can be followed."""
    models = [model]
    for part in map(str, loc):
        branch = [each for each in models if each.__name__.lower().startswith(part)]
        inner = [found for each in models for found in _models(_fields(each).get(part))]
        models = branch or inner or models
    return [name for each in models for name in _fields(each)]


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models inside an annotation such as `dict[str, Option] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in getattr(annotation, "__args__", ()) for found in _models(inner)]
