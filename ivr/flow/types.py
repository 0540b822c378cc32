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
from ivr.call import KEYS
from ivr.errors import ExpressionError
from ivr.flow import expressions, scope, values
from ivr.flow.expressions import Expression
from ivr.flow.template import Template

MAX_SEQUENCE = 10  # keys of a choice in a menu


class Model(BaseModel):
    """A part of a flow: frozen, and strict about options it does not know."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True
    )


def exactly_one(*options: str) -> dict[str, Any]:
    """For `json_schema_extra` of a model whose validator wants exactly one of these options."""
    return {"oneOf": [{"required": [option]} for option in options]}


def refuse(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """The error a validator raises, with a code of its own (docs/errors.md) and a way out."""
    context = {"code": code, "message": shortened(message, 200), "hint": shortened(hint, 200)}
    return PydanticCustomError("flow", "{message}", context)


def shortened(text: str, most: int = 60) -> str:
    """What somebody wrote, as a message may quote it."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


@dataclass(frozen=True, slots=True)
class Spelled:
    """The word for how something is written, in a type's metadata: `Spelled("duration")`.

    Editors and the reference know what pydantic's validators cannot tell them by this word; what each means
    is in `json_schema.spellings`. It stands in the JSON schema as `x-spelled` until that is put together.
    """

    word: str
    pattern: str = ""
    """What is right, where it stands in no table of words."""

    def __get_pydantic_json_schema__(self, _core: Any, _handler: Any) -> dict[str, Any]:
        form = {"pattern": f"^{self.pattern}$"} if self.pattern else {}
        return {"type": "string", "x-spelled": self.word, **form}


def kind_of(value: Any) -> str:
    """What stands somewhere, in the words of a designer: `a list`, `nothing`, `"5"`."""
    if isinstance(value, dict):
        return "a group of options"
    if isinstance(value, list | tuple):
        return "a list"
    return "nothing" if value in (None, "") else f'"{shortened(values.text(value))}"'


# Durations: seconds -----------------------------------------------------------------------------------

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:ms|s|m|h|d)\s*)+")
_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")


def _duration(value: Any) -> float:
    text = str(value).strip().lower()
    if isinstance(value, bool) or not _DURATION.fullmatch(text):
        hint = (
            f'write "{text}s" for seconds'
            if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text)
            else "write 500ms, 5s, 1m30s or 2h"
        )
        raise refuse("F110", f'"{value}" is not a duration', hint)
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION_PART.findall(text))


Duration = Annotated[float, BeforeValidator(_duration), Spelled("duration")]
"""A length of time in seconds, written with its unit: `500ms`, `5s`, `1m30s`, `2h`."""


# Keys -------------------------------------------------------------------------------------------------

_KEY_NAMES = {"star": "*", "pound": "#", "hash": "#"}


def pressed(value: Any) -> str:
    """What is pressed for a key as it is written: `star` → `*`, `a` → `A`; else the text itself."""
    text = str(value).strip()
    return _KEY_NAMES.get(text.lower(), text.upper())


def _key(value: Any) -> str:
    key = pressed(value)
    if len(key) != 1 or key not in KEYS:
        raise refuse("F111", f'"{value}" is not a key', "keys are 0-9, star, pound and A-D")
    return key


def _keys(value: Any) -> str:
    keys = pressed(value)
    if not keys or any(key not in KEYS for key in keys) or len(keys) > MAX_SEQUENCE:
        hint = "keys are 0-9, star, pound and A-D, or several: 12"
        raise refuse("F111", f'"{value}" cannot be pressed', hint)
    return keys


def once(keyed: Any) -> Any:
    """A mapping by keys of the telephone, if no key is in it twice under two names (`pound` and `hash`)."""
    if isinstance(keyed, dict):
        names: dict[str, Any] = {}
        for name in keyed:
            other = names.setdefault(pressed(name), name)
            if other != name:
                raise refuse("F118", f'"{other}" and "{name}" are the same key', "keep one of them")
    return keyed


KeyName = Annotated[str, BeforeValidator(_key), Spelled("key")]
"""One key of the telephone: `0`-`9`, `star`, `pound`, `A`-`D`."""

KeySequence = Annotated[str, BeforeValidator(_keys), Spelled("keys")]
"""One key or several in a row: `1`, `12`, `star`."""


# Names ------------------------------------------------------------------------------------------------

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,63}")
_TARGETS = ("end", "back", "repeat", "return", "next")


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        better = re.sub(r"[^a-z0-9]+", "_", str(value).lower()).strip("_")
        offer = f'call it "{better}"; ' if _NAME.fullmatch(better) else ""
        hint = f"{offer}names have a-z, 0-9 and _, and begin with a letter"
        raise refuse("F112", f'"{shortened(str(value))}" cannot be a name', hint)
    return value


def _variable(value: Any) -> str:
    name = _name(value)
    try:
        readable = expressions.parse(name).names == {name}
    except ExpressionError:
        readable = False
    if name in scope.NAMES or not readable:
        hint = f'call it "{name.strip("_")}_value"'
        raise refuse("F119", f'"{name}" has a meaning of its own and cannot name a variable', hint)
    return name


def _node_name(value: Any) -> str:
    if value in _TARGETS:
        raise refuse(
            "F113", f'"{value}" has a meaning of its own and cannot name a node', f'call it "{value}_node"'
        )
    return _name(value)


_LANGUAGES = {"chinese": "zh-CN", "mandarin": "zh-CN", "中文": "zh-CN", "english": "en-US", "英文": "en-US"}


def _language_hint(tag: str) -> str:
    """The tag that was most likely meant: `zh_cn` is `zh-CN`, and English is `en-US`."""
    language, _, region = tag.replace("_", "-").lower().partition("-")
    better = _LANGUAGES.get(tag.lower(), f"{language}-{region.upper()}" if region else language)
    return f"write {better}" if i18n.is_tag(better) else "write zh-CN or en-US"


def language_tag(tag: str) -> str:
    """`tag`, when it is a language as flows write it."""
    if not i18n.is_tag(tag):
        raise refuse("F123", f'"{shortened(tag)}" is not a language', _language_hint(tag))
    return tag


Name = Annotated[str, BeforeValidator(_name), Spelled("name")]
"""What flows, calendars, goals and prompts are called."""

Language = Annotated[str, Spelled("language")]
"""A language's tag: `zh-CN`. Who takes one judges it by `language_tag`."""

VariableName = Annotated[str, BeforeValidator(_variable), Spelled("variable")]
"""What a variable is called: no word of the expression language."""

NodeName = Annotated[str, BeforeValidator(_node_name), Spelled("node")]
"""What a node is called: no word that a target may be."""


# Expressions and texts --------------------------------------------------------------------------------


def _expression(value: Any) -> Expression:
    if isinstance(value, Expression):
        return value
    if isinstance(value, dict | list):
        hint = "write it on one line, with `and` and `or` in it: amount > 100 and caller.vip"
        raise refuse("F114", f"{kind_of(value)} stands where an expression belongs", hint)
    source = "null" if value is None else values.text(value)
    if "{{" in source:
        bare = " ".join(source.replace("{{", " ").replace("}}", " ").split())
        raise refuse("F115", "expressions stand without {{ }} here", f'write "{bare}"')
    try:
        return expressions.parse(source)
    except ExpressionError as error:
        raise unreadable(error, source) from None


def unreadable(error: ExpressionError, source: str) -> PydanticCustomError:
    """The refusal of an expression or text; `source` and `column` let the loader show the very sign."""
    context = {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "source": source,
        "column": error.column,
    }
    return PydanticCustomError("flow", "{message}", context)


def text(value: Any) -> Template:
    """A text as it is parsed for a `Text` field."""
    if isinstance(value, Template):
        return value
    if isinstance(value, bool | dict | list) or value is None:
        hint = (
            f'put it in quotes: "{str(value).lower()}"' if isinstance(value, bool) else "write the text alone"
        )
        raise refuse("F116", f"{kind_of(value)} stands where a text belongs", hint)
    source = values.text(value)
    try:
        return Template.parse(source)
    except ExpressionError as error:
        raise unreadable(error, source) from None


def _plain(parse: Any, kind: type) -> Any:
    def schema(_source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(parse, metadata={"kind": kind.__name__})

    return GetPydanticSchema(schema)


Expr = Annotated[Expression, _plain(_expression, Expression), Spelled("expression")]
"""An expression: `amount > 100 and caller.vip`."""

Text = Annotated[Template, _plain(text, Template), Spelled("text")]
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
        hint = "name a node, or end, back, repeat, return, flow:NAME"
        raise refuse("F117", f"{kind_of(value)} stands where a target belongs", hint)
    name = value.strip()
    if name in ("end", "back", "repeat", "return"):
        return Target(name)  # type: ignore[arg-type]
    if name.startswith("flow:"):
        return Target("flow", name[5:].strip())
    return Target("node", name)


def _flow_target(value: Any) -> Target:
    return value if isinstance(value, Target) else Target("flow", _name(value))


To = Annotated[Target, _plain(_target, Target), Spelled("target")]
"""A target: a node's name, `end`, `back`, `repeat`, `return`, `return: value` or `flow:other`."""

ToFlow = Annotated[Target, _plain(_flow_target, Target), Spelled("flow")]
"""Another flow by its name, to go over to for good."""

BargeIn = Annotated[Literal["any", "digits", "speech", "match", "none"], Spelled("barge-in")]
"""What stops a prompt."""
