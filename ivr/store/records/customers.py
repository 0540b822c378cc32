"""Customers: people and companies that are known by their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """One customer. What is empty in a later record leaves the earlier value as it was."""

    id: str
    """Their key, as another system has it; else the first of their numbers."""
    added: datetime
    name: str = ""
    company: str = ""
    vip: bool | None = None
    tags: tuple[str, ...] = ()
    agent: str = ""
    """Their own agent (专属经理), asked first."""
    language: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else is known of them; JSON, 4 KB at most."""
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomerNumber:
    """One of a customer's numbers, E.164; a number has one customer, the first one it was put for."""

    number: str
    customer: str
