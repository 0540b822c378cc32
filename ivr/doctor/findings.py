"""What a check says: how it is, what was seen, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How it is, from good to bad."""

    OK = "ok"
    SKIPPED = "skipped"
    WARNING = "warning"
    FAILURE = "failure"

    @property
    def rank(self) -> int:
        return list(Status).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found.

    Args:
        seen: what was seen, in one sentence without a stop.
        mend: the way out, for whoever reads it at night; empty where nothing is to be mended.
    """

    status: Status
    seen: str
    mend: str = ""


def ok(seen: str) -> Finding:
    """As it should be."""
    return Finding(Status.OK, seen)


def skipped(why: str) -> Finding:
    """Nobody looked."""
    return Finding(Status.SKIPPED, why)


def warning(seen: str, mend: str) -> Finding:
    """Calls are served, but not as they could be, or not for ever."""
    return Finding(Status.WARNING, seen, mend)


def failure(seen: str, mend: str) -> Finding:
    """Callers suffer from it, or will."""
    return Finding(Status.FAILURE, seen, mend)
