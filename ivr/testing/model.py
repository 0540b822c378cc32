"""What stands in a file of tests: callers, what they do, what the world answers, and what must come of it.

One model for each part, as the designer writes it; short forms (`press: 1`, `404`, `busy`) become the long
one here, so that everything behind knows one form only. What editors show is made of it, too
(`json_schema`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from ivr.acd.plan.model import Codes
from ivr.call import KEYS
from ivr.flow.script import bare
from ivr.flow.types import (
    Duration,
    Language,
    Model,
    Name,
    Spelled,
    VariableName,
    language_tag,
    pressed,
    refuse,
)
from ivr.registry import did_you_mean

DESTINATIONS = ("flow", "group", "agent", "extension", "number", "voicemail")
HEAR_SECONDS = 60.0
"""Seconds a caller waits for what they are to hear."""

Results = Literal["answered", "busy", "no_answer", "refused", "failed"]
Ends = Literal["completed", "transfer", "abandoned", "rejected", "failed"]
QueueResults = Literal["open", "closed", "full", "no_agent"]
Dispositions = Literal[
    "answered", "abandoned", "timed_out", "overflowed", "keyed_out", "callback", "refused", "failed"
]


def listed(value: Any) -> Any:
    """One stands for a list of one."""
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> Any:
    return str(value) if type(value) in (int, float) else value


def _words(value: Any) -> Any:
    text = _text(value)
    if isinstance(text, str) and not bare(text):
        raise refuse("T102", f'"{text}" has nothing to hear in it', "write some of the words that are said")
    return text


def _destination(value: Any) -> Any:
    kind, _, name = str(value).partition(":")
    if value and (kind not in DESTINATIONS or not name.strip()):
        hint = "write flow:survey, group:vip, agent:1002, extension:1002 or number:+8613800000000"
        raise refuse("T115", f'"{value}" is nowhere a caller can be sent', hint)
    return f"{kind}:{name.strip()}" if value else ""


Text = Annotated[str, BeforeValidator(_text), Spelled("plain text")]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed), Spelled("plain texts")]
Words = Annotated[
    tuple[Annotated[str, BeforeValidator(_words)], ...], BeforeValidator(listed), Spelled("heard words")
]


# Steps ------------------------------------------------------------------------------------------------


class Hearing(Model):
    """Words to wait for, one after the other, each not longer than `within`."""

    text: Words = Field(description="What is said, or several things one after the other.")
    within: Duration = Field(HEAR_SECONDS, description="How long the caller waits for it.")


def _hearing(value: Any) -> Any:
    return value if isinstance(value, dict) else {"text": value}


def _keys(value: Any) -> Any:
    words = [word for part in listed(value) for word in str(part).split()]
    keys = "".join(map(pressed, words))
    if isinstance(value, dict | bool) or not keys or any(key not in KEYS for key in keys):
        raise refuse("F111", f'"{value}" cannot be pressed', 'keys are 0-9, star, pound and A-D: "1 pound"')
    return keys


class HearStep(Model):
    hear: Annotated[
        Hearing,
        BeforeValidator(_hearing),
        Spelled("hearing"),
        Field(description="Listen until this has been said to its end; several things one after the other."),
    ]


class PressStep(Model):
    press: Annotated[
        str, BeforeValidator(_keys), Spelled("presses"), Field(description="Press keys, one after the other.")
    ]


class Saying(Model):
    """Words, and how sure a recogniser is of them."""

    words: Text = Field(min_length=1, description="What is said.")
    confidence: float = Field(1.0, ge=0, le=1, description="How sure a recogniser is of it.")


def _saying(value: Any) -> Any:
    return value if isinstance(value, dict) else {"words": value}


class SayStep(Model):
    say: Annotated[
        Saying,
        BeforeValidator(_saying),
        Spelled("saying"),
        Field(
            description="Speak these words, or for so many seconds (`4s`), which is noise to a recogniser;"
            " recordings hear it, too."
        ),
    ]


class WaitStep(Model):
    wait: Duration = Field(description="Do nothing for so long.")


class HangUpStep(Model):
    hang_up: Annotated[None, Spelled("nothing")] = Field(None, description="Leave.")


class AnsweredStep(Model):
    answered_by: Text = Field(
        description="Wait until this agent, extension or number has answered and talks with the caller."
    )


STEP_MODELS = (HearStep, PressStep, SayStep, WaitStep, AnsweredStep, HangUpStep)
STEPS = tuple(name for model in STEP_MODELS for name in model.model_fields)


def _step(value: Any) -> Any:
    """A step as a mapping with one key; `hang_up`, also spelled `hangup`, needs nothing behind it."""
    if value in ("hang_up", "hangup", {"hangup": None}):
        return {"hang_up": None}
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in STEPS:
        said = next(iter(value), "") if isinstance(value, dict) else value
        if isinstance(value, dict) and len(value) > 1:
            raise refuse("T101", "a step is one thing, and here are several", "begin each with a `-`")
        hint = did_you_mean(str(said), STEPS) or f"a caller can {', '.join(STEPS)}"
        raise refuse("T101", f'"{said}" is nothing a caller can do', hint)
    return value


def _kind(value: Any) -> str:
    return next(iter(value)) if isinstance(value, dict) else ""


StepModel = Annotated[
    Annotated[
        Annotated[HearStep, Tag("hear")]
        | Annotated[PressStep, Tag("press")]
        | Annotated[SayStep, Tag("say")]
        | Annotated[WaitStep, Tag("wait")]
        | Annotated[AnsweredStep, Tag("answered_by")]
        | Annotated[HangUpStep, Tag("hang_up")],
        Discriminator(_kind),
    ],
    BeforeValidator(_step),
    Spelled("step"),
]


# The world --------------------------------------------------------------------------------------------


class CallerModel(Model):
    """Who calls, and when."""

    number: Text = Field("13800000000", description="The caller's number.")
    withheld: bool = Field(False, description="Whether the caller shows no number.")
    dialled: Text = Field("", description="The number that was called; the flow's first when left out.")
    name: Text = Field("", description="The name that comes with the call.")
    vip: bool = Field(False, description="Whether the customer directory calls them important.")
    tags: Texts = Field((), description="Their tags in the customer directory.")
    agent: Text = Field("", description="Their own agent.")
    last_agent: Text = Field("", description="The agent who served them last.")
    language: Language = Field("", description="A language wished for before the flow begins.")
    at: Annotated[datetime, Spelled("moment")] = Field(
        datetime(2026, 11, 23, 10),  # noqa: DTZ001 the flow's own zone, which nobody knows here
        description="The moment of the call, in the flow's time zone or with a zone of its own.",
    )

    @field_validator("at", mode="before")
    @classmethod
    def _moment(cls, value: Any) -> datetime:
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            hint = 'write "2026-11-23 10:00", or with a zone "2026-11-23T10:00+08:00"'
            raise refuse("T103", f'"{value}" is no date with a time', hint) from None

    @field_validator("language")
    @classmethod
    def _tag(cls, tag: str) -> str:
        return language_tag(tag)


class MockModel(Model):
    """What one request, or one call of a Python operation, brings."""

    status: int = Field(200, ge=100, le=599, description="The HTTP status.")
    json_: Any = Field(None, alias="json", description="The body, as YAML.")
    text: Text | None = Field(None, description="The body, as text.")
    headers: dict[str, Text] = Field({}, description="Headers of the answer.")
    delay: Annotated[Duration, Field(le=3600)] = Field(
        0.0, description="How long it takes; longer than the operation's `timeout`, and it is one."
    )
    error: str = Field(
        "",
        description="`timeout` or `refused` in place of an answer; for `python`, what is raised; a `webhook`"
        " with one never comes.",
    )
    result: Any = Field(None, description="For `python`: what the operation returns.")


def _mock(value: Any) -> Any:
    return {"status": value} if type(value) is int else value


Mocks = Annotated[
    tuple[Annotated[MockModel, BeforeValidator(_mock)], ...],
    Field(min_length=1),
    BeforeValidator(listed),
    Spelled("answers"),
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Requests by method and URL, a Python operation (`method` is `python`) or a webhook that is waited for
    (`webhook`, and its key); `*` stands for anything.

    A URL may be written as a person reads it or as it is sent: `+86138` and `%2B86138` are the same.
    """

    method: str
    url: str

    def fits(self, method: str, url: str) -> bool:
        """Whether a request is one of them."""
        same = method == self.method or (self.method == "*" and method not in OF_OUR_OWN)
        return same and _fits(self.url, url)

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


WEBHOOK = "webhook"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "*", "python", WEBHOOK)
OF_OUR_OWN = ("python", WEBHOOK)
"""Those that are no methods of HTTP."""


def _fits(pattern: str, text: str) -> bool:
    """Whether `text` is `pattern`, in which `*` stands for anything; takes no longer for many of them."""
    text = unquote(text)
    first, *rest = map(unquote, pattern.split("*"))  # a `%2A` is only itself
    if not rest:
        return text == first
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        if (found := text.find(part, at, end)) < 0:
            return False
        at = found + len(part)
    return at <= end


def wanted(name: str) -> Wanted:
    """What the name of a mock or of an expected request says; `request_name` has judged it."""
    method, _, url = name.partition(" ")
    return Wanted(method if method in OF_OUR_OWN else method.upper(), url.strip())


def _request_name(name: Any) -> Any:
    method, _, url = str(name).partition(" ")
    if (method if method in OF_OUR_OWN else method.upper()) not in METHODS or not url.strip():
        hint = "write GET crm:/accounts/*, python NAME or webhook NAME"
        raise refuse("T104", f'"{name}" is no method with a URL, no Python operation and no webhook', hint)
    return name


RequestName = Annotated[str, BeforeValidator(_request_name), Spelled("request")]


class PartyModel(Model):
    """How somebody behaves who is rung."""

    result: Results = Field("answered", description="What becomes of the call to them.")
    talks: Duration = Field(10.0, description="How long they talk before they hang up.")
    after: Duration = Field(2.0, description="How long it rings before they answer.")


def _party(value: Any) -> Any:
    return {"result": value} if isinstance(value, str) else value


Parties = Annotated[
    tuple[Annotated[PartyModel, BeforeValidator(_party)], ...],
    Field(min_length=1),
    BeforeValidator(listed),
    Spelled("people"),
]


# Queues -----------------------------------------------------------------------------------------------


class AgentModel(Model):
    """An agent of a skill group, as one call finds them."""

    id: Text = Field(description="The agent's name: `1001`.")
    skills: dict[Text, Annotated[int, Field(ge=0, le=10)]] | None = Field(
        None, description="Skills with their levels; all that the call asks for when left out."
    )
    state: Literal["available", "on_break", "logged_out"] = Field(
        "available", description="Whether they take calls at all."
    )
    free: Duration | None = Field(
        None,
        description="How long the call has waited when they become free; the queue's `wait` when left out.",
    )
    result: Results = Field("answered", description="What becomes of it when their telephone rings.")
    after: Duration = Field(0.0, description="How long it rings before they answer.")
    talks: Duration = Field(10.0, description="How long they talk before they hang up.")
    sends: Annotated[str, BeforeValidator(_destination), Spelled("sent")] = Field(
        "",
        description="Where they send the caller in place of hanging up: `flow:survey`, `group:vip`,"
        " `extension:1002`, `number:+8613800000000`, `agent:1002`.",
    )


def _agent(value: Any) -> Any:
    return {"id": value} if isinstance(value, str | int) and not isinstance(value, bool) else value


class QueueModel(Model):
    """A skill group, as one call finds it."""

    result: QueueResults = Field("open", description="`closed`, `full` or `no_agent`: nobody is taken in.")
    agents: Annotated[
        tuple[Annotated[AgentModel, BeforeValidator(_agent)], ...], BeforeValidator(listed), Spelled("agents")
    ] = Field((AgentModel(id="1001"),), description="Who serves it.")
    wait: Duration = Field(0.0, description="How long the call waits until its agents become free.")
    position: int = Field(1, ge=1, le=1000, description="The place in the queue at first; needs a `wait`.")
    estimate: Duration | None = Field(
        None,
        description="The wait that is foreseen; what is left of `wait` when left out, `0s`: none is.",
    )
    ring: Duration = Field(20.0, description="How long an agent's telephone rings.")
    sends: Annotated[str, BeforeValidator(_destination), Spelled("sent")] = Field(
        "",
        description="Where the queue sends the call after its `wait` (overflow), in place of an agent.",
    )

    @model_validator(mode="after")
    def _has_time_for_others(self) -> QueueModel:
        if self.position > 1 and not self.wait:
            raise refuse("F105", "a place behind others needs a `wait`", "add `wait: 40s`, say")
        return self


def _queue(value: Any) -> Any:
    return {"result": value} if isinstance(value, str) else value


Queues = Annotated[
    tuple[Annotated[QueueModel, BeforeValidator(_queue)], ...],
    Field(min_length=1),
    BeforeValidator(listed),
    Spelled("queue"),
]


class StaffModel(Model):
    """An agent who calls from a telephone of the house."""

    telephone: Text = Field("", description="Their extension; the agent's id when left out.")
    pin: Text = Field("", description="Their PIN; none of theirs is right when left out.")
    state: Literal["logged_out", "available", "busy", "wrap_up", "on_break"] = Field(
        "available", description="The state they are in before the call."
    )
    refused: bool = Field(False, description="Whether what they ask for cannot be done.")


# What must come of it ---------------------------------------------------------------------------------


class RequestModel(Model):
    """What was asked of another system."""

    json_: Any = Field(None, alias="json", description="What must be in the body.")
    query: dict[str, Text] = Field({}, description="What must be among the query's values.")
    headers: dict[str, Text] = Field({}, description="What must be among the headers.")
    with_: dict[str, Any] = Field({}, alias="with", description="For `python`: what must be among its input.")
    count: int | None = Field(None, ge=0, description="How many there were in all.")


def _request(value: Any) -> Any:
    return {"count": value} if type(value) is int else {} if value is None else value


class Expect(Model):
    """What must have come of a call; None and empty are not looked at."""

    end: Ends | None = Field(None, description="How the call ended.")
    cause: str | None = Field(None, description="The hangup cause: `NORMAL_CLEARING`.")
    goal: Texts = Field((), description="A goal that was reached, or several.")
    goals: tuple[str, ...] | None = Field(
        None, description="All goals that were reached, in their order; `[]` for none."
    )
    vars: dict[str, Any] = Field({}, description="Values of the flow's variables at the end.")
    language: str | None = Field(None, description="The language spoken at the end.")
    journey: tuple[str, ...] | None = Field(
        None,
        description="The nodes, in order; `…` stands for any number, `main=1` is a node with its outcome.",
    )
    visits: Texts = Field((), description="A node the call was at, or several, in any order.")
    never: Texts = Field((), description="A node it was not at, or several.")
    heard: Words = Field((), description="Something that was heard, or several, in any order.")
    not_heard: Words = Field((), description="Something that was not heard, or several.")
    transfer: Text | None = Field(None, description="The extension or number that was rung last.")
    skill: Text | None = Field(None, description="The skill group the call was in last.")
    agent: Text | None = Field(None, description="The agent who talked with the caller last.")
    disposition: Dispositions | None = Field(
        None, description="How the last stay in a queue ended: `answered`, `timed_out`, `callback` …"
    )
    callback: Text | None = Field(
        None, description="The number that is to be called back, in E.164: `+8613800000000`; `none`."
    )
    ratings: dict[Name, Any] = Field(
        {}, description="Answers to surveys by their questions; of a `comment`, its recording; null: none."
    )
    orders: Texts | None = Field(
        None, description="What agents' telephones ordered, all of it: `[sign_in 1001, break 1001 lunch]`."
    )
    notified: dict[str, Any] = Field(
        {},
        description="What `notify` nodes told, by event: values that are among it; null: none was.",
    )
    requests: dict[RequestName, Annotated[RequestModel, BeforeValidator(_request), Spelled("asked")]] = Field(
        {}, description="What was asked of other systems, and how often."
    )
    recordings: int | None = Field(None, ge=0, description="How many recordings were kept.")
    within: Duration | None = Field(None, description="The longest the call may take.")
    lasts: Duration | None = Field(None, description="The shortest it may take.")


class CodesModel(Model):
    """What agents choose from at a telephone, written as in the routing plan."""

    breaks: Codes = Field({}, description="Reasons for a break.")
    dispositions: Codes = Field({}, description="What became of a contact.")


class Setting(Model):
    """What a file says for all its cases, and a case for itself."""

    caller: CallerModel = Field(CallerModel(), description="The caller, and when they call.")
    mock: dict[RequestName, Mocks] = Field({}, description="What other systems answer.")
    answer: dict[Text, Parties] = Field(
        {}, description="How those behave who are rung, by extension or number; `*` for all."
    )
    queues: dict[Text, Queues] = Field(
        {}, description="How calls find skill groups, and agents they ask for by name; `*` for all."
    )
    agents: dict[Text, StaffModel] = Field(
        {}, description="Agents who call, by id; any extension is one of that id when left out."
    )
    codes: CodesModel | None = Field(None, description="What agents who call may choose from.")
    allow: Texts = Field(
        (), description="Numbers that may be dialled for callbacks, as in `calls.allow`; all when left out."
    )
    calendars: dict[Name, Literal["open", "closed"]] = Field(
        {}, description="Calendars switched by hand, whatever the hour."
    )
    vars: dict[VariableName, Any] = Field({}, description="First values of the flow's variables.")
    deaf: bool | None = Field(None, description="Whether there is no recogniser: only keys are understood.")


class CaseModel(Setting):
    """One case: a caller, what they do, and what must come of it."""

    name: Text = Field(min_length=1, max_length=200, description="What it shows, as a sentence.")
    steps: tuple[StepModel, ...] = Field((), description="What the caller does and hears, in order.")
    expect: Expect = Field(Expect(), description="What must have come of the call.")

    @model_validator(mode="after")
    def _does_something(self) -> CaseModel:
        if not self.steps and not self.expect.model_fields_set:
            raise refuse("F105", "a case needs steps or something to expect", "add `steps:` or `expect:`")
        return self


class SuiteModel(Setting):
    """What callers of one flow do, and what must come of it."""

    flow: Name = Field(description="The flow that is tested: its `id`.")
