"""One case as it is played, with all that the file says for every case, and the place of each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from ivr.errors import Place
from ivr.flow.checks import Path
from ivr.flow.model import Flow
from ivr.flow.phrases import estimate_seconds
from ivr.flow.script import HangUp, Hear, Meet, Pause, Press, Speak, Step
from ivr.flow.types import Duration
from ivr.testing.model import (
    AnsweredStep,
    CallerModel,
    CaseModel,
    CodesModel,
    Expect,
    HangUpStep,
    HearStep,
    MockModel,
    PartyModel,
    PressStep,
    QueueModel,
    Saying,
    SayStep,
    StaffModel,
    StepModel,
    SuiteModel,
    WaitStep,
    Wanted,
    wanted,
)

_SECONDS: TypeAdapter[float] = TypeAdapter(Duration)
REACTION = 0.5
"""Seconds a caller takes before they press, speak or hang up, but right after a pause."""


@dataclass(frozen=True)
class Case:
    """A case that can be played.

    Attributes:
        flow: the id of the flow it calls.
        steps: what the caller does.
        paths: for each step its path within the case.
        mocks: what is answered, the first that fits.
        place: finds the place of an option of the case by its path.
    """

    name: str
    flow: str
    file: str
    caller: CallerModel
    steps: tuple[Step, ...]
    paths: tuple[Path, ...]
    mocks: tuple[tuple[Wanted, tuple[MockModel, ...]], ...]
    parties: Mapping[str, tuple[PartyModel, ...]]
    queues: Mapping[str, tuple[QueueModel, ...]]
    agents: Mapping[str, StaffModel]
    codes: CodesModel | None
    allow: tuple[str, ...]
    calendars: Mapping[str, str]
    vars: Mapping[str, Any]
    deaf: bool
    expect: Expect
    place: Callable[[Path], Place] = field(repr=False)

    def moment(self, zone: ZoneInfo) -> datetime:
        """When the call comes; a moment without a zone is one of the flow's own."""
        at = self.caller.at
        return at.replace(tzinfo=zone) if at.tzinfo is None else at

    @property
    def ani(self) -> str:
        """The caller's number as the flow sees it."""
        return "" if self.caller.withheld else self.caller.number

    def dnis(self, flow: Flow) -> str:
        """The number that was called."""
        return self.caller.dialled or next(iter(flow.numbers), flow.id)

    def variables(self) -> dict[str, str]:
        """What the switch says of the call."""
        language, name = self.caller.language, self.caller.name
        return {
            **({"variable_ivr_language": language} if language else {}),
            **({"Caller-Caller-ID-Name": name} if name else {}),
        }


def made(
    suite: SuiteModel, model: CaseModel, file: str, language: str, place: Callable[[Path], Place]
) -> Case:
    """A case with all that its file says for every case. `language` is what is spoken in `say:`."""
    pairs = [pair for number, step in enumerate(model.steps) for pair in _script(step, number, language)]
    own = model.caller.model_dump(include=model.caller.model_fields_set)
    return Case(
        model.name,
        suite.flow,
        file,
        suite.caller.model_copy(update=own),
        tuple(step for step, _ in pairs),
        tuple(path for _, path in pairs),
        tuple(
            (wanted(name), mocks) for name, mocks in {**model.mock, **_rest(suite.mock, model.mock)}.items()
        ),
        {**suite.answer, **model.answer},
        {**suite.queues, **model.queues},
        {**suite.agents, **model.agents},
        model.codes or suite.codes,
        model.allow or suite.allow,
        {**suite.calendars, **model.calendars},
        {**suite.vars, **model.vars},
        bool(suite.deaf if model.deaf is None else model.deaf),
        model.expect,
        place,
    )


def _rest(all_: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in all_.items() if name not in own}


def _script(step: StepModel, number: int, language: str) -> list[tuple[Step, Path]]:
    """What a step is to the caller; several things to hear are several steps."""
    path: Path = ("steps", number)
    match step:
        case HearStep(hear=hearing):
            several = len(hearing.text) > 1
            return [
                (Hear(text, hearing.within), (*path, "hear", "text", index) if several else path)
                for index, text in enumerate(hearing.text)
            ]
        case PressStep(press=keys):
            return [(Press(keys), path)]
        case SayStep(say=saying):
            return [(_speak(saying, language), path)]
        case WaitStep(wait=seconds):
            return [(Pause(seconds), path)]
        case AnsweredStep(answered_by=who):
            return [(Meet(who), path)]
        case HangUpStep():
            return [(HangUp(), path)]
    raise AssertionError(step)


def _speak(saying: Saying, language: str) -> Speak:
    """`say: 4s` is so many seconds of speech, anything else the words themselves."""
    words = saying.words
    try:
        return Speak(_SECONDS.validate_python(words))
    except ValidationError:
        return Speak(max(0.2, estimate_seconds(words, language)), words, saying.confidence)
