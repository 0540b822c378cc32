"""Which option of a group or an agent a finding is about: a form shows it there, the text by its line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ivr.acd.plan.loader import LIMITS
from ivr.errors import Finding
from ivr.flow import yaml
from ivr.flow.checks import Path
from ivr.flow.yaml import Document


def pointer(text: str, base: Path, finding: Finding) -> str:
    """The JSON pointer, below `base`, of what stands at a finding's place in a plan's text; empty where that
    is elsewhere."""
    document = yaml.parse(text, "", LIMITS)
    data: Any = document.data
    for step in base:
        data = data.get(step) if isinstance(data, dict) else None
    if data is None:  # there is no such thing, or it stands in a list
        return ""
    here = finding.place.line, finding.place.column
    best: tuple[tuple[int, int], Path] = (_at(document, base), ())
    after = _after(document, base)
    if here < best[0] or (after is not None and here >= after):
        return ""
    for path in _paths(data):
        at = _at(document, (*base, *path))
        if best[0] <= at <= here:
            best = at, path
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in best[1])


def _at(document: Document, path: Path) -> tuple[int, int]:
    place = document.place(path, key=True)
    return place.line, place.column


def _after(document: Document, base: Path) -> tuple[int, int] | None:
    """Where the next thing beside it, or above, begins."""
    begins = _at(document, base)
    later = []
    data = document.data
    for depth, step in enumerate(base):
        later += [at for other in data if (at := _at(document, (*base[:depth], other))) > begins]
        data = data[step]
    return min(later, default=None)


def _paths(data: Any, path: Path = ()) -> Iterator[Path]:
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from _paths(inner, (*path, step))
