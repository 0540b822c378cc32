"""Calls on a virtual clock, for tests: a flow in a few lines, a caller's script, and what became of it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from ivr import registry
from ivr.call import Call
from ivr.errors import Finding, FlowError
from ivr.flow import lint, loader
from ivr.flow.model import LoadedFlow
from ivr.flow.scripted import HangUp, Hear, Pause, Press, ScriptedCall, Speak, Step
from ivr.hours import Calendar, Status
from ivr.http_client import Response
from ivr.runtime.engine import Engine
from ivr.runtime.journey import CallFinished, CallStarted, Journey, JourneyEvent, NodeEntered, NodeLeft
from ivr.runtime.ports import Notification, Rating
from ivr.runtime.visit import End
from ivr.testing.model import CallerModel, QueueModel, StaffModel
from ivr.testing.people import ScriptedAgents, ScriptedCallbacks, ScriptedDirectory
from ivr.testing.queues import ScriptedQueues
from ivr.testing.world import JumpingSide

__all__ = ["HangUp", "Hear", "Pause", "Press", "Scenario", "Services", "Speak", "Walk", "load", "walk"]

Outcome = Response | BaseException | Any


@dataclass
class Work:
    """An operation that is over `ready_at` seconds into the call."""

    call: Call
    ready_at: float
    work: Callable[[], Any]
    abandoned: bool = False

    def done(self) -> bool:
        return self.call.monotonic() >= self.ready_at

    def wait(self) -> None:
        return

    def result(self) -> Any:
        return self.work()

    def abandon(self) -> None:
        self.abandoned = True


@dataclass
class Services:
    """The outside world as a table: for a URL or an operation's name an answer, or what is raised.

    An answer is there after `seconds` of the call's time. `requests` keeps what was asked.
    """

    answers: Mapping[str, Outcome] = field(default_factory=dict)
    seconds: float = 0.0
    overrides: Mapping[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    busy: BaseException | None = None
    caller: CallerModel = field(default_factory=CallerModel)
    staff: Mapping[str, StaffModel] = field(default_factory=dict)
    groups: Mapping[str, tuple[QueueModel, ...]] = field(default_factory=dict)
    ratings: list[Rating] = field(default_factory=list)
    notified: list[Notification] = field(default_factory=list)
    webhooks: Mapping[str, tuple[float, Any]] = field(default_factory=dict)
    awaited: list[str] = field(default_factory=list)

    @cached_property
    def directory(self) -> ScriptedDirectory:
        return ScriptedDirectory(self.caller)

    @cached_property
    def queues(self) -> ScriptedQueues:
        return ScriptedQueues(self.groups, lambda call: JumpingSide(cast(ScriptedCall, call)))

    @cached_property
    def callbacks(self) -> ScriptedCallbacks:
        return ScriptedCallbacks((), self.queues)

    @cached_property
    def agents(self) -> ScriptedAgents:
        return ScriptedAgents(self.staff)

    def rated(self, rating: Rating) -> None:
        self.ratings.append(rating)

    def notify(self, notification: Notification) -> None:
        self.notified.append(notification)

    def fetch(self, method: str, url: str, *, deadline: float, **parts: Any) -> Response:
        self.requests.append((method, url, {"deadline": deadline, **parts}))
        answer: Response = _given(self.answers[url])
        return answer

    def awaits(self, call: Call, key: str, came: Callable[[Any], None]) -> None:
        self.awaited.append(key)
        if isinstance(call, ScriptedCall) and key in self.webhooks:
            seconds, data = self.webhooks[key]
            call.after(seconds, lambda: came(data))

    def operation(self, name: str) -> Callable[..., Any]:
        def operation(**given: Any) -> Any:
            self.requests.append(("PYTHON", name, given))
            return _given(self.answers[name])

        return operation

    def begin(self, call: Call, work: Callable[[], Any]) -> Work:
        if self.busy:
            raise self.busy
        if isinstance(call, ScriptedCall):
            call.wake_after(self.seconds)
        self.works.append(Work(call, call.monotonic() + self.seconds, work))
        return self.works[-1]

    def hours(self, calendar: str, own: Calendar | None, at: datetime) -> Status | None:
        return own.status(at, self.overrides.get(calendar)) if own else None


def _given(answer: Outcome) -> Any:
    if isinstance(answer, BaseException):
        raise answer
    return answer


def completed(text: str) -> str:
    """A flow from YAML, indented or not; `id: t` and `languages: [en-US]` may be left out."""
    text = textwrap.dedent(text).strip() + "\n"
    given = {line.partition(":")[0] for line in text.splitlines()}
    head = {"id": "id: t\n", "languages": "languages: [en-US]\n"}
    return text + "".join(line for option, line in head.items() if option not in given)


def sources(*texts: str) -> dict[str, lint.Source]:
    """Flows with their documents, by file: `0.yaml`, `1.yaml` …"""
    types = registry.load_all("ivr.nodes")
    files = {f"{number}.yaml": completed(text) for number, text in enumerate(texts)}
    return {file: lint.Source(*loader.load(text, file, types)) for file, text in files.items()}


def findings(*texts: str) -> list[Finding]:
    """What is wrong with flows, in shape or in meaning."""
    try:
        return lint.lint(sources(*texts))
    except FlowError as error:
        return list(error.findings)


def load(*texts: str, checked: bool = True) -> dict[str, LoadedFlow]:
    """Flows by their ids, without an error unless they are not to be `checked`."""
    found = sources(*texts)
    if checked:
        errors = [str(one) for one in lint.lint(found) if one.severity == "error"]
        assert not errors, "\n".join(errors)
    return {source.loaded.id: source.loaded for source in found.values()}


@dataclass
class Walk:
    """A call that is over."""

    end: End
    call: ScriptedCall
    engine: Engine
    events: list[JourneyEvent]
    services: Services

    @property
    def left(self) -> list[NodeLeft]:
        return [event for event in self.events if isinstance(event, NodeLeft)]

    @property
    def path(self) -> list[str]:
        """Node and outcome of each visit: `main:1`."""
        return [f"{event.node}:{event.outcome}" for event in self.left]

    @property
    def inputs(self) -> list[str]:
        return [event.input for event in self.left]

    @property
    def heard(self) -> list[str]:
        """What the caller heard begin, piece by piece."""
        return [line.text for line in self.call.transcript if line.who == "ivr"]

    @property
    def finished(self) -> CallFinished:
        (event,) = [event for event in self.events if isinstance(event, CallFinished)]
        return event

    @property
    def variables(self) -> dict[str, Any]:
        return self.engine.state.variables

    def at(self, text: str, number: int = 0) -> float:
        """When `text` was heard to begin for the `number`th time, in seconds."""
        return [line.at for line in self.call.transcript if line.who == "ivr" and text in line.text][number]

    def assert_balanced(self) -> None:
        """One start first, one end last, and each node left that was entered, in order."""
        assert isinstance(self.events[0], CallStarted)
        assert isinstance(self.events[-1], CallFinished)
        steps = self.events[1:-1]
        assert len(steps) % 2 == 0
        pairs = zip(steps[::2], steps[1::2], strict=True)
        begins = self.engine.state.called or 1  # who is called back goes on with the visit that asked for it
        for number, (entered, left) in enumerate(pairs, begins):
            assert isinstance(entered, NodeEntered)
            assert isinstance(left, NodeLeft)
            assert (entered.visit, left.visit) == (number, number)
            assert (entered.node, entered.flow) == (left.node, left.flow)


@dataclass(frozen=True)
class Scenario:
    """Flows that are loaded once and walked often."""

    flows: Mapping[str, LoadedFlow]
    start: str

    def walk(
        self,
        *steps: Step,
        services: Services | None = None,
        max_steps: int = 1000,
        answer_in: float = 0.0,
        **call_options: Any,
    ) -> Walk:
        call = ScriptedCall(steps, **call_options)
        events: list[JourneyEvent] = []
        services = services or Services(seconds=answer_in)
        engine = Engine(call, self.flows, self.start, services, Journey(events.append), max_steps)
        result = Walk(engine.run(), call, engine, events, services)
        result.assert_balanced()
        return result


def walk(flow: str | Sequence[str], *steps: Step, checked: bool = True, **options: Any) -> Walk:
    """Walk a caller who does `steps` through `flow` (the first one, of several)."""
    texts = [flow] if isinstance(flow, str) else list(flow)
    flows = load(*texts, checked=checked)
    return Scenario(flows, next(iter(flows))).walk(*steps, **options)
