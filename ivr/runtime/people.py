"""The people of a routing plan as flows see them. Lint asks: a flow must not lead to a group, an agent or a
code that the plan does not have."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from ivr import i18n
from ivr.acd.model import Agent, Group
from ivr.acd.plan import LoadedPlan, load
from ivr.acd.plan.model import Codes
from ivr.errors import FlowError
from ivr.runtime.ports import Code


class PlannedPeople:
    """The people of a plan; it is `ivr.flow.checks.People`."""

    def __init__(self, loaded: LoadedPlan) -> None:
        self._plan, self._centre = loaded.plan, loaded.centre

    @property
    def groups(self) -> Collection[str]:
        return self._plan.groups.keys()

    @property
    def agents(self) -> Collection[str]:
        return self._plan.agents.keys()

    @property
    def breaks(self) -> Collection[str]:
        return self._centre.breaks.keys()

    @property
    def dispositions(self) -> Collection[str]:
        return self._centre.dispositions.keys()

    def lacks(self, group: str, requires: Sequence[Mapping[str, int]]) -> str:
        """What the nearest of a group's agents lacks, of the mildest of `requires`; empty when one serves it.
        What the group itself relaxes counts in its favour."""
        found = self._plan.groups[group]
        mildest = ""
        for wish in requires:
            for own, groups in _stages(found):
                asked = {**own, **wish}
                agents = [agent for agent in self._plan.agents.values() if groups & agent.tiers.keys()]
                lacking = [_lacking(agent, asked) for agent in agents]
                if any(not each for each in lacking):
                    return ""
                mildest = min(filter(None, lacking), key=len, default=", ".join(map(_said, asked.items())))
        return mildest or "nobody belongs to it"


def _stages(group: Group) -> Iterator[tuple[dict[str, int], set[str]]]:
    """What a group asks for, and of the agents of which groups, at first and after each relaxation."""
    asked, groups = dict(group.require), {group.id}
    yield asked, groups
    for step in group.relax:
        asked = {name: level for name, level in {**asked, **step.require}.items() if level}
        groups = groups | set(step.groups)
        yield asked, groups


def _lacking(agent: Agent, asked: Mapping[str, int]) -> str:
    return ", ".join(_said(skill) for skill in asked.items() if agent.skills.get(skill[0], 0) < skill[1])


def _said(skill: tuple[str, int]) -> str:
    return f"{skill[0]} {skill[1]}"


def read(plan: Path) -> PlannedPeople | None:
    """The people of a plan's file; None where none can be read, which is for `ivr acd lint` to say."""
    try:
        return PlannedPeople(load(plan.read_bytes(), str(plan)))
    except (OSError, FlowError):
        return None


def keyed(codes: Codes, language: str) -> list[Code]:
    """The codes of a plan that have a key, in its order; where none has, the first nine have 1 to 9."""
    keys = {name: code.key for name, code in codes.items() if code.key}
    if not keys:
        keys = {name: f"{number}" for number, name in enumerate(islice(codes, 9), 1)}
    titles = {name: codes[name].title for name in keys}
    return [
        Code(key, name, i18n.pick(titles[name], language) if titles[name] else name)
        for name, key in keys.items()
    ]
