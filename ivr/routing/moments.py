"""Moments as records have them."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(at: float) -> datetime:
    """Seconds since the epoch, as an aware moment."""
    return datetime.fromtimestamp(at, UTC)


def arrival(at: float) -> datetime:
    """When a contact arrived, to the millisecond: so it is kept on the call, and so every worker that tells
    of a contact names the same one."""
    return moment(round(at, 3))
