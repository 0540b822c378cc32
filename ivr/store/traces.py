"""Journeys as reports read them: bare tuples with seconds instead of moments, for a million steps at a time.

No caller's number or name is in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple


class Stop(NamedTuple):
    """One visit of one node: `at` seconds after the call began, for `seconds`; None: it was never left."""

    visit: int
    flow: str
    node: str
    type: str
    at: float
    seconds: float | None
    outcome: str
    input: str
    detail: Mapping[str, Any]


class Trace(NamedTuple):
    """One call and its visits, as they were entered. `seconds` to its end; None: it has none yet."""

    call: str
    started: datetime
    version: str
    language: str
    end: str
    goals: tuple[str, ...]
    seconds: float | None
    stops: list[Stop]
