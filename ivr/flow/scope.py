"""What expressions of a flow can see, in one place, so that lint and the engine agree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

CALL = ("id", "ani", "dnis", "language", "started", "attempt", "agent", "group", "token")
CALLER = (
    "number", "name", "vip", "tags", "agent", "language", "customer", "company", "attributes", "calls",
    "last_agent",
)  # fmt: skip
TOLD: Mapping[str, str] = {
    "name": "text", "vip": "true or false", "tags": "list of texts", "agent": "text", "language": "text",
}  # fmt: skip
"""What an operation may tell of the caller, and of what kind it is."""
NAMES = ("call", "caller", "now")
OPERATION_NAMES = ("json", "text", "status", "headers")
FUNCTIONS = {
    "open": "Whether a calendar is open now: `open('office')`.",
    "waiting": "How many wait in a skill group: `waiting('billing')`.",
    "available": "How many of its agents could take a call at once: `available('billing')`.",
    "estimate": "Seconds that a caller who came now would wait, or null: `estimate('billing')`.",
}
OF_GROUPS = ("waiting", "available", "estimate")
"""Functions whose argument is a skill group."""
_GROUP = re.compile(rf"""\b(?:{"|".join(OF_GROUPS)})\(\s*(['"])([^'"]*)\1\s*\)""")


def names(variables: Mapping[str, Any]) -> set[str]:
    """Every name an expression of a flow with these variables may use."""
    return {*NAMES, *variables}


def groups_named(source: str) -> list[str]:
    """The skill groups that an expression asks about by name."""
    return [found[2] for found in _GROUP.finditer(source)]
