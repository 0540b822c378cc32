"""Callers by the hundred, from the real engine on a virtual clock, whose figures are known in advance."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ivr.flow.model import Flow
from ivr.insight.mentions import clauses
from ivr.runtime.journey import JourneyEvent
from ivr.runtime.recorder import record_of
from ivr.store.records import CallRecord, Record, Step
from ivr.store.traces import Stop, Trace
from tests.calls import HangUp, Pause, Press, Scenario, Walk, load

DAY = datetime(2026, 11, 16, tzinfo=UTC)
NEXT_WEEK = DAY + timedelta(days=7)


class Crowd:
    """Callers of flows, one after the other, a minute apart.

    Args:
        texts: the flows; callers come in by the first.
        seed: for everything that is left to chance.
    """

    def __init__(self, *texts: str, seed: int = 1) -> None:
        self.flows = load(*texts, checked=False)
        self.start = next(iter(self.flows))
        self.chance = random.Random(seed)
        self.walks: list[Walk] = []

    @property
    def models(self) -> dict[str, Flow]:
        return {name: loaded.flow for name, loaded in self.flows.items()}

    @property
    def version(self) -> str:
        return self.flows[self.start].version

    def call(self, *steps: Any, times: int = 1, **options: Any) -> None:
        """Let callers do `steps`; a step that is a function gives them when it is called."""
        for _ in range(times):
            number = len(self.walks)
            doing = [one for step in steps for one in (step() if callable(step) else [step])]
            self.walks.append(
                Scenario(self.flows, self.start).walk(
                    *doing,
                    call_id=f"call-{number:06d}",
                    started=DAY + timedelta(minutes=number),
                    **options,
                )
            )

    def listens(self, key: str, menu: str = "main", language: str = "en-US") -> Any:
        """Who waits for an option, and presses half a second to two after it was said."""
        said = self.heard(menu, language)[key]
        return lambda: [Pause(said + self.chance.uniform(0.5, 2.0)), Press(key)]

    def heard(self, menu: str = "main", language: str = "en-US") -> dict[str, float]:
        """When each option of a menu has been said, in seconds."""
        flow = self.flows[self.start].flow
        return clauses(flow.nodes[menu].prompt, language, flow.prompts).heard()  # type: ignore[attr-defined]

    def records(self) -> Iterator[Record]:
        """What the store would be given."""
        for walk in self.walks:
            yield from map(record_of, walk.events)

    def traces(self) -> list[Trace]:
        """What would be read back."""
        return [trace_of(walk.events) for walk in self.walks]


def trace_of(events: Iterable[JourneyEvent]) -> Trace:
    """A journey as reports read it, without a database between."""
    records = list(map(record_of, events))
    first, last = (
        next(one for one in some if isinstance(one, CallRecord)) for some in (records, records[::-1])
    )
    whole = replace(last, flow=first.flow, version=first.version)
    steps = {one.visit: one for one in records if isinstance(one, Step)}
    return Trace(
        whole.id,
        whole.started,
        whole.version,
        whole.language,
        whole.end,
        whole.goals,
        (whole.ended - whole.started).total_seconds() if whole.ended else None,
        [
            Stop(
                step.visit,
                step.flow,
                step.node,
                step.type,
                (step.entered - whole.started).total_seconds(),
                (step.left - step.entered).total_seconds() if step.left else None,
                step.outcome,
                step.input,
                step.detail,
            )
            for _, step in sorted(steps.items())
        ],
    )


__all__ = ["DAY", "NEXT_WEEK", "Crowd", "HangUp", "Pause", "Press", "trace_of"]
