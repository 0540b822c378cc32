"""Plays a case to the real engine on the virtual clock: nothing waits, and the same case is the same call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import cast

from ivr.flow.model import LoadedFlow
from ivr.flow.script import Party
from ivr.flow.scripted import ScriptedCall
from ivr.runtime.engine import Engine
from ivr.runtime.journey import CallFinished, Journey, JourneyEvent, NodeLeft
from ivr.testing.case import REACTION, Case
from ivr.testing.mocks import Mocks
from ivr.testing.model import PartyModel
from ivr.testing.people import ScriptedAgents, ScriptedCallbacks, ScriptedDirectory
from ivr.testing.played import Played, Step
from ivr.testing.queues import ScriptedQueues
from ivr.testing.world import JumpingSide, World

DEAF = "the test says so"

MAX_STEPS = 1000


class Parties:
    """How those behave who are rung; a list is one call after the other, and its last stays."""

    def __init__(self, parties: Mapping[str, tuple[PartyModel, ...]]) -> None:
        self._parties = parties
        self._rung: Counter[str] = Counter()
        self.addresses: list[str] = []

    def __call__(self, address: str) -> Party:
        self.addresses.append(address)
        name = address if address in self._parties else "*"
        behaviours = self._parties.get(name, (PartyModel(),))
        model = behaviours[min(self._rung[name], len(behaviours) - 1)]
        self._rung[name] += 1
        return Party(model.result, model.talks, model.after)


def with_vars(case: Case, flows: Mapping[str, LoadedFlow]) -> Mapping[str, LoadedFlow]:
    """The flows with the first values that the case gives to variables."""
    if not case.vars:
        return flows
    loaded = flows[case.flow]
    flow = loaded.flow.model_copy(update={"vars": {**loaded.flow.vars, **case.vars}})
    return {**flows, case.flow: LoadedFlow(flow, loaded.version, loaded.file)}


def play(case: Case, flows: Mapping[str, LoadedFlow]) -> Played:
    """Play one case; what is wrong with the flow is in what came of it."""
    flow = flows[case.flow].flow
    parties, mocks = Parties(case.parties), Mocks(case.mocks)
    call = ScriptedCall(
        case.steps,
        ani=case.ani,
        dnis=case.dnis(flow),
        started=case.moment(flow.zone),
        variables=case.variables(),
        answers=parties,
        reaction=REACTION,
        deaf=DEAF if case.deaf else "",
    )
    events: list[JourneyEvent] = []
    journey = Journey(events.append)
    queues = ScriptedQueues(case.queues, lambda call: JumpingSide(cast(ScriptedCall, call)))
    callbacks, agents = ScriptedCallbacks(case.allow, queues), ScriptedAgents(case.agents, case.codes)
    directory = ScriptedDirectory(case.caller)
    world = World(mocks, case.calendars, queues, callbacks, agents, directory)
    engine = Engine(call, with_vars(case, flows), case.flow, world, journey, MAX_STEPS)
    engine.run()
    finished = events[-1]
    assert isinstance(finished, CallFinished)  # noqa: S101 the engine always tells the end last
    return Played(
        finished.end,
        finished.cause,
        finished.goals,
        engine.state.language,
        engine.state.variables,
        tuple(Step.of(event, call.started) for event in events if isinstance(event, NodeLeft)),
        tuple(call.transcript),
        tuple(parties.addresses),
        tuple(mocks.requests),
        call.monotonic(),
        call.done,
        call=call.id,
        stays=queues.stays,
        callbacks=tuple(recall.number for recall in callbacks.promised),
        ratings=world.ratings,
        orders=tuple(agents.orders),
        notified=world.notified,
    )
