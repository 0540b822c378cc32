"""Groups, agents and skills as the API takes and gives them: with the options of the plan."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, JsonValue, create_model

from ivr.acd.plan.model import AgentProfile, SkillGroup
from ivr.acd.plan.things import AGENT_OPTIONS, GROUP_OPTIONS
from ivr.web.api.endpoint import In

Level = Field(1, ge=1, le=99, description="Tier: lower ones are asked first.")
Position = Field(1, ge=1, le=9999, description="Order within the tier.")


class Named(In):
    """What a thing of the plan has beside its options."""

    id: str = Field("", max_length=64, description="Its name in the plan.")
    message: str = Field("", max_length=200, description="Why, for the log.")


class Member(In):
    """An agent who belongs to a group."""

    agent: str = Field(min_length=1, max_length=64)
    level: int = Level
    position: int = Position


class Membership(In):
    """A group that an agent belongs to."""

    group: str = Field(min_length=1, max_length=64)
    level: int = Level
    position: int = Position


def _options(model: type[BaseModel], names: tuple[str, ...]) -> dict[str, Any]:
    return {
        name: (JsonValue | None, Field(None, description=model.model_fields[name].description))
        for name in names
    }


GroupIn = create_model(
    "GroupIn",
    __base__=Named,
    __doc__="A skill group as the plan writes it. What is left out is as `defaults` say.",
    **_options(SkillGroup, GROUP_OPTIONS),
    agents=(list[Member] | None, Field(None, description="Who belongs to it; left out: as it is.")),
)

AgentIn = create_model(
    "AgentIn",
    __base__=Named,
    __doc__="An agent, written as in the plan. A PIN is never told: `kept` stands for the one there is.",
    **_options(AgentProfile, AGENT_OPTIONS),
    groups=(list[Membership] | None, Field(None, description="Where they belong; left out: as it is.")),
)


class NewGroup(GroupIn):
    """A skill group that is not there yet."""

    id: str = Field(
        max_length=64,
        description="Small letters, digits and `_`.",
        json_schema_extra={"pattern": "^[a-z_][a-z0-9_]{0,63}$"},
    )


class NewAgent(AgentIn):
    """An agent who is not there yet."""

    id: str = Field(
        max_length=64,
        description="`1001`, `wang.fang`.",
        json_schema_extra={"pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"},
    )


def wanted(body: BaseModel) -> dict[str, Any]:
    """What was sent as the plan has it: without what is null or empty, but for a PIN that is to go."""
    sent = body.model_dump(exclude_unset=True)
    for name in ("id", "message"):
        sent.pop(name, None)
    gone = {"pin": None} if sent.get("pin", "") is None else {}
    return {name: _said(value) for name, value in sent.items() if not _silent(value)} | gone


def _said(value: Any) -> Any:
    """A value without the parts that say nothing: a form sends one for each field that is left empty."""
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if not _silent(each)}
    return [_said(each) for each in value] if isinstance(value, list) else value


def _silent(value: Any) -> bool:
    return value is None or value == ""
