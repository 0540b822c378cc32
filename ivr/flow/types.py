"""The small types that flow models are made of: durations, keys, targets, expressions and texts.

Each turns what a designer writes into what the engine uses, and refuses with a sentence that says how to
write it right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetPydanticSchema
from pydantic_core import PydanticCustomError, core_schema

from ivr import i18n
from ivr.errors import ExpressionError
from ivr.flow import expressions
from ivr.flow.expressions import Expression
from ivr.flow.template import Template


class Model(BaseModel):
    """A part of a flow: frozen, and strict about options it does not know."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True
    )


def refuse(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """The error a validator raises, with a code of its own (docs/errors.md) and a way out."""
    return PydanticCustomError("flow", "{message}", {"code": code, "message": message, "hint": hint})


# Durations: seconds -----------------------------------------------------------------------------------

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d)\s*)+")
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def _duration(value: Any) -> float:
    text = str(value).strip().lower()
    if isinstance(value, bool) or not _DURATION.fullmatch(text):
        hint = (
            f'write "{text}s" for seconds'
            if re.fullmatch(r"\d+(\.\d+)?", text)
            else "write 500ms, 5s, 1m30s or 2h"
        )
        raise refuse("F110", f'"{value}" is not a duration', hint)
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION_PART.findall(text))


Duration = Annotated[float, BeforeValidator(_duration)]
"""A length of time in seconds, written with its unit: `500ms`, `5s`, `1m30s`, `2h`."""


# Keys -------------------------------------------------------------------------------------------------

_KEY_NAMES = {"star": "*", "pound": "#", "hash": "#"}


def _key(value: Any) -> str:
    text = str(value).strip()
    key = _KEY_NAMES.get(text.lower(), text.upper())
    if len(key) != 1 or key not in "0123456789*#ABCD":
        raise refuse("F111", f'"{value}" is not a key', "keys are 0-9, star, pound and A-D")
    return key


def _keys(value: Any) -> str:
    text = str(value).strip()
    keys = _KEY_NAMES.get(text.lower(), text.upper())
    if not keys or any(key not in "0123456789*#ABCD" for key in keys):
        raise refuse(
            "F111", f'"{value}" cannot be pressed', "keys are 0-9, star, pound and A-D, or several: 12"
        )
    return keys


KeyName = Annotated[str, BeforeValidator(_key)]
"""One key of the telephone: `0`-`9`, `star`, `pound`, `A`-`D`."""

KeySequence = Annotated[str, BeforeValidator(_keys)]
"""One key or several in a row: `1`, `12`, `star`."""


# Names ------------------------------------------------------------------------------------------------

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_RESERVED = {"end", "back", "repeat", "return", "next"}


def _variable(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise refuse("F112", f'"{value}" cannot be a name', "use a-z, 0-9 and _, and begin with a letter")
    return value


def _node_name(value: Any) -> str:
    if value in _RESERVED:
        raise refuse(
            "F113", f'"{value}" has a meaning of its own and cannot name a node', f'call it "{value}_node"'
        )
    return _variable(value)


def language_tag(tag: str) -> str:
    """`tag`, when it is a language as flows write it."""
    if not i18n.is_tag(tag):
        raise refuse("F123", f'"{tag}" is not a language', "write zh-CN or en-US")
    return tag


VariableName = Annotated[str, BeforeValidator(_variable)]
NodeName = Annotated[str, BeforeValidator(_node_name)]


# Expressions and texts --------------------------------------------------------------------------------


def _expression(value: Any) -> Expression:
    if isinstance(value, Expression):
        return value
    if isinstance(value, dict | list):
        raise refuse("F114", "an expression is written on one line", 'for example "amount > 100"')
    source = (
        value
        if isinstance(value, str)
        else {None: "null", True: "true", False: "false"}.get(value, str(value))
    )
    if "{{" in source:
        raise refuse("F115", "expressions stand without {{ }} here", f'write "{source.strip("{} ")}"')
    try:
        return expressions.parse(source)
    except ExpressionError as error:
        raise refuse(error.code, error.message, error.hint) from None


def text(value: Any) -> Template:
    """A text as it is parsed for a `Text` field."""
    if isinstance(value, Template):
        return value
    if isinstance(value, bool | dict | list) or value is None:
        raise refuse("F116", "a text is expected here", "put it in quotes")
    try:
        return Template.parse(str(value))
    except ExpressionError as error:
        raise refuse(error.code, error.message, error.hint) from None


def _plain(parse: Any, kind: type) -> Any:
    def schema(_source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(parse, metadata={"kind": kind.__name__})

    return GetPydanticSchema(schema)


Expr = Annotated[Expression, _plain(_expression, Expression)]
"""An expression: `amount > 100 and caller.vip`."""

Text = Annotated[Template, _plain(text, Template)]
"""A text with values in it: `Your balance is {{ amount | money('USD') }}.`"""


# Targets ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """Where a node leads.

    `kind`: node, end, back, repeat, return, flow. `name` is the node's or flow's; `value` what a `return`
    gives back.
    """

    kind: Literal["node", "end", "back", "repeat", "return", "flow"]
    name: str = ""
    value: str = ""

    def __str__(self) -> str:
        if self.kind == "flow":
            return f"flow:{self.name}"
        if self.kind == "return" and self.value:
            return f"return {self.value}"
        return self.name or self.kind


def _target(value: Any) -> Target:
    if isinstance(value, Target):
        return value
    if isinstance(value, dict) and set(value) == {"return"} and isinstance(value["return"], str | int):
        return Target("return", value=str(value["return"]))
    if not isinstance(value, str) or not value.strip():
        raise refuse(
            "F117", "this does not lead anywhere", "name a node, or end, back, repeat, return, flow:NAME"
        )
    name = value.strip()
    if name in ("end", "back", "repeat", "return"):
        return Target(name)  # type: ignore[arg-type]
    if name.startswith("flow:"):
        return Target("flow", name[5:].strip())
    return Target("node", name)


To = Annotated[Target, _plain(_target, Target)]
"""A target: a node's name, `end`, `back`, `repeat`, `return`, `return: value` or `flow:other`."""

BargeIn = Literal["any", "digits", "speech", "match", "none"]
"""What stops a prompt."""
