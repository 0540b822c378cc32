"""From the plan as it is written to the groups and agents that the router works with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ivr.acd.model import Agent, Destination, Group, Overflow, Plan, Step, Tier
from ivr.acd.plan.model import LIMITS, AgentProfile, Centre, OverflowRule, Relaxation, SkillGroup
from ivr.errors import ExpressionError
from ivr.flow.expressions import Expression


class Formula:
    """An expression of the plan, made for the router: it is handed what `scope.NAMES` lists.

    What it cannot make out (a text divided by a number) costs the agent this rank, not the caller their
    place: the answer is `otherwise`, and `trouble` says why.
    """

    __slots__ = ("_expression", "_otherwise", "_read", "trouble")

    def __init__(self, expression: Expression, read: Callable[[Any], Any], otherwise: Any) -> None:
        self._expression, self._read, self._otherwise = expression, read, otherwise
        self.trouble = ""

    @property
    def source(self) -> str:
        """As written."""
        return self._expression.source

    def __call__(self, facts: Mapping[str, Any]) -> Any:
        skills: Mapping[str, int] = facts["skills"]
        try:
            value = self._expression.evaluate(facts, {"level": lambda skill: skills.get(skill, 0)})
            return self._read(value)
        except (ExpressionError, TypeError, ValueError) as error:
            self.trouble = str(error)
            return self._otherwise

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and (self.source, self._read) == (other.source, other._read)

    def __hash__(self) -> int:
        return hash((self.source, self._read))

    def __repr__(self) -> str:
        return f"Formula({self.source!r})"


def places(centre: Centre) -> Iterator[tuple[str, str, Tier]]:
    """Who belongs to which group, and where: agent, group, tier. Said by groups, then by agents."""
    for name, group in centre.groups.items():
        for place in group.agents:
            yield place.agent, name, Tier(place.level, place.position)
    for agent, profile in centre.agents.items():
        for mine in profile.groups:
            yield agent, mine.group, Tier(mine.level, mine.position)


def compiled(centre: Centre, turn: int = 0) -> Plan:
    """The plan of the router."""
    tiers: dict[str, dict[str, Tier]] = {}
    for agent, group, tier in places(centre):
        tiers.setdefault(agent, {})[group] = tier
    return Plan(
        {name: _group(name, group) for name, group in centre.groups.items()},
        {name: _agent(name, agent, tiers.get(name, {})) for name, agent in centre.agents.items()},
        turn,
    )


def _agent(name: str, agent: AgentProfile, tiers: Mapping[str, Tier]) -> Agent:
    return Agent(
        id=name,
        name=agent.name,
        skills=agent.skills,
        tiers=tiers,
        grade=agent.grade,
        capacity=agent.capacity,
        total=agent.total,
        costs=agent.costs,
        dial=telephone(name, agent),
    )


def telephone(name: str, agent: AgentProfile) -> str:
    """What is rung: a dial string, an extension, or the agent's id as one."""
    return agent.dial or agent.extension or name


def _group(name: str, group: SkillGroup) -> Group:
    return Group(
        id=name,
        require=group.require,
        match=Formula(group.match, bool, False) if group.match else None,
        strategy=group.strategy,
        rank=Formula(group.rank, float, float("-inf")) if group.rank else None,
        order=group.order,
        weight=group.weight,
        target=group.service_level.within,
        target_share=group.service_level.share,
        ring=group.ring,
        wrap_up=group.wrap_up,
        max_size=group.max_size,
        max_wait=group.max_wait,
        relax=tuple(map(_step, sorted(group.relax, key=lambda step: step.after))),
        overflow=tuple(map(_overflow, group.overflow)),
        last_agent_within=group.last_agent.within if group.last_agent else None,
        last_agent_wait=group.last_agent.wait if group.last_agent else 20.0,
        tier_wait=group.tier_wait,
        busy_delay=group.busy_delay,
        reject_delay=group.reject_delay,
        no_answer_delay=group.no_answer_delay,
        unregistered_delay=group.unregistered_delay,
        max_no_answer=group.max_no_answer,
        progressive=group.progressive,
    )


def _step(step: Relaxation) -> Step:
    return Step(step.after, step.require, step.groups)


def _overflow(rule: OverflowRule) -> Overflow:
    limit = getattr(rule, LIMITS[rule.on]) if LIMITS[rule.on] else 0
    return Overflow(rule.on, Destination(rule.to.kind, rule.to.name), float(limit))
