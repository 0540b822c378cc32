"""What expressions of a flow can see, in one place, so that lint and the engine agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CALL = ("id", "ani", "dnis", "language", "started", "attempt")
CALLER = ("number", "name", "vip", "tags")
NAMES = ("call", "caller", "now")
OPERATION_NAMES = ("json", "text", "status", "headers")
FUNCTIONS = {"open": "Whether a calendar is open now: `open('office')`."}


def names(variables: Mapping[str, Any]) -> set[str]:
    """Every name an expression of a flow with these variables may use."""
    return {*NAMES, *variables}
