"""A real call that takes place at another time: it is real to the switch, while the flow sees the caller, the
hour and the people of a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import gevent

from ivr.call import Bridged, BridgeEnded, Call, Event, Target
from ivr.errors import CallEnded, IvoryError
from ivr.flag import Flag
from ivr.flow.model import LoadedFlow
from ivr.flow.script import Party
from ivr.log import get
from ivr.runtime.engine import Engine, Newest
from ivr.runtime.journey import CallFinished, Journey, JourneyEvent, NodeLeft
from ivr.runtime.ports import Services
from ivr.runtime.visit import End
from ivr.testing.case import Case
from ivr.testing.mocks import Mocks
from ivr.testing.played import Step
from ivr.testing.virtual import Parties, with_vars

log = get(__name__)

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
    talks: Callable[[str], None] = lambda _who: None
    """Told whom the caller talks with; empty: nobody any more."""
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
        newest: Newest,
    ) -> Engine:
        """An engine, as a worker asks for it."""
        scene = self.scenes.get(call.ani)
        if scene is None or call.kept is not None:
            return Engine(call, flows, start, services, journey, max_steps, newest)
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
        self._with = ""
        self._parted: Callable[[], object] = _nothing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)

    def now(self) -> datetime:
        return self._call.now() + self._ahead

    def bridge(self, target: Target) -> None:
        self._with = target.address
        self._call.bridge(self._scene.redirect(self._call, target, self._scene.parties(target.address)))

    def wait(self, timeout: float | None) -> Event | None:
        event = self._call.wait(timeout)
        if isinstance(event, Bridged):
            self._scene.talks(self._with)
        elif isinstance(event, BridgeEnded):
            self._scene.talks("")
            self._parted, over = _nothing, self._parted
            over()
        return event

    def join(self, agent: str, talks: float, over: Callable[[], object]) -> None:
        """Connect the caller with an agent of the case, who is one of its people; `over` is called first when
        it ends."""
        self._with, self._parted = agent, over
        party = Party("answered", talks, 0.0)
        self._call.bridge(self._scene.redirect(self._call, Target("extension", agent), party))


class RealSide:
    """A staged call, as the queues of its case drive it: in real time, at the case's own hour."""

    def __init__(self, call: StagedCall) -> None:
        self._call = call
        self.join = call.join

    @classmethod
    def of(cls, call: Call) -> RealSide:
        """The side of a call, which is a staged one."""
        staged: Any = call
        return cls(staged)

    def now(self) -> float:
        return self._call.now().timestamp()

    def after(self, seconds: float, what: Callable[[], object]) -> None:
        def do() -> None:
            try:
                what()
            except (CallEnded, IvoryError) as error:  # the caller has gone meanwhile
                log.debug("queue not played on", error=str(error))

        gevent.spawn_later(seconds, do)

    def news(self) -> None:
        self._call.wake()

    def note(self, text: str) -> None:
        return


def _nothing() -> None:
    return
