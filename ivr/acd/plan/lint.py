"""Will a plan whose names are all right do what it is meant to?

An error is what would leave callers waiting for nobody; a warning is what is most likely a slip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ivr.acd.plan.compiled import places
from ivr.acd.plan.marks import Marks
from ivr.acd.plan.model import Centre, OverflowRule, SkillGroup
from ivr.acd.plan.types import is_language
from ivr.errors import Finding
from ivr.flow.checks import Path

MOST_SHOWN = 6  # groups of a circle that a message names


@dataclass(frozen=True)
class _View:
    """What a check looks at."""

    marks: Marks
    centre: Centre

    @cached_property
    def members(self) -> Mapping[str, Mapping[str, int]]:
        """By group its agents, each with the tier."""
        tiers: dict[str, dict[str, int]] = {name: {} for name in self.centre.groups}
        for agent, group, tier in places(self.centre):
            tiers[group][agent] = tier.level
        return tiers


def lint(marks: Marks, centre: Centre) -> list[Finding]:
    """A211 to A218, A220."""
    view = _View(marks, centre)
    return [
        *_circles(marks, centre),
        *_skills(marks, centre),
        *_agents(view),
        *(
            finding
            for name, group in centre.groups.items()
            for check in (_servers, _tiers, _ringing, _overflow, _relaxation, _tightening)
            for finding in check(view, name, group)
        ),
    ]


# Who serves -------------------------------------------------------------------------------------------


def _servers(view: _View, name: str, group: SkillGroup) -> Iterator[Finding]:
    """A211: at no moment of a contact's wait is there an agent who could have it."""
    asked, groups = dict(group.require), [name]
    missing = _missing(view, groups, asked)
    for step in sorted(group.relax, key=lambda one: one.after):
        asked.update(step.require)
        groups += step.groups
        if missing:
            missing = _missing(view, groups, asked)
    if missing:
        leaves = any(rule.on in ("no_agent", "wait", "estimate") for rule in group.overflow)
        hint = "add agents, ask for less, or let contacts overflow `on: no_agent`"
        severity = "warning" if leaves or group.max_wait is not None else "error"
        yield view.marks.finding(
            ("groups", name), "A211", f"nobody can serve {name}: {missing}", hint, severity, key=True
        )


def _missing(view: _View, groups: list[str], asked: Mapping[str, int]) -> str:
    """Why no agent of these groups has what is asked; empty when one has."""
    agents = [view.centre.agents[agent].skills for group in groups for agent in view.members[group]]
    if not agents:
        return "no agent belongs to it"
    if any(all(skills.get(skill, 0) >= level for skill, level in asked.items()) for skills in agents):
        return ""
    best = {skill: max(skills.get(skill, 0) for skills in agents) for skill in asked}
    lacking = [
        f"{skill} {level}, the best has {best[skill]}"
        for skill, level in asked.items()
        if best[skill] < level
    ]
    return f"it asks for {' and '.join(lacking)}" if lacking else "no agent has all that it asks for at once"


def _tiers(view: _View, name: str, group: SkillGroup) -> Iterator[Finding]:
    """A213: contacts have left before their agents are asked."""
    leaves = _leaves(group)
    for tier in sorted(set(view.members[name].values())):
        after = (tier - 1) * group.tier_wait
        if leaves is not None and after >= leaves:
            message = (
                f"tier {tier} of {name} is asked after {after:g} s, when contacts have left ({leaves:g} s)"
            )
            hint = "shorten `tier_wait`, or let contacts wait longer"
            yield view.marks.finding(("groups", name), "A213", message, hint, "warning", key=True)
            return


def _leaves(group: SkillGroup) -> float | None:
    """Seconds after which a contact is gone in any case; None: it may wait for ever."""
    limits = [rule.after for rule in group.overflow if rule.on == "wait" and rule.after is not None]
    return min([*limits, *([group.max_wait] if group.max_wait is not None else [])], default=None)


# Waiting ----------------------------------------------------------------------------------------------


def _ringing(view: _View, name: str, group: SkillGroup) -> Iterator[Finding]:
    if group.max_wait is not None and group.ring > group.max_wait:
        message = f"a telephone rings for {group.ring:g} s, and contacts wait {group.max_wait:g} s at most"
        yield view.marks.finding(("groups", name, "ring"), "A216", message, "let it ring shorter", "warning")


def _overflow(view: _View, name: str, group: SkillGroup) -> Iterator[Finding]:
    for index, rule in enumerate(group.overflow):
        if why := _never(group, index, rule):
            path = ("groups", name, "overflow", index)
            yield view.marks.finding(
                path, "A217", f"this overflow never happens: {why}", "take it out", "warning"
            )


def _never(group: SkillGroup, index: int, rule: OverflowRule) -> str:
    if rule.on == "closed" and group.hours is None:
        return "without `hours` the group is never closed"
    if rule.on == "wait" and group.max_wait is not None and (rule.after or 0) >= group.max_wait:
        return f"contacts wait {group.max_wait:g} s at most"
    if rule.on == "size" and group.max_size is not None and (rule.size or 0) > group.max_size:
        return f"{group.max_size} may wait at most"
    before = [one for one in group.overflow[:index] if one.on == rule.on and one.to == rule.to]
    return "the same stands above" if any(_limit(one) <= _limit(rule) for one in before) else ""


def _limit(rule: OverflowRule) -> float:
    return rule.after or rule.above or rule.size or 0


def _relaxation(view: _View, name: str, group: SkillGroup) -> Iterator[Finding]:
    leaves = _leaves(group)
    for index, step in enumerate(group.relax):
        if leaves is not None and step.after >= leaves:
            message = f"contacts have left after {leaves:g} s, before it helps them"
            path = ("groups", name, "relax", index)
            yield view.marks.finding(path, "A218", message, "let it begin earlier", "warning")


def _tightening(view: _View, name: str, group: SkillGroup) -> Iterator[Finding]:
    """A220: a step asks for more. One that asks for another skill instead of this, or of further groups, is
    meant so."""
    asked = dict(group.require)
    for index, step in sorted(enumerate(group.relax), key=lambda one: one[1].after):
        before = {skill: asked.get(skill, 0) for skill in step.require}
        asked.update(step.require)
        loosens = bool(step.groups) or any(step.require[skill] < level for skill, level in before.items())
        for skill, level in step.require.items():
            if level > before[skill] and (before[skill] or not loosens):
                than = f"{before[skill]} before" if before[skill] else "nothing before"
                message = f"after {step.after:g} s {name} asks for more: {skill} {level}, {than}"
                hint = f"ask for less than before, or take {skill} out of this step"
                path = ("groups", name, "relax", index, "require", skill)
                yield view.marks.finding(path, "A220", message, hint, "warning")


def _circles(marks: Marks, centre: Centre) -> Iterator[Finding]:
    """A212, once for each circle: at the group of it that stands first in the file."""
    leads = {
        name: [rule.to.name for rule in group.overflow if rule.to.kind == "group"]
        for name, group in centre.groups.items()
    }
    order = list(centre.groups)
    for name in order:
        way = _way_back(leads, name)
        if way and min(way, key=order.index) == name:
            shown = " → ".join([*way[:MOST_SHOWN], *(["…"] if len(way) > MOST_SHOWN else []), name])
            first = way[1] if len(way) > 1 else name
            index = next(
                number
                for number, rule in enumerate(centre.groups[name].overflow)
                if (rule.to.kind, rule.to.name) == ("group", first)
            )
            message = f"{shown} leads back to a group that takes nobody twice: contacts stay in {way[-1]}"
            hint = "let one of them lead out: to a person, a number, a flow or voicemail"
            yield marks.finding(("groups", name, "overflow", index, "to"), "A212", message, hint)


def _way_back(leads: Mapping[str, list[str]], name: str) -> list[str]:
    """The shortest way from a group back to itself, beginning with it; empty when there is none."""
    ways, seen = [[name]], set[str]()
    while ways:
        way = ways.pop(0)
        for other in leads[way[-1]]:
            if other == name:
                return way
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return []


# Left over --------------------------------------------------------------------------------------------


def _skills(marks: Marks, centre: Centre) -> Iterator[Finding]:
    """A214; what flows ask for beside, a plan cannot know, and so it is a warning."""
    asked = {skill for group in centre.groups.values() for skill in group.require}
    asked |= {skill for group in centre.groups.values() for step in group.relax for skill in step.require}
    formulas = " ".join(
        expression.source
        for group in centre.groups.values()
        for expression in (group.rank, group.match)
        if expression is not None
    )
    listed = isinstance(marks.document.data["skills"], list) if centre.skills else False
    for index, skill in enumerate(centre.skills):
        if skill not in asked and skill not in formulas and not is_language(skill):
            message = f"no group asks for {skill}"
            hint = "ask for it in `require:`, or take it out if no flow does"
            path: Path = ("skills", index) if listed else ("skills", skill)
            yield marks.finding(path, "A214", message, hint, "warning", key=not listed)


def _agents(view: _View) -> Iterator[Finding]:
    members = {agent for agents in view.members.values() for agent in agents}
    for agent in view.centre.agents:
        if agent not in members:
            message = f"{agent} belongs to no group, and so gets no contacts"
            yield view.marks.finding(("agents", agent), "A215", message, "add `groups:`", "warning", key=True)
