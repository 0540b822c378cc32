"""Does everything in a plan name what there is, and once?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from ivr.acd.plan import scope
from ivr.acd.plan.compiled import telephone
from ivr.acd.plan.marks import Marks
from ivr.acd.plan.model import Centre, Code, SkillGroup
from ivr.acd.plan.types import is_language
from ivr.errors import Finding
from ivr.flow import expressions
from ivr.flow.checks import Path
from ivr.flow.expressions import Expression
from ivr.registry import did_you_mean

_LEVEL = re.compile(r"""\blevel\(\s*(['"])([^'"]*)\1\s*\)""")


def check(marks: Marks, centre: Centre) -> list[Finding]:
    """A201 to A210."""
    return [
        *(each for name, group in centre.groups.items() for each in _group(marks, centre, name, group)),
        *_agents(marks, centre),
        *_telephones(marks, centre),
        *_keys(marks, "breaks", centre.breaks),
        *_keys(marks, "dispositions", centre.dispositions),
    ]


def _group(marks: Marks, centre: Centre, name: str, group: SkillGroup) -> Iterator[Finding]:
    here: Path = ("groups", name)
    yield from _skills(marks, centre, (*here, "require"), group.require)
    for index, place in enumerate(group.agents):
        if place.agent not in centre.agents:
            path = (*here, "agents", index, "agent")
            yield marks.unknown(path, "A203", "agent", place.agent, centre.agents)
    for index, step in enumerate(group.relax):
        yield from _skills(marks, centre, (*here, "relax", index, "require"), step.require)
        for number, other in enumerate(step.groups):
            if other not in centre.groups:
                path = (*here, "relax", index, "groups", number)
                yield marks.unknown(path, "A202", "group", other, centre.groups)
    for index, rule in enumerate(group.overflow):
        path = (*here, "overflow", index, "to", rule.to.kind)
        if rule.to.kind == "group" and rule.to.name not in centre.groups:
            yield marks.unknown(path, "A202", "group", rule.to.name, centre.groups)
        if rule.to.kind == "agent" and rule.to.name not in centre.agents:
            yield marks.unknown(path, "A203", "agent", rule.to.name, centre.agents)
    if group.hours is not None and group.hours not in centre.calendars:
        yield marks.unknown((*here, "hours"), "A204", "calendar", group.hours, centre.calendars)
    for index, code in enumerate(group.dispositions or ()):
        if code not in centre.dispositions:
            path = (*here, "dispositions", index)
            yield marks.unknown(path, "A207", "disposition", code, centre.dispositions)
    for option, expression in (("rank", group.rank), ("match", group.match)):
        if expression is not None:
            yield from _expression(marks, centre, (*here, option), expression)


def _skills(marks: Marks, centre: Centre, path: Path, asked: Collection[str]) -> Iterator[Finding]:
    for skill in asked:
        if skill not in centre.skills and not is_language(skill):
            yield marks.unknown((*path, skill), "A201", "skill", skill, centre.skills)


def _expression(marks: Marks, centre: Centre, path: Path, expression: Expression) -> Iterator[Finding]:
    known = scope.NAMES[str(path[-1])]
    for name in sorted(expression.names - known.keys()):
        found = _unseen(marks, path, "A205", f'"{name}" is not known here', name, known)
        if name in scope.CHANGING:
            found = replace(found, hint="it changes all the time: only `rank` sees it")
        yield found
    functions = {**expressions.FUNCTIONS, **scope.FUNCTIONS}
    for name in sorted(expression.functions - functions.keys()):
        yield _unseen(marks, path, "A206", f"there is no function {name}()", name, functions)
    for name in sorted(expression.filters - expressions.FILTERS.keys()):
        yield _unseen(marks, path, "A206", f'there is no filter "{name}"', name, expressions.FILTERS)
    yield from _skills(marks, centre, path, [found[2] for found in _LEVEL.finditer(expression.source)])


def _unseen(marks: Marks, path: Path, code: str, message: str, name: str, known: Collection[str]) -> Finding:
    return marks.finding(path, code, message, did_you_mean(name, known))


def _agents(marks: Marks, centre: Centre) -> Iterator[Finding]:
    said = {(place.agent, name) for name, group in centre.groups.items() for place in group.agents}
    for name, group in centre.groups.items():
        agents = [place.agent for place in group.agents]
        for index, agent in enumerate(agents):
            if agent in agents[:index]:
                yield _twice(marks, ("groups", name, "agents", index), agent, name)
    for agent, profile in centre.agents.items():
        yield from _skills(marks, centre, ("agents", agent, "skills"), profile.skills)
        mine = [place.group for place in profile.groups]
        for index, group_name in enumerate(mine):
            path: Path = ("agents", agent, "groups", index)
            if group_name not in centre.groups:
                yield marks.unknown((*path, "group"), "A202", "group", group_name, centre.groups)
            elif group_name in mine[:index] or (agent, group_name) in said:
                yield _twice(marks, path, agent, group_name)


def _twice(marks: Marks, path: Path, agent: str, group: str) -> Finding:
    message = f"it is said twice that {agent} belongs to {group}"
    return marks.finding(path, "A208", message, "say it once, at the group or at the agent")


def _telephones(marks: Marks, centre: Centre) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for name, agent in centre.agents.items():
        owner = owners.setdefault(telephone(name, agent), name)
        if owner != name:
            option = "dial" if agent.dial else "extension"
            message = f"{owner} and {name} have the same telephone, {telephone(name, agent)}"
            hint = "give one of them another, or leave both out where agents sign in at any telephone"
            yield marks.finding(("agents", name, option), "A209", message, hint)


def _keys(marks: Marks, what: str, codes: Mapping[str, Code]) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for name, code in codes.items():
        owner = owners.setdefault(code.key, name) if code.key else name
        if owner != name:
            message = f"key {code.key} means {owner} and {name}"
            yield marks.finding((what, name, "key"), "A210", message, "give one of them another")
