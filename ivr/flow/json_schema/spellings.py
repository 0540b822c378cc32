"""How each small thing of the language is written: what `Spelled` words mean to an editor.

pydantic sees a validator and knows no more than that it ends in a number or a text. Here stands what it
takes in: the pattern, the words of its own, a sentence that an editor shows, and examples it offers. A schema
may say no to what the loader would take only where nobody means it (an option with nothing behind it).
"""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ivr.flow import prompts, scope
from ivr.flow.expression_reader import RESERVED

Schema = dict[str, Any]

KEYS = (*"0123456789", "star", "pound")
LANGUAGES = ("zh-CN", "en-US")
TERMINATORS = {"#": "pound", "*": "star", "": "none"}
ITEMS = (
    prompts.AudioItem,
    prompts.PauseItem,
    prompts.ToneItem,
    prompts.EachItem,
    prompts.SayItem,
)
"""What may stand in a prompt beside texts."""

_NAME = "[a-z_][a-z0-9_]{0,63}"
_TAG = "[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"
_NO_TARGET = "name a node, or end, back, repeat, return, flow:NAME"
_NO_VARIABLES = sorted({*keyword.kwlist, *RESERVED, *scope.NAMES})


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way of writing: its JSON Schema, words about it, and where the documentation goes on."""

    schema: Mapping[str, Any]
    words: str
    """Said behind an option's own words, where those leave something open."""
    page: str = ""
    examples: Sequence[Any] = ()
    """What an editor offers; where a word must be thought of, there are none."""


def ref(word: str) -> Schema:
    """A place where something is written as `word` says."""
    return {"$ref": f"#/definitions/{word.replace(' ', '_')}"}


def any_case(text: str) -> str:
    """A pattern for a word in small letters or capitals; JSON Schema's patterns have no flags."""
    return "".join(f"[{sign.upper()}{sign}]" if sign.isalpha() else sign for sign in text)


def one_or_several(schema: Schema, **more: Any) -> Schema:
    """One thing, or a list of them."""
    return {"anyOf": [schema, {"type": "array", "items": schema, **more}]}


def pattern(form: str, wrong: str, *, also: Sequence[str] = ()) -> Schema:
    """A text of a pattern; `wrong` is what an editor says of any other."""
    kind: Any = ["string", *also] if also else "string"
    return {"type": kind, "pattern": f"^{form}$", "patternErrorMessage": wrong, "errorMessage": wrong}


def _words(texts: Mapping[str, str], **more: str) -> Schema:
    """One of several words, each explained."""
    return {
        **more,
        "type": "string",
        "enum": list(texts),
        "enumDescriptions": list(texts.values()),
        "markdownEnumDescriptions": list(texts.values()),
    }


def _by_language(value: Schema) -> Schema:
    """A mapping from language to `value`; the first languages are offered."""
    return {
        "type": "object",
        "minProperties": 1,
        "properties": dict.fromkeys(LANGUAGES, value),
        "propertyNames": {
            "title": "language",
            **pattern(_TAG, "a language is written zh-CN or en-US"),
        },
        "additionalProperties": value,
    }


_KEY_NAMES = "|".join(any_case(name) for name in ("star", "pound", "hash"))

# An editor shows the words of the branch that fits; here those of the option are wanted, so it has none.
_TEXT: Schema = {"type": ["string", "number"]}
_ITEM = {"anyOf": [_TEXT, *(ref(item.__name__) for item in ITEMS)]}
_SAID = {"anyOf": [_TEXT | {"minLength": 1}, *_ITEM["anyOf"][1:]]}

SPELLINGS: dict[str, Spelling] = {
    "duration": Spelling(
        pattern(
            r"\s*([0-9]{1,9}(\.[0-9]{1,9})?([mM]?[sS]|[mMhHdD])\s*)+",
            "a length of time has its unit: 500ms, 5s, 1m30s or 2h",
        ),
        "A length of time with its unit: `ms`, `s`, `m`, `h` or `d`.",
        "flow-language.md#names-times-keys",
        ("500ms", "5s", "1m30s", "2h"),
    ),
    "key": Spelling(
        {
            "anyOf": [
                {"type": "string", "enum": list(KEYS)},
                pattern(
                    rf"\s*([0-9*#A-Da-d]|{_KEY_NAMES})\s*",
                    "keys are 0-9, star, pound and A-D",
                    also=["integer"],
                )
                | {"minimum": 0, "maximum": 9},
            ]
        },
        "A key of the telephone: `0` to `9`, `star`, `pound`, `A` to `D`.",
        "flow-language.md#names-times-keys",
    ),
    "keys": Spelling(
        pattern(
            rf"\s*([0-9*#A-Da-d]{{1,10}}|{_KEY_NAMES})\s*",
            "keys are 0-9, star, pound and A-D, or several: 12",
            also=["integer"],
        )
        | {"minimum": 0},
        "A key of the telephone, or up to ten in a row: `1`, `12`, `star`, `pound`.",
        "flow-language.md#names-times-keys",
    ),
    "terminator": Spelling(
        {
            "anyOf": [
                _words(
                    {
                        "pound": "`#` ends the entry.",
                        "star": "`*` ends the entry.",
                        "none": "No key ends it: it is over when it is complete, or after `digit_timeout`.",
                    }
                ),
                {"type": "string", "pattern": "^[#*]?$", "patternErrorMessage": "use pound, star or none"},
            ]
        },
        "",
        "flow-language.md#what-callers-press",
    ),
    "name": Spelling(
        pattern(_NAME, "use a-z, 0-9 and _, and begin with a letter"),
        "A name: small letters, digits and `_`, a letter first, up to 64.",
        "flow-language.md#names-times-keys",
    ),
    "variable": Spelling(
        pattern(
            rf"(?!({'|'.join(_NO_VARIABLES)})$){_NAME}",
            "use a-z, 0-9 and _, begin with a letter, and use no word of the expression language",
        ),
        "A variable's name, declared in the flow's `vars`.",
        "flow-language.md#variables-and-expressions",
    ),
    "variables": Spelling(one_or_several(ref("variable")), "One variable, or a list of them."),
    "node": Spelling(
        pattern(
            rf"((?!(end|back|repeat|return|next)$){_NAME})?",
            "use a-z, 0-9 and _, begin with a letter; end, back, repeat, return and next are taken",
        ),
        "A node's name.",
        "flow-language.md#nodes-and-where-they-lead",
    ),
    "flow": Spelling(
        pattern(_NAME, "use a-z, 0-9 and _, and begin with a letter"),
        "Another flow's name: its `id`.",
        "flow-language.md#several-flows",
    ),
    "target": Spelling(
        {
            "anyOf": [
                _words(
                    {
                        "end": "The end of the call; in a subflow, back to the flow that called it.",
                        "repeat": "The same node once more.",
                        "back": "The menu, collect or record before this one.",
                        "return": "In a subflow: back to the flow that called it.",
                    },
                    errorMessage=_NO_TARGET,
                ),
                pattern(rf"\s*({_NAME}|flow:\s*{_NAME})\s*", _NO_TARGET),
                {
                    "type": "object",
                    "properties": {
                        "return": {
                            "type": ["string", "integer"],
                            "description": "In a subflow: the outcome of the node that called it.",
                        }
                    },
                    "required": ["return"],
                    "additionalProperties": False,
                },
            ]
        },
        "Leads to a node by its name, or to `end`, `repeat`, `back`, `return`, `{return: found}` or"
        " `flow:other`.",
        "flow-language.md#nodes-and-where-they-lead",
    ),
    "expression": Spelling(
        {
            "type": ["string", "number", "boolean", "null"],
            "pattern": r"^(?![\s\S]*\{\{)",
            "patternErrorMessage": "expressions stand without {{ }} here",
        },
        "An expression, without `{{ }}`: numbers, texts in `'…'`, variables, `call`, `caller`, `now`;"
        " `+ - * /`, `== != < > in`, `and or not`, `x if c else y`, functions such as `length(x)`.",
        "flow-language.md#variables-and-expressions",
        ("amount > 100", "starts_with(call.ani, '+86')", "not caller.vip"),
    ),
    "text": Spelling(
        _TEXT,
        "A text. `{{ amount | money('CNY') }}` in it is a value, `|` says how it is spoken.",
        "flow-language.md#values-in-a-callers-ears",
    ),
    "phrase": Spelling(
        {"type": ["string", "number"], "minLength": 1},
        "What may be said: `[please] (show|check) my {month} bill`. `[…]` may be left out, of `(…|…)` one is"
        " said, `{…}` is a slot.",
        "speaking.md#phrases",
    ),
    "phrases": Spelling(
        _by_language(one_or_several(ref("phrase"))),
        "What may be said, by language: one phrase, or a list of them.",
        "speaking.md#phrases",
    ),
    "slot": Spelling(
        {
            "anyOf": [
                _words(
                    {
                        "number": "An amount or a count: `21`.",
                        "digits": 'Digits one by one, as text: `"0123"`.',
                        "date": "A day, as `2026-05-03`; also tomorrow and next Monday.",
                        "month": "A month, 1 to 12; also this and last month.",
                        "money": "An amount of money.",
                        "yes_no": "True or false.",
                    },
                    errorMessage="write number, digits, date, month, money or yes_no, or one_of:",
                ),
                ref("OneOfWords"),
            ]
        },
        "What a slot takes.",
        "speaking.md#slots",
    ),
    "words": Spelling(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {tag: {"type": "string"} for tag in LANGUAGES},
                    "additionalProperties": {"type": "string"},
                },
            ]
        },
        "In one language, or in each: `{zh-CN: 热线, en-US: Hotline}`.",
        "flow-language.md#languages",
    ),
    "language": Spelling(
        pattern(_TAG, "a language is written zh-CN or en-US"),
        "A language by its tag.",
        "flow-language.md#languages",
        LANGUAGES,
    ),
    "languages": Spelling(
        one_or_several(ref("language"), minItems=1),
        "One language, or a list of them.",
        "flow-language.md#languages",
        (["zh-CN", "en-US"],),
    ),
    "webhook": Spelling({"const": "webhook"}, "A webhook of the node's name, for a minute at most."),
    "voice": Spelling(
        pattern(
            r"[^\x00-/:-@\[-`{-\x7f][^\x00-\x1f!-'*,;-@\[-^`{-\x7f]{0,99}",
            "a voice has a name, such as cmn or en-gb-x-rp",
            also=["integer"],
        )
        | {"minimum": 0},
        "A voice by its engine's name for it.",
        "voices.md",
    ),
    "numbers": Spelling(
        one_or_several({"type": ["string", "integer"]}),
        "One number, or a list of them, in quotes.",
        "flow-language.md#the-head-of-a-flow",
        (["95598", "+861095598"],),
    ),
    "time zone": Spelling(
        pattern("([A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*)?", "write a place such as Asia/Shanghai"),
        "A time zone by its IANA name.",
        "flow-language.md#opening-hours",
        ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Europe/Berlin", "America/New_York", "UTC"),
    ),
    "barge-in": Spelling(
        _words(
            {
                "any": "A key or a voice stops it.",
                "digits": "Any key stops it.",
                "speech": "A voice stops it; keys wait until it has ended.",
                "match": "Only what means something here stops it.",
                "none": "Nothing stops it; keys count when it has ended.",
            }
        ),
        "",
        "flow-language.md#what-callers-press",
    ),
    "sound": Spelling(
        pattern(
            r"(?![\s\S]*\.\.)[^\x00-\x2f:-@\[-^`{-\x7f][^\x00-\x1f!-,:-@\[-^`{-\x7f]*",
            "name a file in the sounds folder: thanks.wav",
        ),
        "A file in the sounds folder.",
        "flow-language.md#prompts",
        ("thanks.wav",),
    ),
    "tone": Spelling(
        pattern(
            r"(?!.*loops *= *-1)[A-Za-z0-9%(),.;=\-+ ]{1,200}",
            "write %(milliseconds on, milliseconds off, hertz)",
        ),
        "A tone: `%(milliseconds on, milliseconds off, hertz)`.",
        "flow-language.md#prompts",
        ("%(500,0,800)",),
    ),
    "prompt": Spelling(
        {
            "anyOf": [
                *_SAID["anyOf"],
                {"type": "array", "minItems": 1, "items": _ITEM},
                _by_language({"anyOf": [*_ITEM["anyOf"], {"type": "array", "items": _ITEM}]}),
            ]
        },
        "What is said: a text, the name of a prompt, or a list that mixes texts with `{audio: …}`,"
        " `{pause: …}`, `{tone: …}`, `{each: …, say: …}`; the same for all languages, or by language:"
        " `{zh-CN: 您好。, en-US: Hello.}`.",
        "flow-language.md#prompts",
    ),
    "reprompt": Spelling(
        {
            "anyOf": [
                *_SAID["anyOf"],
                {"type": "array", "minItems": 1, "items": ref("attempt")},
                _by_language(one_or_several(ref("attempt"))),
            ]
        },
        "What is said after a failed attempt; a list has one text for each attempt, and the last serves all"
        " further ones. By language: `{zh-CN: [请按键。, 还是没有听到。], en-US: Please press a key.}`.",
        "flow-language.md#prompts",
    ),
    "attempt": Spelling(
        one_or_several(_ITEM),
        "What is said after one failed attempt: a text, or a list that mixes texts with other things.",
        "flow-language.md#prompts",
    ),
    "scale": Spelling(
        {
            "anyOf": [
                pattern(r"\s*([0-9]|10)\s*-\s*([0-9]|10)\s*", "write 1-5, or keys with what they stand for"),
                {
                    "type": "object",
                    "minProperties": 2,
                    "propertyNames": pattern("([0-9]|10)", "keys are 0 to 10"),
                    "additionalProperties": ref("words"),
                },
            ]
        },
        "From one key to another, `1-5`; or keys with what each stands for: `{1: settled, 2: open}`.",
        "nodes/survey.md#options",
        ("1-5", "0-9"),
    ),
    "any node": Spelling({}, "One node: what happens there, and where it leads.", "nodes/README.md"),
}
