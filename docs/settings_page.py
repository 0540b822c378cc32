"""The page of settings: a table for each section, then each setting with its facts and when to change it."""

from __future__ import annotations

import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from option_tables import flow_style, row
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from regions import filled, region

from ivr import settings

KINDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Path: "path",
    SecretStr: "secret",
}


def settings_page(folder: Path) -> str:
    """The page in `folder`, with a heading for each setting that has none yet."""
    page = folder / "settings.md"
    text = page.read_text(encoding="utf-8") if page.exists() else "# Settings\n"
    made = {}
    for section, holder in settings.Settings.model_fields.items():
        entries = [entry for entry in settings.table() if entry.name.startswith(f"{section}.")]
        made[section] = f"{' '.join((type(holder.default).__doc__ or '').split())}\n\n" + "\n".join(
            [
                "| setting | default | what it does |\n|---|---|---|",
                *(
                    row(f"[`{entry.name}`](#{entry.name.replace('.', '')})", default_of(entry), entry.help)
                    for entry in entries
                ),
            ]
        )
        text = _with(text, f"## {section}", section)
        for entry in entries:
            field = type(holder.default).model_fields[entry.name.partition(".")[2]]
            made[entry.name] = "\n".join(facts(entry, field))
            text = _with(text, f"### {entry.name}", entry.name)
    return filled(text, made)


def facts(entry: settings.Entry, field: FieldInfo) -> Iterator[str]:
    """What the code knows about a setting."""
    yield f"{entry.help}\n"
    yield f"- **value**: {kind_of(field)}; default {default_of(entry)}"
    yield f"- **environment**: `{entry.env}`" + (f" or `{entry.env}_FILE`" if entry.secret else "")


def kind_of(field: FieldInfo) -> str:
    """The type of a setting with its bounds, in words."""
    bounds = []
    for bound in field.metadata:
        match bound:
            case Ge(ge=least):
                bounds.append(f"{least} or more")
            case Gt(gt=least):
                bounds.append(f"more than {least}")
            case Le(le=most):
                bounds.append(f"{most} at most")
    return ", ".join([words(field.annotation), *bounds])


def words(kind: Any) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is list:
        return f"list of {words(inner[0])}s"
    if origin is dict:
        return f"{words(inner[1])}s by name"
    if origin in (Union, types.UnionType):
        return " or ".join(words(each) for each in inner)
    return KINDS.get(kind) or getattr(kind, "__name__", str(kind))


def default_of(entry: settings.Entry) -> str:
    """A default as it is the same on every machine."""
    if entry.secret:
        return "FreeSWITCH's own" if entry.name == "switch.password" else "none"
    if entry.default in ([], {}, ""):
        return "none"
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
