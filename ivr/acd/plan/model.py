"""A call centre as one YAML file: its skills, groups and agents, in words that a manager reads aloud.

`compiled.compiled` makes of it what the router works with; the options' descriptions are the reference.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from ivr.acd import strategies
from ivr.acd.model import VOICE
from ivr.acd.plan.types import (
    AgentId,
    Asked,
    Dial,
    Extension,
    Music,
    Outside,
    Pin,
    Said,
    Service,
    ServiceLevel,
    Share,
    Skill,
    Skills,
    Words,
)
from ivr.flow.types import Duration, Expr, KeyName, Model, Name, exactly_one, refuse, shortened
from ivr.hours import Calendar
from ivr.registry import did_you_mean

PLACES = ("group", "agent", "number", "extension", "flow", "voicemail")
LIMITS = {"wait": "after", "estimate": "above", "size": "size", "closed": "", "no_agent": ""}
"""Why a contact goes elsewhere, and the option that says from when on."""

Longest = Field(ge=0, le=86_400)


def _one(option: str) -> BeforeValidator:
    """A short form: `billing` for `{group: billing}`."""
    return BeforeValidator(lambda value: {option: value} if isinstance(value, str | int) else value)


class Elsewhere(Model):
    """Where else a contact goes: exactly one of these."""

    model_config = ConfigDict(json_schema_extra=exactly_one(*PLACES))

    group: Name | None = Field(None, description="Another group; the place in time is kept.")
    agent: AgentId | None = Field(None, description="One agent.")
    number: Outside | None = Field(None, description="An outside number in E.164: `+861012345678`.")
    extension: Extension | None = Field(None, description="An extension of the house.")
    flow: Name | None = Field(
        None, description="A flow, as new callers get it; the call goes on in it for good."
    )
    voicemail: Name | None = Field(
        None, description="A flow that takes a message, by its name; as `flow`, but it says what it is for."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Elsewhere:
        given = [place for place in PLACES if getattr(self, place) is not None]
        if len(given) != 1:
            said = " and ".join(given) or "nobody"
            message = f"it goes to exactly one of {', '.join(PLACES)}; here it is {said}"
            raise refuse("A107", message, "keep one" if given else "write {group: general}")
        return self

    @property
    def kind(self) -> str:
        """Which of them."""
        return next(place for place in PLACES if getattr(self, place) is not None)

    @property
    def name(self) -> str:
        """Its name or number."""
        return str(getattr(self, self.kind))


class OverflowRule(Model):
    """When contacts go elsewhere. Several are tried in their order."""

    on: Literal["wait", "size", "estimate", "closed", "no_agent"] = Field(
        description="Why: waited too long, the queue is full, it would wait too long, the group is closed, or"
        " nobody is signed in who could serve it."
    )
    after: Annotated[Duration, Longest] | None = Field(None, description="For `wait`: waited so long.")
    above: Annotated[Duration, Longest] | None = Field(
        None, description="For `estimate`: would wait longer than that."
    )
    size: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        None, description="For `size`: so many wait already."
    )
    to: Elsewhere = Field(description="Where it goes.")

    @model_validator(mode="after")
    def _its_own_limit(self) -> OverflowRule:
        wanted = LIMITS[self.on]
        for option in filter(None, LIMITS.values()):
            given = getattr(self, option) is not None
            if given and option != wanted:
                way_out = f"keep `{wanted}:`" if wanted else "leave it out"
                raise refuse("A108", f'"{option}" says nothing about `on: {self.on}`', way_out)
            if option == wanted and not given:
                example = "20" if option == "size" else "60s"
                raise refuse(
                    "A108", f'"{option}" is missing for `on: {self.on}`', f"add `{option}: {example}`"
                )
        return self


class Relaxation(Model):
    """What is asked of agents when a contact has waited for a while; it merges into what was asked before."""

    after: Annotated[Duration, Longest] = Field(description="From so long a wait on.")
    require: Asked = Field({}, description="Skills with their least levels from then on; 0 drops a skill.")
    groups: tuple[Name, ...] = Field((), description="Further groups whose agents are asked as well.")


class LastAgent(Model):
    """Whether a customer comes back to who served them last."""

    within: Annotated[Duration, Field(gt=0, le=366 * 86_400)] = Field(
        description="How long an agent is remembered: `30d`."
    )
    wait: Annotated[Duration, Longest] = Field(
        20.0, description="How long that agent is waited for, before anyone serves."
    )


class Announcement(Model):
    """What callers hear while they wait."""

    say: Said | None = Field(None, description="The words, or a sound: `{zh-CN: …, en-US: …}`.")
    after: Annotated[Duration, Longest] = Field(30.0, description="First after so long a wait.")
    every: Annotated[Duration, Field(ge=5, le=3600)] | None = Field(
        None, description="And again each time so much more has passed; once when left out."
    )
    position: bool = Field(False, description="Whether their position is told.")
    wait: bool = Field(False, description="Whether the wait to be expected is told, if that is known.")


class Recording(Model):
    """Which talks are recorded, and for how long recordings are kept."""

    calls: Share = Field(0.0, description="`all`, `none`, or a share of them, drawn by lot: `20%`.")
    announce: Said | None = Field(
        None, description="What callers hear before a talk that is recorded, so that they may object."
    )
    retention: Annotated[Duration, Field(gt=0)] | None = Field(
        None, description="How long a recording is kept: `90d`; for good when left out."
    )
    pause_for_sensitive: bool = Field(
        True, description="Whether it pauses while the caller enters something confidential."
    )
    stereo: bool = Field(True, description="Whether caller and agent have a channel each.")
    beep: bool = Field(False, description="Whether both hear a beep when it begins.")


class Place(Model):
    """An agent's place within a group: level 1 is asked first, then by position."""

    level: Annotated[int, Field(ge=1, le=99)] = Field(1, description="Tier: lower ones are asked first.")
    position: Annotated[int, Field(ge=1, le=9999)] = Field(1, description="Order within the tier.")


class GroupPlace(Place):
    """A group that an agent belongs to."""

    group: Name = Field(description="The group.")


class AgentPlace(Place):
    """An agent who belongs to a group."""

    agent: AgentId = Field(description="The agent.")


class GroupDefaults(Model):
    """What holds for each group that does not say otherwise; a group has the same options."""

    strategy: str = Field(
        "longest_idle",
        description="Which agent comes first; see [strategies](#strategies).",
    )
    rank: Expr | None = Field(
        None, description="Instead of a strategy: who has the highest figure comes first.",
        examples=["level('billing') * 10 - calls_today"],
    )  # fmt: skip
    order: Literal["waiting", "priority", "weighted", "service_level"] = Field(
        "waiting",
        description="Which contact comes first: who waited longest; by priority, then wait; by seconds"
        " waited and priority together; by how near the service level is to being missed.",
    )
    weight: Annotated[Duration, Longest] = Field(
        60.0, description="For `order: weighted`: the wait that a point of priority is worth."
    )
    service_level: Service = Field(
        ServiceLevel(0.8, 20.0), description="How many are to be answered within what time: `80% in 20s`."
    )
    ring: Annotated[Duration, Field(ge=1, le=300)] = Field(
        20.0, description="How long an agent's phone rings."
    )
    wrap_up: Annotated[Duration, Longest] = Field(
        0.0, description="Time an agent has for notes when a contact is over."
    )
    max_size: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        None, description="How many may wait; no bound when left out."
    )
    max_wait: Annotated[Duration, Field(gt=0, le=86_400)] | None = Field(
        None, description="How long a contact may wait; no bound when left out."
    )
    hours: Name | None = Field(None, description="The calendar of its hours; always open when left out.")
    relax: tuple[Relaxation, ...] = Field((), description="What is asked of agents after a while.")
    overflow: tuple[OverflowRule, ...] = Field((), description="When contacts go elsewhere.")
    last_agent: Annotated[LastAgent, _one("within")] | None = Field(
        None, description="Customers come back to who served them last: `30d`; not at all when left out."
    )
    tier_wait: Annotated[Duration, Longest] = Field(
        15.0, description="How much longer each further tier is waited with, if somebody of a lower is there."
    )
    busy_delay: Annotated[Duration, Longest] = Field(
        5.0, description="How long an agent is left alone whose phone was busy."
    )
    reject_delay: Annotated[Duration, Longest] = Field(
        10.0, description="How long an agent is left alone who declined."
    )
    no_answer_delay: Annotated[Duration, Longest] = Field(
        5.0, description="How long an agent is left alone who did not answer."
    )
    unregistered_delay: Annotated[Duration, Longest] = Field(
        30.0, description="How long an agent is left alone whose phone is not registered."
    )
    max_no_answer: Annotated[int, Field(ge=1, le=100)] = Field(
        3, description="Calls in a row that an agent may miss; then a break is taken for granted."
    )
    progressive: Annotated[Duration, Field(gt=0, le=300)] = Field(
        10.0, description="For `ring_progressively`: after how long one more phone rings."
    )
    music: Music = Field(
        "", description="What callers hear while they wait: a sound, or `local_stream://NAME`, or its NAME"
        " alone; FreeSWITCH's own when left out.",
    )  # fmt: skip
    announcements: tuple[Announcement, ...] = Field((), description="What is said while they wait.")
    whisper: Said | None = Field(None, description="What an agent hears before being connected.")
    recording: Recording = Field(Recording(), description="Which talks are recorded.")
    dispositions: tuple[Name, ...] | None = Field(
        None, description="The codes agents choose from when a contact is over; all when left out."
    )

    @field_validator("strategy")
    @classmethod
    def _a_strategy(cls, name: str) -> str:
        if name not in (known := strategies.names()):
            raise refuse("A109", f'there is no strategy "{shortened(name)}"', did_you_mean(name, known))
        return name

    @model_validator(mode="after")
    def _either(self) -> GroupDefaults:
        if self.rank is not None and "strategy" in self.model_fields_set:
            raise refuse("A110", "`rank` takes the place of a strategy", "keep one of them")
        return self


class SkillGroup(GroupDefaults):
    """A queue, and what is asked of those who serve it. Beside these it has the options of `defaults`."""

    title: Words = Field({}, description="What people call it, by language.")
    require: Asked = Field(
        {}, description="Skills with their least levels, 1 to 10: `{billing: 5}`; `[billing]` asks level 1."
    )
    match: Expr | None = Field(
        None, description="Anything else that must be true of an agent.", examples=["grade >= 3"]
    )
    agents: tuple[Annotated[AgentPlace, _one("agent")], ...] = Field(
        (), description="Who belongs to it: `[1001, {agent: 1002, level: 2}]`; agents may say it, too."
    )


class AgentProfile(Model):
    """A person who serves contacts."""

    name: str = Field("", description="What people call them.")
    groups: tuple[Annotated[GroupPlace, _one("group")], ...] = Field(
        (), description="Groups they belong to: `[billing, {group: vip, level: 2}]`; groups may say it, too."
    )
    skills: Skills = Field(
        {}, description="Skills and languages with their levels: `{billing: 8, en-US: 5}`."
    )
    grade: Annotated[int, Field(ge=0, le=1000)] = Field(0, description="Seniority, for strategies and rules.")
    extension: Extension | None = Field(
        None, description="The telephone that rings; the agent's id when left out."
    )
    dial: Dial | None = Field(
        None, description="Instead of an extension, FreeSWITCH's own dial string: `sofia/gateway/trunk/139…`."
    )
    confirm: KeyName | None = Field(
        None,
        description="A key that takes the call, asked for when the telephone is answered: for a mobile, whose"
        " voicemail may answer. `ring` holds until it is pressed; without it the next agent is rung.",
    )
    pin: Pin | None = Field(
        None, description="Digits typed on a telephone to sign in, 4 to 12. Only a hash of them is kept;"
        " `kept` stands for the PIN there is.",
    )  # fmt: skip
    capacity: dict[Name, Annotated[int, Field(ge=0, le=1000)]] = Field(
        {VOICE: 1}, description="How many of a channel at once: `{voice: 1, chat: 3}`."
    )
    total: Annotated[float, Field(gt=0, le=1000)] = Field(
        1.0, description="What all of them together may cost at most."
    )
    costs: dict[Name, Annotated[float, Field(ge=0, le=1000)]] = Field(
        {}, description="What one of a channel costs; for voice 1, else 1 ÷ its capacity, when left out."
    )


class Code(Model):
    """Something to choose from on a telephone or a screen."""

    title: Words = Field({}, description="What people call it, by language.")
    key: KeyName | None = Field(
        None, description="The key that chooses it on a telephone; where none has one, 1 to 9."
    )


def _code(value: Any) -> Any:
    """Short forms: the title alone."""
    if value is None:
        return {}
    if isinstance(value, str) or (isinstance(value, dict) and not {"title", "key"} & value.keys()):
        return {"title": value}
    return value


Codes = dict[Name, Annotated[Code, BeforeValidator(_code)]]


class Centre(Model):
    """A call centre: who answers what."""

    title: Words = Field({}, description="What people call it, by language.")
    skills: dict[Skill, Words] = Field(
        {}, description="Skills by name, and what people call them; languages need not be named."
    )
    calendars: dict[Name, Calendar] = Field({}, description="Opening hours by name, as in flows.")
    breaks: Codes = Field({}, description="Reasons for a break by name.")
    dispositions: Codes = Field({}, description="What became of a contact, by name: wrap-up codes.")
    defaults: GroupDefaults = Field(GroupDefaults(), description="Options for every group.")
    groups: dict[Name, SkillGroup] = Field({}, description="The skill groups by name.")
    agents: dict[AgentId, AgentProfile] = Field({}, description="The agents by id.")

    @field_validator("skills", mode="before")
    @classmethod
    def _names_alone(cls, skills: Any) -> Any:
        """`[billing, outage]`, and skills with nothing said about them."""
        if isinstance(skills, list) and all(isinstance(each, str) for each in skills):
            return dict.fromkeys(skills, "")
        if isinstance(skills, dict):
            return {name: "" if words is None else words for name, words in skills.items()}
        return skills

    @field_validator("groups")
    @classmethod
    def _with_defaults(cls, groups: dict[str, SkillGroup], info: ValidationInfo) -> dict[str, SkillGroup]:
        """Each group as it is meant, with what `defaults` say."""
        usual: GroupDefaults | None = info.data.get("defaults")
        if usual is None or not usual.model_fields_set:
            return groups
        return {name: _filled(group, usual) for name, group in groups.items()}


def _filled(group: SkillGroup, usual: GroupDefaults) -> SkillGroup:
    said = group.model_fields_set
    more = {name: getattr(usual, name) for name in usual.model_fields_set - said}
    if "strategy" in said:  # takes the place of the usual rank, and the other way round
        more.pop("rank", None)
    if group.rank is not None:
        more.pop("strategy", None)
    return group.model_copy(update=more)
