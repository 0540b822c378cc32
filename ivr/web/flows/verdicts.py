"""What came of tests, in the language of who reads it: why a case failed, and what its telephones did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.web.wording import say

Row = Mapping[str, Any]


def report(told: Row, language: str) -> dict[str, Any]:
    """A whole report."""
    return {
        **told,
        "cases": [case(one, language) for one in told["cases"]],
        "findings": [_said(one, language, "message", "hint") for one in told["findings"]],
    }


def case(told: Row, language: str) -> dict[str, Any]:
    """One case. What callers hear is left as it is: it has a language of its own."""
    parts = {
        "failures": [_said(one, language, "message", "hint") for one in told.get("failures", ())],
        "transcript": [
            one if one["who"] == "ivr" else _said(one, language, "text") for one in told.get("transcript", ())
        ],
    }
    return {**_said(told, language, "reason"), **{name: part for name, part in parts.items() if name in told}}


def _said(row: Row, language: str, *names: str) -> dict[str, Any]:
    return {name: say(value, language) if name in names else value for name, value in row.items()}
