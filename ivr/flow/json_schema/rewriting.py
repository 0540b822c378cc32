"""From the JSON Schema that pydantic makes of a model to the one that editors are given.

pydantic writes 2020-12 and thinks of data; editors read draft-07, show words, and take `null` for a value
where a designer left something out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ivr.flow.json_schema.spellings import KEYS, LANGUAGES, SPELLINGS, TERMINATORS, Schema, Spelling, ref

_OFFERED = {"key": KEYS, "keys": KEYS, "language": LANGUAGES}
"""Keys of a mapping that an editor offers, where they are spelled so."""
_SAID = ("description", "markdownDescription")
_ONE = ("items", "additionalProperties", "propertyNames", "not", "if", "then", "else", "contains")
_SEVERAL = ("anyOf", "oneOf", "allOf")
_NAMED = ("properties", "patternProperties")


class Rewriter:
    """Rewrites schemas; `docs` is the URL that links begin with, or empty for none."""

    def __init__(self, docs: str = "", spellings: Mapping[str, Spelling] = SPELLINGS) -> None:
        self._docs = docs.rstrip("/")
        self._spellings = spellings

    def definition(self, model: Mapping[str, Any]) -> Schema:
        """A model's schema. Where `x-short` is in it, it may be written as that alone."""
        short = model.get("x-short")
        whole: Schema = self.schema({key: part for key, part in model.items() if key != "x-short"})
        whole["title"] = _title(model["title"])
        if not short:
            return whole
        said: Schema = {key: whole.pop(key) for key in _SAID if key in whole}
        return {"anyOf": [ref(short), whole], **said}

    def spelling(self, word: str) -> Schema:
        """The definition of a word."""
        spelling = self._spellings[word]
        examples = {"examples": list(spelling.examples)} if spelling.examples else {}
        said = self.explained(spelling.words, spelling.page) if spelling.words else {}
        return {"title": word, **spelling.schema, **said, **examples}

    def schema(self, raw: Any) -> Any:
        """Any schema within a model's."""
        if not isinstance(raw, Mapping):
            return raw
        new = {key: self._part(key, part) for key, part in _without_null(raw).items() if key != "title"}
        if "prefixItems" in new:  # draft-07's words for a tuple
            new["additionalItems"] = new.pop("items", True)
            new["items"] = new.pop("prefixItems")
        word = new.pop("x-spelled", "")
        more, page = "", ""
        if spelling := self._spellings.get(word):
            new.pop("type", None)
            new = {**ref(word), **new}
            if spelling.examples:
                new.setdefault("examples", list(spelling.examples))
            more, page = spelling.words, spelling.page
        _default(new, word)
        _offer_keys(new)
        if "description" in new:
            new |= self.explained(" ".join(new["description"].split()), page, more)
        return new

    def explained(self, words: str, page: str = "", more: str = "") -> Schema:
        """A description, plain and in Markdown with more words and a link."""
        paragraphs = [words] if more in ("", words) else [words, more]
        return {
            "description": " ".join(paragraphs),
            "markdownDescription": self.markdown("\n\n".join(paragraphs), page),
        }

    def linked(self, option: Schema, page: str) -> Schema:
        """An option whose words lead to a page, where they lead nowhere yet."""
        if "markdownDescription" not in option or not self._docs or "](" in option["markdownDescription"]:
            return option
        return {**option, "markdownDescription": self.markdown(option["markdownDescription"], page)}

    def markdown(self, words: str, page: str) -> str:
        """Words with a link to the documentation behind them."""
        return f"{words}\n\n[More]({self._docs}/{page})" if self._docs and page else words

    def _part(self, key: str, part: Any) -> Any:
        if key in _ONE:
            return self.schema(part)
        if key in _SEVERAL or key == "prefixItems":
            return [self.schema(each) for each in part]
        if key in _NAMED:
            return {name: self.schema(each) for name, each in part.items()}
        return part


def _without_null(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """An option that may be left out is not written as nothing."""
    several = raw.get("anyOf", [])
    if {"type": "null"} not in several:
        return raw
    rest = [each for each in several if each != {"type": "null"}]
    outer = {key: part for key, part in raw.items() if key != "anyOf"}
    return {**rest[0], **outer} if len(rest) == 1 else {"anyOf": rest, **outer}


def _default(new: Schema, word: str) -> None:
    """A default as a designer would write it, or none where it says no more than being left out does."""
    default = new.pop("default", None)
    if word == "duration" and isinstance(default, float):
        new["default"] = f"{default:g}s"
    elif word == "terminator":
        new["default"] = TERMINATORS[default]
    elif isinstance(default, str | int | float) and default != "":
        new["default"] = default


def _offer_keys(new: Schema) -> None:
    """Keys that an editor offers for a mapping."""
    word = new.get("propertyNames", {}).get("$ref", "").rpartition("/")[2]
    if isinstance(new.get("additionalProperties"), dict) and word in _OFFERED:
        new["properties"] = dict.fromkeys(_OFFERED[word], new["additionalProperties"])


def _title(name: str) -> str:
    """What an editor calls a model: `AudioItem` → `audio item`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
