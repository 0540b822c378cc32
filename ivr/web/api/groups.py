"""The API for skill groups: each as a thing of its own, though all of them stand in one plan.

A change is one turn of the plan in which only what changed is written anew; remarks stay where they are.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue

from ivr.acd.plan import LoadedPlan, rows, things
from ivr.acd.plan.changes import Changes
from ivr.errors import NotFound
from ivr.routing.turns import Changed
from ivr.store.database import Store
from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer, created
from ivr.web.api.endpoint import Resource
from ivr.web.api.params import PLAIN
from ivr.web.routing import plans
from ivr.web.routing.things import GroupIn, NewGroup, wanted
from ivr.web.site import Site
from ivr.web.wording import sentence

resource = Resource("groups", "Skill groups: queues, and who serves them.")

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=PLAIN)]


class GroupRow(BaseModel):
    """A group as it holds, defaults filled in. Spans are seconds, shares 0 to 1."""

    id: str
    title: dict[str, str]
    require: dict[str, int]
    match: str | None
    strategy: str
    rank: str | None
    order: str
    target: float = Field(description="Seconds within which callers are to be answered …")
    target_share: float = Field(description="… and how many of them.")
    ring: float
    wrap_up: float
    max_size: int | None
    max_wait: float | None
    hours: str | None = Field(description="The calendar of its hours; null: always open.")
    agents: list[dict[str, JsonValue]]


class Put(BaseModel):
    """What became of a change."""

    id: str
    turn: int = Field(description="The turn of the plan in force.")
    changed: bool = Field(description="False: it was so already.")
    warnings: list[str] = Field(description="What it gave cause to warn of.")


@resource.get("/groups", needs="routing:read")
def every(site: Site) -> list[GroupRow]:
    """All skill groups as they hold."""
    plan = plans.in_force(site)
    return [GroupRow.model_validate(rows.group(plan, name)) for name in plan.plan.groups]


@resource.post("/groups", needs="routing:write", status=201, returns=Put)
def add(site: Site, who: Who, body: NewGroup) -> Answer:
    """Add a skill group."""
    done = save(site, who, body.id, body, "", new=True)
    return created(done, f"/api/v1/groups/{body.id}", _etag(site, body.id))


@resource.get("/groups/<group>", needs="routing:read", returns=GroupIn)
def get(site: Site, group: Id) -> Answer:
    """What a skill group says itself, and who belongs to it."""
    found = things.group(plans.in_force(site).data, group)
    if found is None:
        raise NotFound(f'there is no group "{group}"')
    return Answer(found, etag=plans.digest(found))


@resource.put("/groups/<group>", needs="routing:write", returns=Put)
def put(site: Site, who: Who, group: Id, body: GroupIn, match: str, new: bool) -> Answer:
    """Change a skill group; with `If-None-Match: *`, add it. In force at once, also for those who wait."""
    done = save(site, who, group, body, match, new=new)
    return Answer(done, etag=_etag(site, group))


@resource.delete("/groups/<group>", needs="routing:write", status=204)
def remove(site: Site, who: Who, group: Id, match: str) -> Answer:
    """Take a skill group out of the plan, and out of every agent's list."""

    def changes(plan: LoadedPlan) -> Changes:
        plans.check_match("group", things.group(plan.data, group), match, new=False)
        return things.without_group(plan.data, group)

    noted(site, who, "group.remove", group, changes, ("groups", group), f"{group} removed")
    return NOTHING


def save(site: Site, who: Who, group: str, body: Any, match: str, *, new: bool) -> Put:
    """Put a group into the plan."""
    options = wanted(body)

    def changes(plan: LoadedPlan) -> Changes:
        plans.check_match("group", things.group(plan.data, group), match, new=new)
        return things.put_group(plan.data, group, options)

    order = "group.add" if new else "group.change"
    done, after = noted(site, who, order, group, changes, ("groups", group), body.message)
    return told(group, done, after)


def noted(
    site: Site, who: Who, order: str, target: str, changes: Any, base: tuple[str, ...], message: str
) -> tuple[Changed, LoadedPlan]:
    """Change the plan, and write it down."""

    def work(store: Store) -> tuple[Changed, LoadedPlan, LoadedPlan]:
        return plans.change(plans.desk(site, who)(store), changes, base, message)

    done, before, after = site.ask(work)
    if done.turn is not None:
        site.audited(who, order, target, *site.apart(plans.noted, before, after))
    return done, after


def told(id: str, done: Changed, after: LoadedPlan) -> Put:
    """A change as it is answered."""
    warnings = [*map(sentence, done.warnings)]
    return Put(id=id, turn=after.turn, changed=done.turn is not None, warnings=warnings)


def _etag(site: Site, group: str) -> str:
    return plans.digest(things.group(plans.in_force(site).data, group))
