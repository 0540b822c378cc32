"""A flow as data: its head, its nodes, and what every node has in common.

Node types add their own options in `ivr/nodes/`, one file each; everything here works on any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, Field, InstanceOf, field_validator

from ivr import i18n
from ivr.flow.expressions import Expression
from ivr.flow.prompts import Prompt, PromptModel, RepromptModel
from ivr.flow.template import Template
from ivr.flow.types import BargeIn, Duration, KeyName, Model, NodeName, Target, To, VariableName, refuse
from ivr.hours import Calendar

Path = tuple[str | int, ...]


class Node(Model):
    """What every node may have. A node type inherits from this and says what it does in its docstring."""

    own_outcomes: ClassVar[tuple[str, ...]] = ()
    """Outcomes beside `next` that a visit may end with."""
    listens: ClassVar[bool] = False
    """Whether a visit waits for the caller; a circle of nodes that never does is a loop."""
    final: ClassVar[bool] = False
    """Whether the flow ends here, so that nothing follows."""

    type: str = Field(description="What kind of node this is.")
    next: To | None = Field(None, description="Where to go on.")
    outcomes: dict[str, To] = Field({}, description="Where to go on when it ends otherwise: `error: sorry`.")
    goal: VariableName | None = Field(
        None,
        description="What the caller came for, reached when this node is done; such a call counts as contained.",
    )

    def exits(self) -> Iterator[tuple[str, Target, Path]]:
        """Every way out as (label, target, path of the option within the node)."""
        for path, value in walk(self):
            if isinstance(value, Target):
                names = [
                    str(part)
                    for part in path
                    if part not in ("outcomes", "next", "options", "cases", "branches")
                ]
                yield "/".join(names) or "next", value, path

    def knows_outcome(self, name: str) -> bool:
        """Whether a visit of this node may end with outcome `name`."""
        return name in ("next", "error", *self.own_outcomes)


class Defaults(Model):
    """Settings for every node of the flow that does not say otherwise."""

    tries: int = Field(
        3, ge=1, le=20, description="Attempts a caller has at an input, no-inputs and no-matches together."
    )
    noinput_after: Duration = Field(5.0, description="Silence after a prompt that counts as no input.")
    digit_timeout: Duration = Field(3.0, description="Wait for another digit where one may follow.")
    barge_in: BargeIn = Field("any", description="What stops a prompt: any, digits, speech, match or none.")
    outcomes: dict[str, To] = Field({}, description="Where outcomes lead that a node does not name itself.")


class Flow(Model):
    """One flow, as one YAML file holds it."""

    id: VariableName = Field(description="The flow's name, used in `flow:NAME`, numbers and reports.")
    title: str | dict[str, str] = Field("", description="What people call it, by language.")
    languages: tuple[str, ...] = Field(
        ("zh-CN",), min_length=1, description="Languages it speaks; the first is its default."
    )
    numbers: tuple[str, ...] = Field((), description="Called numbers (DNIS) it wishes to answer.")
    answer: Literal["first", "early", "never"] = Field(
        "first", description="Answer before the first prompt, play as early media, or leave it to a node."
    )
    start: str = Field("", description="The node it begins with; the first one when left out.")
    vars: dict[VariableName, Any] = Field({}, description="Its variables and their first values.")
    inputs: tuple[VariableName, ...] = Field(
        (), description="Variables that a calling flow may set with `with:`."
    )
    timezone: str = Field("", description="Zone of spoken times; the first calendar's when left out, else UTC.")
    calendars: dict[VariableName, Calendar] = Field({}, description="Opening hours by name.")
    prompts: dict[VariableName, Prompt] = Field(
        {}, description="Prompts with a name, to be used in several places."
    )
    defaults: Defaults = Field(Defaults(), description="Settings for every node.")
    always: dict[KeyName, To] = Field({}, description="Keys that work at every menu.")
    on_hangup: str | None = Field(None, description="Node that runs after the caller left; it cannot speak.")
    nodes: dict[NodeName, InstanceOf[Node]] = Field(min_length=1, description="The nodes by name.")

    @field_validator("languages")
    @classmethod
    def _language_tags(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        for tag in tags:
            if not i18n.is_tag(tag):
                raise refuse("F123", f'"{tag}" is not a language', "write zh-CN or en-US")
        return tags

    @field_validator("numbers", mode="before")
    @classmethod
    def _numbers_are_text(cls, numbers: Any) -> Any:
        return [str(number) for number in numbers] if isinstance(numbers, list) else numbers

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

    @property
    def first(self) -> str:
        """The node the flow begins with."""
        return self.start or next(iter(self.nodes))

    def target(self, node: Node, outcome: str) -> Target | None:
        """Where `outcome` of `node` leads: its own word, then the flow's defaults, then its `error`."""
        if outcome == "next":
            return node.next
        own = node.outcomes.get(outcome) or node.outcomes.get(_family(outcome))
        return (
            own
            or self.defaults.outcomes.get(outcome)
            or (None if outcome == "error" else self._error_of(node))
        )

    def _error_of(self, node: Node) -> Target | None:
        return node.outcomes.get("error") or self.defaults.outcomes.get("error")


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


def walk(part: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every expression, text, prompt and target within a part of a flow, with its path as in the YAML."""
    if isinstance(part, Expression | Template | Target | PromptModel | RepromptModel):
        yield path, part
        if isinstance(part, PromptModel | RepromptModel):
            for tag, items in part.texts.items():
                yield from walk(items, (*path, tag) if tag else path)
    elif isinstance(part, BaseModel):
        for name, field in type(part).model_fields.items():
            yield from walk(getattr(part, name), (*path, field.alias or name))
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from walk(value, (*path, str(key)))
    elif isinstance(part, list | tuple):
        for index, value in enumerate(part):
            yield from walk(value, (*path, index))
