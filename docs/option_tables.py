"""How the reference shows the options of a model: a table with a value, a default and what it does.

For whom a table is made, a `Reader`, says its language and where other pages are.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from reader import Reader

from ivr.flow.json_schema.spellings import SPELLINGS
from ivr.flow.json_schema.words import about
from ivr.flow.model import Defaults, Node
from ivr.flow.types import Spelled
from ivr.web.documentation import slug

SHOWN = {
    "reprompt": "prompt for each time",
    "words": "text, or one by language",
    "sound": "file",
    "terminator": "`pound`, `star` or `none`",
}
"""What the reference calls a spelling, where it is not its own word."""
PLAIN = {bool: "true or false", int: "number", float: "number", str: "text", Any: "any value"}


def option_table(model: type[BaseModel], reader: Reader, *, own: bool = True) -> Iterator[str]:
    """The options of a model."""
    hints, word = get_type_hints(model, include_extras=True), reader.word
    yield row(*map(word, ("option", "value", "default", "what it does")))
    yield "|---|---|---|---|"
    for name, field in options(model, own=own):
        shown = word("needed") if field.is_required() else written(hints[name], field.default)
        if field.default is None and issubclass(model, Node) and name in Defaults.model_fields:
            shown = word("the flow's")
        yield row(f"`{field.alias or name}`", value(hints[name], reader), shown, said(field, reader))


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


def value(hint: Any, reader: Reader) -> str:
    """What an option takes, in words."""
    origin, inner, word = get_origin(hint), get_args(hint), reader.word
    spelling = spelled(hint)
    if spelling and get_origin(inner[0]) is not Literal:
        known = spelling in SPELLINGS and spelling not in SHOWN
        shown = reader.said(spelling) if known else word(SHOWN.get(spelling, spelling))
        return reader.link(shown, SPELLINGS[spelling].page if spelling in SPELLINGS else "")
    if origin is Annotated:
        return value(inner[0], reader)
    if origin is Literal:
        return word(", ").join(f"`{one}`" for one in inner)
    if origin in (Union, types.UnionType):
        return either((value(one, reader) for one in inner if one is not type(None)), reader)
    if origin is dict:
        by = "{} for each of {}" if get_origin(inner[0]) is Literal else "{} by {}"
        key = word("name") if inner[0] is str else value(inner[0], reader)
        return word(by, value(inner[1], reader), key)
    if origin in (tuple, list):
        return word("list of {}", value(inner[0], reader))
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        title = title_of(hint, reader)
        return f"[{title}](#{slug(title)})" if reader.up else title
    return word(PLAIN.get(hint) or getattr(hint, "__name__", str(hint)).lower())


def said(field: FieldInfo, reader: Reader) -> str:
    """What an option does, with an example where its words have none."""
    words = reader.said(field.description or "")
    if not field.examples:
        return words
    shown = (f"`{each if isinstance(each, str) else flow_style(each)}`" for each in field.examples)
    return reader.word("{} For example {}.", words, either(shown, reader))


def either(parts: Iterable[str], reader: Reader) -> str:
    """One of several, each told once."""
    return reduce(lambda one, other: reader.word("{} or {}", one, other), dict.fromkeys(parts))


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
    if isinstance(default, float) and spelled(hint) == "duration":
        return f"`{default:g}s`"
    if spelled(hint) == "terminator":
        return "`pound`"
    return f"`{flow_style(default) if isinstance(default, dict) else default}`"


def prose(thing: type) -> str:
    """A class's own docstring as one paragraph, without its example."""
    return about(thing).plain


def title_of(model: type[BaseModel], reader: Reader) -> str:
    return reader.said(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower())


def row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
