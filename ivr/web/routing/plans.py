"""The routing plan in force, and single things changed in it: one turn each, at once also for who waits.

Until a plan was put into the database once, the file of `acd.plan` is in force; the first change here puts it
there as it is, and then the change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ivr.acd.plan import EMPTY, LoadedPlan, load
from ivr.acd.plan.changes import Changes
from ivr.acd.plan.diff import compare
from ivr.acd.plan.edit import changed
from ivr.errors import Conflict, FlowError, NotFound
from ivr.flow.checks import Path as Where
from ivr.routing.planfile import Draft
from ivr.routing.turns import Changed, Turns
from ivr.store import plans
from ivr.store.database import Store
from ivr.web.accounts.who import Who
from ivr.web.routing.unfit import Unfit
from ivr.web.site import Site

MOST_NOTED = 50
"""Options that the audit keeps of one change."""
_LOOKED_BACK = 10


@dataclass(frozen=True, slots=True)
class Desk:
    """Whoever changes the plan, with all it takes: a function of the store is given one."""

    turns: Turns
    draft: Path


def desk(site: Site, who: Who) -> Callable[[Store], Desk]:
    """For functions of the store."""
    now = site.now()
    return lambda store: Desk(Turns(store, who.by, lambda: now), site.settings.acd.plan)


def present(store: Store, draft: Path) -> LoadedPlan:
    """The plan in force; one of nobody where there is none. Raises StoreError, FlowError."""
    number = plans.newest(store)
    found = plans.get(store, number) if number else None
    if found is not None:
        return _loaded(found.text, f"turn {found.turn}", found.turn)
    kept = Draft(draft).read()
    return _loaded(kept.text, str(draft), 0) if kept.text else EMPTY


def in_force(site: Site) -> LoadedPlan:
    """The plan in force. Raises StoreError, FlowError."""
    return site.ask(present, site.settings.acd.plan)


def turn(store: Store, number: int) -> LoadedPlan:
    """The plan of a turn. Raises NotFound, StoreError, FlowError."""
    found = plans.get(store, number)
    if found is None:
        raise NotFound(f"the plan has no turn {number}", hint="look at the list of its turns")
    return _loaded(found.text, f"turn {number}", number)


def digest(thing: Mapping[str, Any] | None) -> str:
    """The revision of a group or an agent: the same as long as nothing about it is another."""
    return hashlib.sha256(json.dumps(thing, sort_keys=True).encode()).hexdigest()[:16] if thing else ""


def check_match(noun: str, before: Mapping[str, Any] | None, match: str, *, new: bool) -> None:
    """Whether a thing may be put. Raises NotFound: it is to be changed and is not there; Conflict: it is
    another than it was, or there where it was to be new."""
    if before is None and not new:
        raise NotFound(f"there is no such {noun}", hint="POST adds one")
    if before is not None and new:
        raise Conflict(f"there is such a {noun} already", hint="change that one", current=digest(before))
    if match and match != digest(before):
        raise Conflict(f"somebody else has changed this {noun}", current=digest(before))


def change(
    at: Desk, wanted: Callable[[LoadedPlan], Changes], base: Where = (), message: str = ""
) -> tuple[Changed, LoadedPlan, LoadedPlan]:
    """Change single options; what came of it, and the plan before and after.

    Args:
        wanted: says what, of the plan in force; asked again where somebody was faster.
        base: where the thing stands that is changed: findings point into it.

    Raises:
        Unfit: it would not be in order.
        StoreError: somebody else was faster, or the database cannot.
    """
    store = at.turns.store
    before = present(store, at.draft)
    changes = wanted(before)
    if not changes:
        return Changed(None), before, before
    text = before.text
    try:
        text = changed(text, changes)
        if not before.turn:
            load(text, "the plan")  # nothing is put into the database by a change that is none
            at.turns.put(before.text, str(at.draft), "as the file had it")
        done = at.turns.change(wanted, message)
    except FlowError as error:
        raise Unfit(error.findings, text, base) from None
    return done, before, present(store, at.draft)


def noted(before: LoadedPlan, after: LoadedPlan) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is other, option by option, for the audit. PINs are not in it."""
    found = compare(before.data, after.data)
    old = {one.where: one.old for one in found[:MOST_NOTED]}
    new = {one.where: one.new for one in found[:MOST_NOTED]}
    if len(found) > MOST_NOTED:
        new["…"] = f"and {len(found) - MOST_NOTED} more"
    return {"turn": before.turn, **old}, {"turn": after.turn, **new}


def former_pin(store: Store, agent: str) -> str:
    """The hash of the PIN an agent had before they were taken out, a few turns ago; empty: none is found."""
    newest = plans.newest(store)
    for number in range(newest - 1, max(0, newest - _LOOKED_BACK), -1):
        profile = turn(store, number).centre.agents.get(agent)
        if profile is not None:
            return profile.pin.get_secret_value() if profile.pin else ""
    return ""


@lru_cache(maxsize=6)
def _loaded(text: str, file: str, number: int) -> LoadedPlan:
    return load(text, file, number)
