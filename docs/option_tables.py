"""How the reference shows the options of a model: a table with a value, a default and what it does."""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ivr.flow.json_schema.spellings import SPELLINGS
from ivr.flow.json_schema.words import about
from ivr.flow.model import Defaults, Node
from ivr.flow.types import Spelled

SHOWN = {
    "reprompt": "prompt for each time",
    "words": "text, or one by language",
    "sound": "file",
    "terminator": "`pound`, `star` or `none`",
}
"""What the reference calls a spelling, where it is not its own word."""
PLAIN = {bool: "true or false", int: "number", float: "number", str: "text", Any: "any value"}


def option_table(model: type[BaseModel], *, own: bool = True, up: str = "") -> Iterator[str]:
    """The options of a model; `up` is the way from its page to the documentation's folder."""
    hints = get_type_hints(model, include_extras=True)
    yield "| option | value | default | what it does |\n|---|---|---|---|"
    for name, field in options(model, own=own):
        shown = "needed" if field.is_required() else written(hints[name], field.default)
        if field.default is None and issubclass(model, Node) and name in Defaults.model_fields:
            shown = "the flow's"
        yield row(f"`{field.alias or name}`", value(hints[name], up), shown, said(field))


def options(model: type[BaseModel], *, own: bool = True) -> Iterator[tuple[str, FieldInfo]]:
    """The options of a model; for a node, without those that every node has."""
    for name, field in model.model_fields.items():
        if not (own and issubclass(model, Node) and name in Node.model_fields):
            yield name, field


def nested(model: type[BaseModel], seen: set[type[BaseModel]] | None = None) -> Iterator[type[BaseModel]]:
    """The models that options of a model hold, at any depth; what is spelled has a page of its own."""
    seen = seen if seen is not None else set()
    hints = get_type_hints(model, include_extras=True)
    for name, _ in options(model):
        for inner in models_in(hints[name]):
            if inner not in seen:
                seen.add(inner)
                yield inner
                yield from nested(inner, seen)


def models_in(hint: Any) -> Iterator[type[BaseModel]]:
    if spelled(hint):
        return
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for inner in get_args(hint):
        yield from models_in(inner)


def spelled(hint: Any) -> str:
    """The word for how a type is written, if it has one."""
    if get_origin(hint) is not Annotated:
        return ""
    return next((part.word for part in get_args(hint)[1:] if isinstance(part, Spelled)), "")


def value(hint: Any, up: str = "") -> str:
    """What an option takes, in words; `up` is the way to the documentation's folder, for links."""
    origin, inner = get_origin(hint), get_args(hint)
    word = spelled(hint)
    if word and get_origin(inner[0]) is not Literal:
        shown, page = SHOWN.get(word, word), SPELLINGS[word].page if word in SPELLINGS else ""
        return f"[{shown}]({up}{page})" if page and up else shown
    if origin is Annotated:
        return value(inner[0], up)
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(value(one, up) for one in inner if one is not type(None)))
    if origin is dict:
        return f"{value(inner[1], up)} by {value(inner[0], up)}"
    if origin in (tuple, list):
        return f"list of {value(inner[0], up)}"
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return f"[{title_of(hint)}](#{title_of(hint).replace(' ', '-')})" if up else title_of(hint)
    return PLAIN.get(hint) or getattr(hint, "__name__", str(hint)).lower()


def said(field: FieldInfo) -> str:
    """What an option does, with an example where its words have none."""
    words = field.description or ""
    if not field.examples:
        return words
    shown = [f"`{each if isinstance(each, str) else flow_style(each)}`" for each in field.examples]
    return f"{words} For example {' or '.join(shown)}."


def flow_style(example: Any) -> str:
    """An example as YAML has it on one line."""
    if isinstance(example, dict):
        return "{" + ", ".join(f"{key}: {flow_style(part)}" for key, part in example.items()) + "}"
    if isinstance(example, list):
        return "[" + ", ".join(map(flow_style, example)) + "]"
    if isinstance(example, str):
        return json.dumps(example, ensure_ascii=False) if re.search(r"[{}\[\],]|: ", example) else example
    return json.dumps(example)


def written(hint: Any, default: Any) -> str:
    """A default as a designer would write it."""
    if default is None or default is PydanticUndefined or default in ((), {}, "", []):
        return ""
    if isinstance(default, BaseModel):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, float) and "duration" in value(hint):
        return f"`{default:g}s`"
    if spelled(hint) == "terminator":
        return "`pound`"
    return f"`{flow_style(default) if isinstance(default, dict) else default}`"


def prose(thing: type) -> str:
    """A class's own docstring as one paragraph, without its example."""
    return about(thing).plain


def title_of(model: type[BaseModel]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower()


def row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
