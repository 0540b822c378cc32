"""Findings as an editor marks them: from where to where, and what would repair them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pydantic import BaseModel, Field

from ivr.errors import Finding
from ivr.flow.fix.edits import Edit, Text
from ivr.flow.fix.remedies import Draft, edits
from ivr.web.wording import say

_WORD: Final = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s,:\[\]{}#]+(?::(?=\S)[^\s,\[\]{}#]+)*|\S")
_MOST_LABEL: Final = 60


class EditOut(BaseModel):
    """At a line and column, `old` becomes `new`."""

    line: int
    column: int
    old: str
    new: str


class Fix(BaseModel):
    """What would repair a finding."""

    label: str
    edits: list[EditOut]


class FindingOut(BaseModel):
    """One thing that is wrong, or that callers will dislike. Lines and columns count from 1."""

    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    severity: str = Field(description="`error` or `warning`.")
    message: str
    hint: str
    fix: Fix | None = None


def shown(findings: Iterable[Finding], content: bytes, language: str) -> list[FindingOut]:
    """The findings of a text, in the language of who reads them."""
    try:
        text = Text(content)
    except UnicodeDecodeError:
        return [_shown(one, None, None, language) for one in findings]
    draft = Draft(text)
    return [_shown(one, text, draft, language) for one in findings]


def _shown(one: Finding, text: Text | None, draft: Draft | None, language: str) -> FindingOut:
    line, column = one.place.line, one.place.column
    found = _WORD.match(text.rest(line, column)) if text else None
    needed = edits(draft, one) if draft else []
    return FindingOut(
        line=line,
        column=column,
        end_line=line,
        end_column=column + (len(found[0]) if found else 1),
        code=one.code,
        severity=one.severity,
        message=say(one.message, language),
        hint=say(one.hint, language),
        fix=Fix(label=_label(needed), edits=[_edit(each) for each in needed]) if needed else None,
    )


def _edit(edit: Edit) -> EditOut:
    return EditOut(line=edit.line, column=edit.column, old=edit.old, new=edit.new)


def _label(needed: list[Edit]) -> str:
    """What it becomes, short enough for a button."""
    words = " … ".join(" ".join(each.new.split()) or f"− {each.old.strip()}" for each in needed)
    return words if len(words) <= _MOST_LABEL else f"{words[: _MOST_LABEL - 1]}…"
