"""Single things changed in a plan's data: which options get which values.

An agent's place in a group stands at the agent or at the group, in a short form or a long one; what is there
already is changed where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.acd.model import Tier

Changes = dict[tuple[str, ...], Any]
"""Values by path; None takes one out."""


def of_agent(
    data: Mapping[str, Any],
    agent: str,
    options: Mapping[str, Any],
    skills: Mapping[str, int | None],
    groups: Mapping[str, Tier | None],
) -> Changes:
    """An agent with other options, levels of skills (None: no longer) and places in groups (None: none)."""
    profile: Mapping[str, Any] = (data.get("agents") or {}).get(agent) or {}
    changes: Changes = {("agents", agent, name): value for name, value in options.items()}
    if skills:
        known = {**levels(profile.get("skills")), **skills}
        changes["agents", agent, "skills"] = {
            name: level for name, level in known.items() if level is not None
        }
    mine = list(profile.get("groups") or [])
    for group, tier in groups.items():
        theirs = list(((data.get("groups") or {}).get(group) or {}).get("agents") or [])
        if any(_named(place, "agent") == agent for place in theirs):
            changes["groups", group, "agents"] = placed(theirs, "agent", agent, tier)
        else:
            mine = placed(mine, "group", group, tier)
            changes["agents", agent, "groups"] = mine
    return changes


def without_agent(data: Mapping[str, Any], agent: str) -> Changes:
    """No such agent any more, in any group's list either."""
    changes: Changes = {("agents", agent): None}
    for name, group in (data.get("groups") or {}).items():
        places = (group or {}).get("agents") or []
        kept = placed(places, "agent", agent, None)
        if kept != places:
            changes["groups", name, "agents"] = kept
    return changes


def levels(skills: Any) -> dict[str, int]:
    """Skills with their levels, however they are written."""
    if isinstance(skills, str):
        return {skills: 1}
    return dict.fromkeys(skills, 1) if isinstance(skills, list) else dict(skills or {})


def placed(places: list[Any], option: str, name: str, tier: Tier | None) -> list[Any]:
    """A list of places with another tier for one of them, at its end if it is new; None takes it out. One
    that has this tier already stays as it is written."""
    if tier is None:
        return [one for one in places if _named(one, option) != name]
    place = _place(option, name, tier)
    if all(_named(one, option) != name for one in places):
        return [*places, place]
    return [one if _named(one, option) != name or _is(one, tier) else place for one in places]


def _is(place: Any, tier: Tier) -> bool:
    said = place if isinstance(place, dict) else {}
    return Tier(said.get("level", 1), said.get("position", 1)) == tier


def _named(place: Any, option: str) -> str:
    return str(place.get(option)) if isinstance(place, dict) else str(place)


def _place(option: str, name: str, tier: Tier) -> Any:
    more = {"level": tier.level, "position": tier.position}
    said = {key: value for key, value in more.items() if value != 1}
    return {option: name, **said} if said else name
