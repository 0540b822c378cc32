"""What agents write their notes about: which contact a wrap-up belongs to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WrapUp:
    """Notes about a contact, which `arrived` then, begun at that moment (seconds since the epoch)."""

    contact: str
    arrived: float
    began: float


WrapUps = dict[str, WrapUp]
"""By agent. Shared by who writes it down and who keeps it for the next worker."""
