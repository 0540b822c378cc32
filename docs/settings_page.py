"""The page of settings: a table for each section, then each setting with its facts and when to change it.

It is there in each language of the documentation: what a setting does comes from `settings.po` then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from option_tables import flow_style, row
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from regions import filled, region
from wording import Wording, wording

from ivr import settings
from ivr.translations import said

KINDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Path: "path",
    SecretStr: "secret",
}


def settings_page(folder: Path, language: str = "en-US") -> str:
    """The page in `folder`, a language's, with a heading for each setting that has none yet."""
    page = folder / "settings.md"
    text = page.read_text(encoding="utf-8") if page.exists() else "# Settings\n"
    word = wording(language)
    made = {}
    for section, holder in settings.Settings.model_fields.items():
        entries = [entry for entry in settings.table() if entry.name.startswith(f"{section}.")]
        about = " ".join((type(holder.default).__doc__ or "").split())
        made[section] = f"{said(about, language, 'settings')}\n\n" + "\n".join(table(entries, language))
        text = _with(text, f"## {section}", section)
        for entry in entries:
            field = type(holder.default).model_fields[entry.name.partition(".")[2]]
            facts = [
                f"{said(entry.help, language, 'settings')}\n",
                word("- **value**: {}; default {}", kind_of(field, word), default_of(entry, word)),
                word("- **environment**: {}", environment(entry, word)),
            ]
            made[entry.name] = "\n".join(facts)
            text = _with(text, f"### {entry.name}", entry.name)
    return filled(text, made)


def table(entries: Iterable[settings.Entry], language: str) -> Iterator[str]:
    """The settings of a section, each with a link to where more is told."""
    word = wording(language)
    yield row(word("setting"), word("default"), word("what it does"))
    yield "|---|---|---|"
    for entry in entries:
        link = f"[`{entry.name}`](#{entry.name.replace('.', '')})"
        yield row(link, default_of(entry, word), said(entry.help, language, "settings"))


def environment(entry: settings.Entry, word: Wording) -> str:
    """The variables that hold a setting."""
    return word("{} or {}", f"`{entry.env}`", f"`{entry.env}_FILE`") if entry.secret else f"`{entry.env}`"


def kind_of(field: FieldInfo, word: Wording) -> str:
    """The type of a setting with its bounds, in words."""
    kind = words(field.annotation, word)
    for bound in field.metadata:
        match bound:
            case Ge(ge=least):
                kind = word("{}, {} or more", kind, least)
            case Gt(gt=least):
                kind = word("{}, more than {}", kind, least)
            case Le(le=most):
                kind = word("{}, {} at most", kind, most)
    return kind


def words(kind: Any, word: Wording) -> str:
    """A type without its bounds."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is list:
        return word("list of {}s", words(inner[0], word))
    if origin is dict:
        return word("{}s by name" if inner[1] in KINDS else "{} by name", words(inner[1], word))
    if origin is Literal:
        return word("one of {}", word(", ").join(f"`{each}`" for each in inner))
    return word(KINDS[kind])


def default_of(entry: settings.Entry, word: Wording) -> str:
    """A default as it is the same on every machine."""
    if entry.secret:
        return word("FreeSWITCH's own" if entry.name == "switch.password" else "none")
    if entry.default in ([], {}, ""):
        return word("none")
    text = str(entry.default)
    if isinstance(entry.default, bool | float | list | dict):
        text = f"{entry.default:g}" if type(entry.default) is float else flow_style(entry.default)
    for folder, name in ((settings.DATA, "DATA"), (settings.CACHE, "CACHE")):
        text = text.replace(str(folder), f"‹{name}›")
    return f"`{text}`"


def _with(text: str, heading: str, name: str) -> str:
    """The page with a heading and its region, put at the end where they are missing."""
    mark = f"<!-- made: {name} -->"
    return text if mark in text else f"{text.rstrip()}\n\n{heading}\n\n{region(name)}\n"
