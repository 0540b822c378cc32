"""What a contact asks of an agent, now and later: the group's requirement, the contact's own, and the steps
by which both are relaxed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.acd.model import Agent, Contact, Group


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked from `after` seconds of waiting on: skills at levels, of agents of these `groups`."""

    after: float
    require: Mapping[str, int]
    groups: tuple[str, ...]


def asked(group: Group, contact: Contact) -> tuple[Asked, ...]:
    """Everything that will be asked, in turn.

    A step's `require` merges into what was asked before it (the group's and the contact's alike; a level of 0
    drops the skill). Its `groups` widen the circle of agents; what is asked is asked of them as well.
    """
    require = {**group.require, **contact.require}
    groups: tuple[str, ...] = (group.id,)
    stages = [Asked(0.0, _positive(require), groups)]
    for step in sorted((*group.relax, *contact.relax), key=lambda step: step.after):
        require.update(step.require)
        groups = (*groups, *(each for each in step.groups if each not in groups))
        stages.append(Asked(max(step.after, 0.0), _positive(require), groups))
    return tuple(stages)


def unmet(agent: Agent, require: Mapping[str, int]) -> str:
    """What an agent lacks, in words (`english 2 < 3`); empty when nothing."""
    return ", ".join(
        f"{skill} {agent.skills.get(skill, 0)} < {level}"
        for skill, level in require.items()
        if agent.skills.get(skill, 0) < level
    )


def _positive(require: Mapping[str, int]) -> dict[str, int]:
    return {skill: level for skill, level in require.items() if level > 0}
