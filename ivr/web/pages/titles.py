"""Flows as people call them, in the language of who reads."""

from __future__ import annotations

from collections.abc import Mapping

from ivr import i18n
from ivr.flow.model import LoadedFlow
from ivr.web.languages import TAGS, chosen


def titles(flows: Mapping[str, LoadedFlow]) -> dict[str, str]:
    """The title of each flow by its name; the name where it has none."""
    return {name: _title(one.flow.title) or name for name, one in flows.items()}


def _title(title: str | Mapping[str, str]) -> str:
    if isinstance(title, str):
        return title
    return i18n.pick(title, TAGS[chosen()]) if title else ""
