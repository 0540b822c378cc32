"""What the checks of the call centre share: the plan that workers serve by, and how they name agents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ivr.errors import StoreError

if TYPE_CHECKING:
    from ivr.acd.plan import LoadedPlan
    from ivr.settings import Settings

SHOWN: Final = 3
"""Agents or groups that are named."""
LINT: Final = "`ivr acd lint` lists all findings, each with its place and the way out"


def in_force(settings: Settings) -> LoadedPlan | None:
    """The plan that workers serve by: the store's newest (while the database is away, what this machine saw
    last), else the draft; None: there is none. May wait. Raises IvoryError: it cannot be used."""
    from ivr.acd.plan import load
    from ivr.routing.planfile import Draft, Kept, Mirror
    from ivr.store import plans
    from ivr.store.connect import open_store

    kept: Kept | None = None
    try:
        with open_store(settings.store.url, create=False) as store:
            newest = plans.newest(store)
            found = plans.get(store, newest) if newest else None
            kept = Kept(found.turn, found.text) if found else None
    except StoreError:  # which the check of the store tells about
        kept = Mirror(settings.acd.mirror).read()
    kept = kept or Draft(settings.acd.plan).read()
    if not kept.text.strip():
        return None
    name = f"turn {kept.turn}" if kept.turn else str(settings.acd.plan)
    return load(kept.text.encode("utf-8", "surrogateescape"), name, kept.turn)


def count(number: int, kind: str) -> str:
    """`1 agent`, `2 agents`."""
    return f"{number} {kind}{'' if number == 1 else 's'}"


def names(some: Sequence[str], kind: str) -> str:
    """`4 agents (a, b, c …)`."""
    shown = ", ".join(some[:SHOWN]) + (" …" if len(some) > SHOWN else "")
    return f"{count(len(some), kind)} ({shown})"
