"""A finished schema in another language: only what editors show changes, never what may be written.

It is done to the whole rather than to its parts, so that the words of plugins and of tests come along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ivr.flow.json_schema.spellings import Schema
from ivr.translations import catalogue, said

Say = Callable[[str], str]

SHOWN: Final = ("title", "description", "errorMessage", "patternErrorMessage", "markdownDescription")
LISTED: Final = ("enumDescriptions", "markdownEnumDescriptions")
DATA: Final = ("const", "default", "enum", "examples", "required")
NAMED: Final = ("definitions", "patternProperties", "properties")
_EXAMPLE: Final = re.compile(r"(```.*?```)", re.DOTALL)
_LINK: Final = re.compile(r"\[(.+)\]\((\S+)\)")


def translated(schema: Schema, language: str) -> Schema:
    """A schema with its words in a language (`zh`, `zh-CN`); as it is where there is no catalogue."""
    if not catalogue(language):
        return schema
    whole: Schema = with_words(schema, lambda text: said(text, language))
    return whole


def with_words(part: Any, say: Say) -> Any:
    """A schema, or a part of one, in which `say` has said every sentence that an editor shows."""
    if isinstance(part, list):
        return [with_words(each, say) for each in part]
    if not isinstance(part, Mapping):
        return part
    return {key: _said(key, value, say) for key, value in part.items()}


def _said(key: str, value: Any, say: Say) -> Any:
    if key in SHOWN and isinstance(value, str):
        return _markdown(value, say)
    if key in LISTED:
        return [_markdown(each, say) for each in value]
    if key == "defaultSnippets":
        return [{**each, "description": say(each["description"])} for each in value]
    if key in NAMED:
        return {name: _titled(name, each, with_words(each, say)) for name, each in value.items()}
    return value if key in DATA else with_words(value, say)


def _titled(name: str, before: Any, after: Any) -> Any:
    """A node type is called what designers write, in every language."""
    code = isinstance(before, Mapping) and name == f"{before.get('title')}_node"
    return {**after, "title": before["title"]} if code else after


def _markdown(text: str, say: Say) -> str:
    """Paragraphs, each said; an example is code, and a link leads where it led."""
    parts = _EXAMPLE.split(text)
    return "".join(
        part if part.startswith("```") else "\n\n".join(_paragraph(each, say) for each in part.split("\n\n"))
        for part in parts
    )


def _paragraph(text: str, say: Say) -> str:
    link = _LINK.fullmatch(text)
    return f"[{say(link[1])}]({link[2]})" if link else say(text)
