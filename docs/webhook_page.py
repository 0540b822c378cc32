"""The parts of the page of webhooks that come from the code: the events, and each part of what is posted."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from option_tables import row
from pydantic import BaseModel, SerializeAsAny
from regions import filled

from ivr.webhooks.bodies import Envelope
from ivr.webhooks.payloads.common import Part
from ivr.webhooks.types import TYPES

KINDS = {str: "text", int: "whole number", float: "number", bool: "true or false", datetime: "moment"}


def webhook_page(folder: Path) -> str:
    """The page in `folder`."""
    text = (folder / "webhooks.md").read_text(encoding="utf-8")
    made = {
        "events": "\n".join(events()),
        "envelope": "\n".join(fields(Envelope)),
        "data": "\n".join(parts()),
    }
    return filled(text, made)


def events() -> Iterator[str]:
    yield "| event | told when | `data` |\n|---|---|---|"
    for name, one in TYPES.items():
        yield row(f"`{name}`", one.told, link(one.data))


def parts() -> Iterator[str]:
    """Every part of a payload: what events hold first, then what these hold."""
    for part in found():
        yield f"### {part.__name__}\n\n{' '.join((part.__doc__ or '').split())}\n"
        yield from fields(part)
        yield ""


def found() -> list[type[Part]]:
    todo: list[type[Part]] = list(dict.fromkeys(one.data for one in TYPES.values()))
    for part in todo:
        for field in part.model_fields.values():
            todo += [inner for inner in models(field.annotation) if inner not in todo]
    return todo


def fields(part: type[BaseModel]) -> Iterator[str]:
    yield "| field | value | |\n|---|---|---|"
    for name, field in part.model_fields.items():
        yield row(f"`{name}`", shown(field.annotation), field.description or "")


def models(kind: Any) -> Iterator[type[Part]]:
    if isinstance(kind, type) and issubclass(kind, Part) and kind is not Part:
        yield kind
    for inner in get_args(kind):
        yield from models(inner)


def shown(kind: Any) -> str:
    """A field's type in words."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Part or origin is SerializeAsAny:
        return "by the event"
    if origin in (Union, types.UnionType):
        return " or ".join("null" if each is type(None) else shown(each) for each in inner)
    if origin is Literal:
        return " or ".join(f"`{each}`" for each in inner)
    if origin is tuple:
        return f"list of {shown(inner[0])}s" if Ellipsis in inner else f"[{', '.join(map(shown, inner))}]"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return "mapping"
    return link(kind) if isinstance(kind, type) and issubclass(kind, Part) else KINDS[kind]


def link(part: type[BaseModel]) -> str:
    return f"[{part.__name__}](#{part.__name__.lower()})"
