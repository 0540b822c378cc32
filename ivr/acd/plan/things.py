"""A group, an agent or a skill of a plan as a thing by itself, in one form however it is written.

Put back, it becomes changes of single options: those that are the same already are left as they stand in
the text, remarks and all. An agent's place in a group may stand at either; it is changed where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.acd.model import Tier
from ivr.acd.plan.changes import Changes, levels, placed
from ivr.acd.plan.model import AgentProfile, SkillGroup
from ivr.acd.plan.pins import KEPT

GROUP_OPTIONS = tuple(name for name in SkillGroup.model_fields if name != "agents")
AGENT_OPTIONS = tuple(name for name in AgentProfile.model_fields if name != "groups")


def group(data: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """The options that a group says itself, and who belongs to it by tier; None where there is none."""
    if name not in (data.get("groups") or {}):
        return None
    written = _of(data, "groups", name)
    options = {option: written[option] for option in GROUP_OPTIONS if option in written}
    if "require" in options:
        options["require"] = levels(options["require"])
    return {"id": name, **options, "agents": members(data, name)}


def members(data: Mapping[str, Any], group: str) -> list[dict[str, Any]]:
    """Who belongs to a group, wherever that is said: `agent`, `level` and `position`, in their order."""
    theirs = [(_named(place, "agent"), place) for place in _of(data, "groups", group).get("agents") or ()]
    for agent in data.get("agents") or {}:
        places = _of(data, "agents", agent).get("groups") or ()
        theirs += [(agent, place) for place in places if _named(place, "group") == group]
    found = [{"agent": agent, **_tier(place)} for agent, place in theirs]
    return sorted(found, key=lambda one: (one["level"], one["position"]))


def agent(data: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """The options that an agent says, with every group they belong to; a PIN is `kept`. None where there is
    none."""
    if name not in (data.get("agents") or {}):
        return None
    written = _of(data, "agents", name)
    options = {option: written[option] for option in AGENT_OPTIONS if option in written}
    if "skills" in options:
        options["skills"] = levels(options["skills"])
    if "pin" in options:
        options["pin"] = KEPT
    return {"id": name, **options, "groups": memberships(data, name)}


def memberships(data: Mapping[str, Any], agent: str) -> list[dict[str, Any]]:
    """The groups an agent belongs to, wherever that is said: `group`, `level` and `position`."""
    mine = [(_named(place, "group"), place) for place in _of(data, "agents", agent).get("groups") or ()]
    for group in data.get("groups") or {}:
        places = _of(data, "groups", group).get("agents") or ()
        mine += [(group, place) for place in places if _named(place, "agent") == agent]
    return [{"group": group, **_tier(place)} for group, place in mine]


def put_group(data: Mapping[str, Any], name: str, wanted: Mapping[str, Any]) -> Changes:
    """A group as it should be: what `wanted` does not say, it says no more. Without `agents` they stay."""
    before, places = group(data, name), wanted.get("agents")
    usual = data.get("defaults") or {}
    wanted = {option: each for option, each in wanted.items() if each not in ({}, []) or usual.get(option)}
    changes = _options(("groups", name), before, wanted, GROUP_OPTIONS)
    if places is not None:
        tiers = {str(one["agent"]): _of_place(one) for one in places}
        changes |= _members(data, name, tiers)
    return changes or ({} if before is not None else {("groups", name): {}})


def put_agent(data: Mapping[str, Any], name: str, wanted: Mapping[str, Any]) -> Changes:
    """An agent as they should be; as `put_group`. A PIN that is not mentioned, or `kept`, stays."""
    before = agent(data, name)
    has_pin = before is not None and "pin" in before
    if "pin" not in wanted and has_pin:
        wanted = {**wanted, "pin": KEPT}
    if "pin" in wanted and wanted["pin"] == KEPT and before is not None and not has_pin:
        wanted = {**wanted, "pin": None}
    changes = _options(("agents", name), before, wanted, AGENT_OPTIONS)
    if wanted.get("groups") is not None:
        tiers = {str(one["group"]): _of_place(one) for one in wanted["groups"]}
        changes |= _memberships(data, name, tiers)
    return changes or ({} if before is not None else {("agents", name): {}})


def without_group(data: Mapping[str, Any], name: str) -> Changes:
    """No such group any more, in no agent's list either. Who overflows into it still does: that is an error
    of the plan, for people to decide about."""
    changes: Changes = {("groups", name): None}
    for agent in data.get("agents") or {}:
        places = list(_of(data, "agents", agent).get("groups") or ())
        kept = placed(places, "group", name, None)
        if kept != places:
            changes["agents", agent, "groups"] = kept or None
    return changes


def put_skill(data: Mapping[str, Any], name: str, words: Any) -> Changes:
    """A skill with what people call it; one of a mere list becomes part of a table once it has words."""
    skills = data.get("skills")
    if not isinstance(skills, list):
        return {("skills", name): words or ""} if (skills or {}).get(name, ...) != (words or "") else {}
    if not words:
        return {} if name in skills else {("skills",): [*skills, name]}
    return {("skills",): {**dict.fromkeys(skills, ""), name: words}}


def without_skill(data: Mapping[str, Any], name: str) -> Changes:
    """No such skill any more: agents know it no longer. Where a group asks for it that is an error."""
    skills = data.get("skills")
    kept = [one for one in skills if one != name] if isinstance(skills, list) else None
    changes: Changes = {("skills", name): None} if kept is None else {("skills",): kept or None}
    return changes | put_levels(data, {agent: {name: None} for agent in data.get("agents") or {}})


def put_levels(data: Mapping[str, Any], wanted: Mapping[str, Mapping[str, int | None]]) -> Changes:
    """Cells of the table of agents and skills; None or 0: they do not know it."""
    changes: Changes = {}
    for agent, cells in wanted.items():
        known = levels(_of(data, "agents", agent).get("skills"))
        after = {skill: level for skill, level in {**known, **cells}.items() if level}
        if after != known:
            changes["agents", agent, "skills"] = after or None
    return changes


def _of(data: Mapping[str, Any], part: str, name: str) -> Mapping[str, Any]:
    return (data.get(part) or {}).get(name) or {}


def _options(
    path: tuple[str, str], before: Mapping[str, Any] | None, wanted: Mapping[str, Any], names: tuple[str, ...]
) -> Changes:
    """What of these options is to be another one."""
    changes: Changes = {}
    for name in names:
        old, new = (before or {}).get(name), wanted.get(name)
        if new in ({}, []) and not old:
            new = old  # nothing is what a form has for nothing
        if old != new:
            changes[(*path, name)] = new
    return changes


def _members(data: Mapping[str, Any], group: str, wanted: Mapping[str, Tier]) -> Changes:
    """Exactly these agents in a group. New ones are written where the others are."""
    changes: Changes = {}
    theirs = list(_of(data, "groups", group).get("agents") or ())
    there = [_named(place, "agent") for place in theirs]
    at_group = bool(theirs)
    for agent in [*there, *(data.get("agents") or {}), *wanted]:
        tier = wanted.get(agent)
        if agent in there:
            theirs = placed(theirs, "agent", agent, tier)
            continue
        mine = list(_of(data, "agents", agent).get("groups") or ())
        said = any(_named(place, "group") == group for place in mine)
        if tier is not None and not said and (at_group or agent not in (data.get("agents") or {})):
            theirs = placed(theirs, "agent", agent, tier)
        elif (kept := placed(mine, "group", group, tier)) != mine:
            changes["agents", agent, "groups"] = kept or None
    if theirs != list(_of(data, "groups", group).get("agents") or ()):
        changes["groups", group, "agents"] = theirs or None
    return changes


def _memberships(data: Mapping[str, Any], agent: str, wanted: Mapping[str, Tier]) -> Changes:
    """An agent in exactly these groups."""
    changes: Changes = {}
    mine = list(_of(data, "agents", agent).get("groups") or ())
    before = list(mine)
    for group in dict.fromkeys([*(data.get("groups") or {}), *wanted]):
        theirs = list(_of(data, "groups", group).get("agents") or ())
        if any(_named(place, "agent") == agent for place in theirs):
            if (kept := placed(theirs, "agent", agent, wanted.get(group))) != theirs:
                changes["groups", group, "agents"] = kept or None
        else:
            mine = placed(mine, "group", group, wanted.get(group))
    if mine != before:
        changes["agents", agent, "groups"] = mine or None
    return changes


def _named(place: Any, option: str) -> str:
    return str(place.get(option)) if isinstance(place, dict) else str(place)


def _tier(place: Any) -> dict[str, int]:
    said = place if isinstance(place, dict) else {}
    return {"level": said.get("level", 1), "position": said.get("position", 1)}


def _of_place(place: Mapping[str, Any]) -> Tier:
    return Tier(place.get("level") or 1, place.get("position") or 1)
