"""What a check is, and the one table that each enters itself in."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from ivr.doctor.findings import Finding
from ivr.doctor.patient import Patient

Look = Callable[[Patient], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One question that the doctor asks.

    Args:
        look: answers it; at least one finding. It runs on the hub: what may block goes through
            `patient.aside`. A SwitchError may pass out of it; the examination says what it means.
        needs_switch: whether it asks FreeSWITCH.
        seconds: it may take at most.
    """

    name: str
    look: Look
    needs_switch: bool
    seconds: float


_TABLE: dict[str, Check] = {}


def check(name: str, *, needs_switch: bool = False, seconds: float = 10.0) -> Callable[[Look], Look]:
    """Enter a function in the table of checks."""

    def enter(look: Look) -> Look:
        _TABLE[name] = Check(name, look, needs_switch, seconds)
        return look

    return enter


@cache
def checks() -> Mapping[str, Check]:
    """Every check by name: one file of `ivr.doctor.checks` each."""
    from ivr.doctor import checks as package

    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return dict(sorted(_TABLE.items()))
