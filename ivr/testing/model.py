"""What stands in a file of tests: callers, what they do, what the world answers, and what must come of it.

One model for each part, as the designer writes it; short forms (`press: 1`, `404`, `busy`) become the long
one here, so that everything behind knows one form only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from ivr.call import KEYS
from ivr.flow.script import bare
from ivr.flow.types import Duration, Model, Name, VariableName, language_tag, pressed, refuse
from ivr.registry import did_you_mean

HEAR_SECONDS = 60.0
"""Seconds a caller waits for what they are to hear."""

Results = Literal["answered", "busy", "no_answer", "refused", "failed"]
Ends = Literal["completed", "transfer", "abandoned", "rejected", "failed"]


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


Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed)]
Words = Annotated[tuple[Annotated[str, BeforeValidator(_words)], ...], BeforeValidator(listed)]


# Steps ------------------------------------------------------------------------------------------------


class Hearing(Model):
    """Words to wait for, one after the other, each not longer than `within`."""

    text: Words
    within: Duration = HEAR_SECONDS


def _hearing(value: Any) -> Any:
    return value if isinstance(value, dict) else {"text": value}


def _keys(value: Any) -> Any:
    words = [word for part in listed(value) for word in str(part).split()]
    keys = "".join(map(pressed, words))
    if isinstance(value, dict | bool) or not keys or any(key not in KEYS for key in keys):
        raise refuse("F111", f'"{value}" cannot be pressed', 'keys are 0-9, star, pound and A-D: "1 pound"')
    return keys


class HearStep(Model):
    hear: Annotated[Hearing, BeforeValidator(_hearing)]


class PressStep(Model):
    press: Annotated[str, BeforeValidator(_keys)]


class SayStep(Model):
    say: Text = Field(min_length=1)


class WaitStep(Model):
    wait: Duration


class HangUpStep(Model):
    hang_up: None = None


STEPS = ("hear", "press", "say", "wait", "hang_up")


def _step(value: Any) -> Any:
    """A step as a mapping with one key; `hang_up` needs nothing behind it."""
    if value == "hang_up":
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
        | Annotated[HangUpStep, Tag("hang_up")],
        Discriminator(_kind),
    ],
    BeforeValidator(_step),
]


# The world --------------------------------------------------------------------------------------------


class CallerModel(Model):
    """Who calls, and when."""

    number: Text = "13800000000"
    withheld: bool = False
    dialled: Text = ""
    name: Text = ""
    language: str = ""
    at: datetime = datetime(2026, 11, 23, 10)  # noqa: DTZ001 the flow's own zone, which nobody knows here

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

    status: int = Field(200, ge=100, le=599)
    json_: Any = Field(None, alias="json")
    text: Text | None = None
    headers: dict[str, Text] = Field({})
    delay: Annotated[Duration, Field(le=3600)] = 0.0
    error: str = ""
    result: Any = None


def _mock(value: Any) -> Any:
    return {"status": value} if type(value) is int else value


Mocks = Annotated[
    tuple[Annotated[MockModel, BeforeValidator(_mock)], ...],
    Field(min_length=1),
    BeforeValidator(listed),
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Requests by method and URL, or a Python operation (`method` is `python`); `*` stands for anything.

    A URL may be written as a person reads it or as it is sent: `+86138` and `%2B86138` are the same.
    """

    method: str
    url: str

    def fits(self, method: str, url: str) -> bool:
        """Whether a request is one of them."""
        same = method == self.method or (self.method == "*" and method != "python")
        return same and _fits(self.url, url)

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "*", "python")


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
    return Wanted(method if method == "python" else method.upper(), url.strip())


def _request_name(name: Any) -> Any:
    method, _, url = str(name).partition(" ")
    if (method if method == "python" else method.upper()) not in _METHODS or not url.strip():
        hint = "write GET crm:/accounts/*, or python NAME"
        raise refuse("T104", f'"{name}" is neither a method with a URL nor a Python operation', hint)
    return name


RequestName = Annotated[str, BeforeValidator(_request_name)]


class PartyModel(Model):
    """How somebody behaves who is rung."""

    result: Results = "answered"
    talks: Duration = 10.0
    after: Duration = 2.0


def _party(value: Any) -> Any:
    return {"result": value} if isinstance(value, str) else value


Parties = Annotated[
    tuple[Annotated[PartyModel, BeforeValidator(_party)], ...],
    Field(min_length=1),
    BeforeValidator(listed),
]


# What must come of it ---------------------------------------------------------------------------------


class RequestModel(Model):
    """What was asked of another system."""

    json_: Any = Field(None, alias="json")
    query: dict[str, Text] = Field({})
    headers: dict[str, Text] = Field({})
    with_: dict[str, Any] = Field({}, alias="with")
    count: int | None = Field(None, ge=0)


def _request(value: Any) -> Any:
    return {"count": value} if type(value) is int else {} if value is None else value


class Expect(Model):
    """What must have come of a call; None and empty are not looked at."""

    end: Ends | None = None
    cause: str | None = None
    goal: Texts = ()
    goals: tuple[str, ...] | None = None
    vars: dict[str, Any] = Field({})
    language: str | None = None
    journey: tuple[str, ...] | None = None
    visits: Texts = ()
    never: Texts = ()
    heard: Words = ()
    not_heard: Words = ()
    transfer: Text | None = None
    requests: dict[RequestName, Annotated[RequestModel, BeforeValidator(_request)]] = Field({})
    recordings: int | None = Field(None, ge=0)
    within: Duration | None = None
    lasts: Duration | None = None


class Setting(Model):
    """What a file says for all its cases, and a case for itself."""

    caller: CallerModel = CallerModel()
    mock: dict[RequestName, Mocks] = Field({})
    answer: dict[Text, Parties] = Field({})
    calendars: dict[Name, Literal["open", "closed"]] = Field({})
    vars: dict[VariableName, Any] = Field({})


class CaseModel(Setting):
    """One case."""

    name: Text = Field(min_length=1, max_length=200)
    steps: tuple[StepModel, ...] = ()
    expect: Expect = Expect()

    @model_validator(mode="after")
    def _does_something(self) -> CaseModel:
        if not self.steps and not self.expect.model_fields_set:
            raise refuse("F105", "a case needs steps or something to expect", "add `steps:` or `expect:`")
        return self


class SuiteModel(Setting):
    """The head of a file."""

    flow: Name
