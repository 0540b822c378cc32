"""A flow as data: its head, its nodes, and what every node has in common.

Node types add their own options in `ivr/nodes/`, one file each; everything here works on any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar, Literal, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, Field, InstanceOf, field_validator

from ivr.call import Manner
from ivr.flow.checks import Around, Path, Problem
from ivr.flow.expressions import Expression
from ivr.flow.listening import Speech
from ivr.flow.prompts import EachItem, Prompt, PromptModel, RepromptModel
from ivr.flow.spoken import Expected
from ivr.flow.template import Template
from ivr.flow.types import (
    BargeIn,
    Duration,
    KeyName,
    Model,
    Name,
    NodeName,
    Spelled,
    Target,
    To,
    VariableName,
    language_tag,
    once,
    refuse,
)
from ivr.flow.voices import Voices, manner
from ivr.hours import Calendar


class Node(Model):
    """What every node may have. A node type inherits from this and says what it does in its docstring."""

    own_outcomes: ClassVar[Mapping[str, str]] = {}
    """Outcomes beside `next` and `error` that a visit may end with, and when it does."""
    listens: ClassVar[bool] = False
    """Whether a visit waits for people; a circle of nodes that never do is a loop."""
    comes_back: ClassVar[bool] = False
    """Whether the target `back` returns to it."""
    final: ClassVar[bool] = False
    """Whether the flow ends here, so that nothing follows."""
    steady: ClassVar[bool] = False
    """Whether it leads the same way again as long as the values in its expressions are the same."""
    confidential: ClassVar[bool] = False
    """Whether it asks for what nobody may see, whatever its options say."""
    takes_always: ClassVar[bool] = False
    """Whether the keys of the flow's `always` work here."""
    assigns: ClassVar[tuple[str, ...]] = ()
    """Options that name the variables it sets, as a name or as the keys of a mapping."""
    provides: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Names that expressions in an option see beside the flow's own."""
    exposes: ClassVar[tuple[Path, ...]] = ()
    """Options that are written to logs here or elsewhere, and so may hold nothing confidential."""

    type: str = Field(description="What kind of node this is.")
    next: To | None = Field(None, description="Where to go on.")
    outcomes: dict[str, To] = Field({}, description="Where to go on when it ends otherwise: `error: sorry`.")
    goal: Name | None = Field(
        None,
        description="What the caller came for, reached when this node is done: the call was contained.",
    )

    def needs_next(self) -> bool:
        """Whether it must say `next`; not where its own options hold every way on."""
        return not self.final

    def needs_caller(self) -> bool:
        """Whether a visit speaks or listens: the call is answered before, and nothing is left of it after."""
        return self.listens

    def lasts(self) -> bool:
        """Whether a visit takes time, or does something outside: what would be lost with a worker that dies.
        The others are simply done again."""
        return self.needs_caller()

    def ways(self, flows: Mapping[str, Flow]) -> tuple[str, ...]:
        """The outcomes, beside `next` and `error`, that must lead somewhere; `flows` are all there are."""
        return tuple(self.own_outcomes)

    def listened(self, language: str) -> Expected | None:
        """What may be said to it in a language; None where only keys count."""
        return None

    def subflows(self) -> tuple[str, ...]:
        """The flows it runs and comes back from."""
        return ()

    def knows_outcome(self, name: str) -> bool:
        """Whether a visit of this node may end with outcome `name`."""
        return name in ("next", "error", *self.own_outcomes)

    def problems(self, around: Around) -> Iterator[Problem]:
        """What is wrong with the things its options refer to."""
        yield from ()


class Defaults(Model):
    """Settings for every node of the flow that does not say otherwise."""

    tries: int = Field(
        3, ge=1, le=20, description="Attempts a caller has at an input, no-inputs and no-matches together."
    )
    noinput_after: Duration = Field(5.0, description="Silence after a prompt that counts as no input.")
    digit_timeout: Duration = Field(3.0, description="Wait for another digit where one may follow.")
    barge_in: BargeIn = Field("any", description="What stops a prompt: any, digits, speech, match or none.")
    speech: Speech = Field(Speech(), description="How speech is listened to.")
    outcomes: dict[str, To] = Field({}, description="Where outcomes lead that a node does not name itself.")


class Flow(Model):
    """One flow, as one YAML file holds it."""

    id: Name = Field(description="The flow's name, used in `flow:NAME`, numbers and reports.")
    title: Annotated[str | dict[str, str], Spelled("words")] = Field(
        "", description="What people call it, by language."
    )
    languages: Annotated[tuple[str, ...], Spelled("languages")] = Field(
        ("zh-CN",), min_length=1, description="Languages it speaks; the first is its default."
    )
    voices: Voices = Field(
        {}, description="How a language sounds: the name of a voice, or `{voice: …, rate: …, pitch: …}`."
    )
    numbers: Annotated[tuple[str, ...], Spelled("numbers")] = Field(
        (), description="Called numbers (DNIS) it wishes to answer."
    )
    answer: Literal["first", "early", "never"] = Field(
        "first", description="Answer before the first prompt, play as early media, or leave it to a node."
    )
    start: Annotated[str, Spelled("node")] = Field(
        "", description="The node it begins with; the first one when left out."
    )
    vars: dict[VariableName, Any] = Field({}, description="Its variables and their first values.")
    inputs: Annotated[tuple[VariableName, ...], Spelled("variables")] = Field(
        (), description="Variables that a calling flow may set with `with:`."
    )
    timezone: Annotated[str, Spelled("time zone")] = Field(
        "", description="Zone of spoken times; the first calendar's when left out, else UTC."
    )
    calendars: dict[Name, Calendar] = Field({}, description="Opening hours by name.")
    prompts: dict[Name, Prompt] = Field({}, description="Prompts with a name, to be used in several places.")
    defaults: Defaults = Field(Defaults(), description="Settings for every node.")
    always: Annotated[dict[KeyName, To], BeforeValidator(once)] = Field(
        {}, description="Keys that work at every menu."
    )
    on_hangup: Annotated[str, Spelled("node")] | None = Field(
        None, description="Node that runs after the caller left; it cannot speak."
    )
    nodes: dict[NodeName, Annotated[InstanceOf[Node], Spelled("any node")]] = Field(
        min_length=1, description="The nodes by name."
    )

    @field_validator("languages")
    @classmethod
    def _language_tags(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(language_tag, tags))

    @field_validator("languages", "numbers", "inputs", mode="before")
    @classmethod
    def _one_or_several(cls, several: Any) -> Any:
        """One stands for a list of one; a number to be called is a text, however it was written."""
        if isinstance(several, str | int) and not isinstance(several, bool):
            several = [several]
        return (
            [str(each) if type(each) is int else each for each in several]
            if isinstance(several, list)
            else several
        )

    @field_validator("timezone")
    @classmethod
    def _a_zone(cls, name: str) -> str:
        if name and name not in available_timezones():
            raise refuse("F124", f'"{name}" is not a time zone', "write Asia/Shanghai or Europe/Berlin")
        return name

    @cached_property
    def zone(self) -> ZoneInfo:
        """Where the flow's callers are."""
        zones = (calendar.timezone for calendar in self.calendars.values())
        return ZoneInfo(self.timezone or next(zones, "UTC"))

    @cached_property
    def targets(self) -> frozenset[Target]:
        """Everywhere it leads."""
        parts = walk(self, prompts=False)
        return frozenset(part.value for part in parts if isinstance(part.value, Target))

    @cached_property
    def asks_in_confidence(self) -> bool:
        """Whether any of its nodes asks for what nobody may see."""
        return any(node.confidential or getattr(node, "sensitive", False) for node in self.nodes.values())

    def manner(self, language: str) -> Manner:
        """How it sounds in a language."""
        return manner(self.voices, language)

    @property
    def first(self) -> str:
        """The node the flow begins with."""
        return self.start or next(iter(self.nodes))

    def target(self, node: Node, outcome: str) -> Target | None:
        """Where `outcome` of `node` leads: its own word, then the flow's defaults, then either's `error`."""
        if outcome == "next":
            return node.next
        own, usual, family = node.outcomes, self.defaults.outcomes, _family(outcome)
        target = own.get(outcome) or own.get(family) or usual.get(outcome) or usual.get(family)
        return target or own.get("error") or usual.get("error")


def _family(outcome: str) -> str:
    """`404` → `4xx`, so that a flow can name all of a kind."""
    return outcome[0] + "xx" if len(outcome) == 3 and outcome.isdigit() else outcome


@dataclass(frozen=True)
class LoadedFlow:
    """A flow with where it came from. `version` is the content's hash, so equal flows are equal versions."""

    flow: Flow
    version: str
    file: str

    @property
    def id(self) -> str:
        return self.flow.id


class Part(NamedTuple):
    """An expression, text, prompt or target of a flow: where it stands, and the names it sees beside the
    flow's own."""

    path: Path
    value: Expression | Template | Target | PromptModel | RepromptModel
    names: frozenset[str] = frozenset()


def walk(
    part: Any, path: Path = (), names: frozenset[str] = frozenset(), *, prompts: bool = True
) -> Iterator[Part]:
    """Every expression, text, prompt and target within a part of a flow, with its path as in the YAML; only
    what is outside of prompts, if those are not wanted."""
    found: list[Part] = []
    _gather(part, _sort(part.__class__), path, names, prompts, found)
    return iter(found)


def _gather(
    part: Any, sort: str, path: Path, names: frozenset[str], prompts: bool, found: list[Part]
) -> None:
    """What `walk` gives, into `found`: generators in generators would take three times as long, and a call
    for each value that has nothing in it twice as long."""
    if sort == "part":
        found.append(Part(path, part, names))
    elif sort == "items":
        for index, value in enumerate(part):
            if inner_sort := _sort(value.__class__):
                _gather(value, inner_sort, (*path, index), names, prompts, found)
    elif sort == "prompt":
        if prompts:
            found.append(Part(path, part, names))
            for tag, items in part.texts.items():
                _gather(items, "items", (*path, tag) if tag else path, names, prompts, found)
    elif sort == "model":
        provided = getattr(part, "provides", {})
        for name, option in _options(part.__class__):
            value = getattr(part, name)
            if not (inner_sort := _sort(value.__class__)):
                continue
            inner = names.union(provided[name]) if name in provided else names
            if name == "say" and isinstance(part, EachItem):
                inner |= {part.as_}
            _gather(value, inner_sort, (*path, option), inner, prompts, found)
    elif sort == "mapping":
        for key, value in part.items():
            if inner_sort := _sort(value.__class__):
                _gather(value, inner_sort, (*path, str(key)), names, prompts, found)


@cache
def _sort(kind: type) -> Literal["part", "prompt", "model", "mapping", "items", ""]:
    """How `walk` looks at values of this kind; "": not at all."""
    if issubclass(kind, Expression | Template | Target):
        return "part"
    if issubclass(kind, PromptModel | RepromptModel):
        return "prompt"
    if issubclass(kind, BaseModel):
        return "model"
    if issubclass(kind, Mapping):
        return "mapping"
    return "items" if issubclass(kind, list | tuple) else ""


@cache
def _options(kind: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """The attributes of a model, each with the name of its option."""
    return tuple((name, field.alias or name) for name, field in kind.model_fields.items())
