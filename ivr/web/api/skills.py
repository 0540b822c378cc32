"""The API for skills: what agents may know and groups may ask for."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from ivr.acd.plan import LoadedPlan, things
from ivr.acd.plan.changes import Changes
from ivr.errors import Conflict, NotFound
from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.groups import Put, noted, told
from ivr.web.api.params import PLAIN
from ivr.web.routing import plans
from ivr.web.site import Site

resource = Resource("skills", "What agents know, and groups ask for.")

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=PLAIN)]
Words = Annotated[str, Field(max_length=100, pattern=PLAIN)]


class Skill(BaseModel):
    """A skill."""

    id: str
    title: dict[str, str] = Field(description="What people call it, by language; empty key: in any.")
    agents: int = Field(description="How many know it.")
    groups: list[str] = Field(description="Which groups ask for it.")


class SkillIn(In):
    """A skill as it should be."""

    id: str = Field("", max_length=64, description="Its name in the plan.")
    title: dict[str, Words] = Field({}, max_length=20, description="What people call it, by language.")


@resource.get("/skills", needs="routing:read")
def every(site: Site) -> list[Skill]:
    """All skills of the plan. Languages need not be named there, and are not in the list."""
    return listed(plans.in_force(site))


@resource.put("/skills/<skill>", needs="routing:write", returns=Put)
def put(site: Site, who: Who, skill: Id, body: SkillIn, new: bool) -> Answer:
    """Name a skill, or add one."""

    def changes(plan: LoadedPlan) -> Changes:
        if new and skill in plan.centre.skills:
            raise Conflict(f'there is a skill "{skill}" already', hint="change that one")
        title = {tag: words for tag, words in body.title.items() if words}
        return things.put_skill(plan.data, skill, title)

    done, after = noted(site, who, "skill.put", skill, changes, ("skills", skill), "")
    return Answer(told(skill, done, after))


@resource.delete("/skills/<skill>", needs="routing:write", status=204)
def remove(site: Site, who: Who, skill: Id) -> Answer:
    """Take a skill out; agents know it no longer. One that a group asks for stays: change the group first."""

    def changes(plan: LoadedPlan) -> Changes:
        if skill not in plan.centre.skills:
            raise NotFound(f'there is no skill "{skill}"')
        return things.without_skill(plan.data, skill)

    noted(site, who, "skill.remove", skill, changes, (), f"skill {skill} removed")
    return NOTHING


def listed(plan: LoadedPlan) -> list[Skill]:
    """The skills of a plan."""
    knows = [agent.skills for agent in plan.plan.agents.values()]
    asks = {name: group.require for name, group in plan.plan.groups.items()}
    return [
        Skill(
            id=name,
            title=words,
            agents=sum(name in skills for skills in knows),
            groups=[group for group, require in asks.items() if name in require],
        )
        for name, words in plan.centre.skills.items()
    ]
