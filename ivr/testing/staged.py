"""A real call that takes place at another time: it is real to the switch, while the flow sees the caller, the
hour and the people of a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ivr.call import Call, Target
from ivr.flag import Flag
from ivr.flow.model import LoadedFlow
from ivr.flow.script import Party
from ivr.runtime.engine import Engine
from ivr.runtime.journey import CallFinished, Journey, JourneyEvent, NodeLeft
from ivr.runtime.ports import Services
from ivr.runtime.visit import End
from ivr.testing.case import Case
from ivr.testing.mocks import Mocks
from ivr.testing.played import Step
from ivr.testing.virtual import Parties, with_vars

Redirect = Callable[[Call, Target, Party], Target]
"""Whom a call rings in place of somebody, so that they behave as the case says."""


@dataclass
class Scene:
    """One case while it is played in real time."""

    case: Case
    flows: Mapping[str, LoadedFlow]
    mocks: Mocks
    services: Services
    redirect: Redirect
    parties: Parties
    events: list[JourneyEvent] = field(default_factory=list)
    over: Flag = field(default_factory=Flag)
    engine: Engine | None = None
    call: str = ""

    @property
    def finished(self) -> CallFinished | None:
        """How the call ended, once it has."""
        return next((event for event in reversed(self.events) if isinstance(event, CallFinished)), None)

    def steps(self) -> tuple[Step, ...]:
        """The visits so far; times are of the call."""
        return tuple(Step.of(event, self.moment) for event in self.events if isinstance(event, NodeLeft))

    @property
    def moment(self) -> datetime:
        """When the call comes, as the flow sees it."""
        return self.case.moment(self.flows[self.case.flow].flow.zone)


class Stage:
    """Makes the engines of a worker: a call from a number in `scenes` is a case's, any other is itself."""

    def __init__(self) -> None:
        self.scenes: dict[str, Scene] = {}

    def engine(
        self,
        call: Call,
        flows: Mapping[str, LoadedFlow],
        start: str,
        services: Services,
        journey: Journey,
        max_steps: int,
    ) -> Engine:
        """An engine, as a worker asks for it."""
        scene = self.scenes.get(call.ani)
        if scene is None or call.kept is not None:
            return Engine(call, flows, start, services, journey, max_steps)
        scene.call = call.id
        told = Journey(*journey.listeners, scene.events.append)
        staged: Any = StagedCall(call, scene)
        return _Engine(
            scene, staged, with_vars(scene.case, scene.flows), scene.case.flow, scene.services, told
        )


class _Engine(Engine):
    """Says when its walk is over."""

    def __init__(self, scene: Scene, *arguments: Any) -> None:
        super().__init__(*arguments)
        scene.engine = self
        self._scene = scene

    def run(self) -> End:
        try:
            return super().run()
        finally:
            self._scene.over.set()


class StagedCall:
    """A call as a case has it; whatever is not said here is the real call's."""

    def __init__(self, call: Call, scene: Scene) -> None:
        flow = scene.flows[scene.case.flow].flow
        self._call, self._scene = call, scene
        self.ani, self.dnis = scene.case.ani, scene.case.dnis(flow)
        self.variables = scene.case.variables()
        self.started = scene.moment
        self._ahead: timedelta = self.started - call.now()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)

    def now(self) -> datetime:
        return self._call.now() + self._ahead

    def bridge(self, target: Target) -> None:
        self._call.bridge(self._scene.redirect(self._call, target, self._scene.parties(target.address)))
