"""What a caller hears and may do while they wait for a person: the options of `waiting:`, and the sentences
that tell a position and a wait where a flow brings none of its own.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from ivr import i18n
from ivr.acd.model import HIGHEST_LEVEL, Step
from ivr.acd.plan.types import Music as MusicName
from ivr.acd.router import Estimate
from ivr.call import Audio, Music, Piece, Silence, Tone
from ivr.flow.prompts import Prompt
from ivr.flow.types import Duration, KeyName, Model, To, once
from ivr.runtime.ports import Notice

Level = Annotated[int, Field(ge=0, le=HIGHEST_LEVEL)]
"""A skill's level; 0: the skill is not asked for (any more)."""

FIRST = 5.0
"""Seconds until a caller is first told of their place: who is served at once needs not know it."""
HOUR: Final = 3600.0
LONGEST_TOLD = HOUR
"""Seconds of waiting that are told; of more it is only said that it is long, which callers know."""


class Relax(Model):
    """What is asked of an agent after some waiting. It merges into what was asked before: the rest stays."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": {"type": "integer"}})

    after: Duration = Field(description="How long the caller has waited by then.")
    groups: tuple[str, ...] = Field((), description="Further skill groups whose agents may take the call.")
    require: dict[str, Level] = Field(
        {}, description="Skills with their least levels; they may stand beside `after`, too. 0: not needed."
    )

    @model_validator(mode="before")
    @classmethod
    def _skills_beside(cls, given: Any) -> Any:
        """`{after: 30s, billing: 1}` is short for `{after: 30s, require: {billing: 1}}`."""
        if not isinstance(given, dict):
            return given
        skills = {name: level for name, level in given.items() if name not in cls.model_fields}
        kept = {name: value for name, value in given.items() if name in cls.model_fields}
        return {**kept, "require": {**kept.get("require", {}), **skills}} if skills else given

    def step(self) -> Step:
        return Step(self.after, dict(self.require), self.groups)


class Announce(Model):
    """What a caller is told of their place."""

    position: bool = Field(False, description="How many are before them.")
    estimate: bool = Field(
        False, description="How long it will be, as a range; nothing is said while that is not known."
    )
    every: Annotated[Duration, Field(ge=10)] = Field(45.0, description="How often.")
    text: Prompt | None = Field(
        None,
        description="Said instead of Ivory's own sentences. It sees `position`, and `low` and `high`, the"
        " wait in minutes; each is null where it is not known.",
    )

    def notices(self) -> tuple[Notice, ...]:
        """As it is told; nothing where nothing is asked for."""
        if not (self.position or self.estimate or self.text):
            return ()
        first, own = min(FIRST, self.every), self.text is None
        return (Notice(first, self.every, self.text, self.position and own, self.estimate and own),)


class OfferCallback(Model):
    """An offer to be called back, with the place in the queue kept.

    It is said again as often as the caller is told anything else: each `every` of the announcements, the
    shortest where there are several, and each minute where there are none.
    """

    after: Duration = Field(60.0, description="How long a caller waits before it is first made.")
    key: KeyName = Field("1", description="The key that takes it, from the first offer on.")
    prompt: Prompt | None = Field(None, description="The offer in words of your own.")
    next: To | None = Field(
        None, description="Where who takes it goes, as to a `callback` node; the outcome `callback` else."
    )


class Waiting(Model):
    """What a caller hears and may press while they wait."""

    music: MusicName = Field(
        "",
        description="As `music` in the plan: a sound, or `local_stream://NAME`, or its NAME alone; the"
        " group's when left out.",
    )
    announce: Announce | None = Field(
        None, description="What they are told of their place; the group's announcements when left out."
    )
    offer_callback: OfferCallback | None = Field(None, description="An offer to be called back.")
    keys: Annotated[dict[KeyName, To], BeforeValidator(once)] = Field(
        {}, description="Keys that leave the queue, and where they lead; the place is given up."
    )


def music(named: str) -> Piece:
    """What `music` names, in a flow or a plan: a stream, a tone, silence, a file (which has an ending);
    FreeSWITCH's own where it is empty."""
    kind, address, what = named.partition("://")
    match kind:
        case "tone_stream":
            return Tone(what)
        case "silence_stream":
            return Silence(HOUR if what == "-1" else int(what) / 1000)
    if address:
        return Music(what)
    return Audio(named) if "." in named else Music(named) if named else Music()


# Sentences --------------------------------------------------------------------------------------------

_POSITION = {
    "zh": ("您是下一位。", "您前面还有{before}位。"),
    "en": ("You are next.", "You are number {n} in line."),
}
_ROSE = {"zh": "等待时间变长了，请见谅。", "en": "The wait has become longer, we are sorry."}
_SOON = {"zh": "预计不到一分钟。", "en": "It will be less than a minute."}
_ABOUT = {"zh": "预计等待约{n}分钟。", "en": "It will be about {n} minutes."}
_ONE = {"zh": "预计等待约一分钟。", "en": "It will be about a minute."}
_RANGE = {"zh": "预计等待约{low}到{high}分钟。", "en": "It will be about {low} to {high} minutes."}
_LONG = {"zh": "预计等待一小时以上。", "en": "It will be more than an hour."}
_CALLBACK = {
    "zh": "如果您不想等待，请按{key}，我们会保留您的位置并回电给您。",
    "en": "If you would rather not wait, press {key}: you keep your place, and we call you back.",
}
_KEYS = {"zh": {"*": "星号键", "#": "井号键"}, "en": {"*": "star", "#": "pound"}}


def minutes(estimate: Estimate) -> tuple[int, int]:
    """A range of whole minutes that holds the estimate; (0, 1): less than one."""
    low, high = math.floor(estimate.low / 60), math.ceil(estimate.high / 60)
    return (low, max(high, 1)) if high <= 1 else (max(1, low), high)


def told(position: int | None, estimate: Estimate | None, language: str) -> str:
    """What is said of a place in a language; empty where there is nothing to say, or no words for it."""
    tongue = i18n.base(language)
    if tongue not in _SOON:
        return ""
    said = []
    if position is not None:
        said.append(_POSITION[tongue][position > 1].format(n=position, before=position - 1))
    if estimate is not None:
        if estimate.why:
            said.append(_ROSE[tongue])
        said.append(_wait(estimate, tongue))
    return (" " if tongue == "en" else "").join(said)


def _wait(estimate: Estimate, tongue: str) -> str:
    if estimate.low >= LONGEST_TOLD:
        return _LONG[tongue]
    low, high = minutes(estimate)
    if high <= 1:
        return (_SOON if low == 0 else _ONE)[tongue]
    return _ABOUT[tongue].format(n=high) if low == high else _RANGE[tongue].format(low=low, high=high)


def offered(key: str, language: str) -> str:
    """The offer of a callback in a language; empty where there are no words for it."""
    tongue = i18n.base(language)
    return _CALLBACK[tongue].format(key=_KEYS[tongue].get(key, key)) if tongue in _CALLBACK else ""
