"""What came of a case that was played, in whichever way: what is judged, compared and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.flow.script import Line
from ivr.runtime.journey import NodeLeft
from ivr.testing.mocks import Request


@dataclass(frozen=True, slots=True)
class Step:
    """One visit: where, how it ended, and when it began and ended, in seconds of the call."""

    flow: str
    node: str
    outcome: str
    began: float
    ended: float
    input: str = ""
    problems: tuple[str, ...] = ()
    recording: str = ""

    @classmethod
    def of(cls, left: NodeLeft, started: Any) -> Step:
        """A visit as the journey tells it."""
        detail = left.detail
        return cls(
            left.flow,
            left.node,
            left.outcome,
            (left.entered - started).total_seconds(),
            (left.at - started).total_seconds(),
            left.input,
            tuple(detail.get("problems", ())),
            detail.get("recording", ""),
        )


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay in a queue: what was asked for, how it ended (`disposition`, one of `ivr.acd.model`), and who
    talked with the caller."""

    group: str
    agent: str
    disposition: str
    waited: float


@dataclass(frozen=True)
class Played:
    """A call that is over.

    Attributes:
        stays: its stays in queues, in order.
        callbacks: the numbers that are to be called back.
        ratings: answers to surveys, by their questions.
        orders: what agents' telephones ordered.
        notified: what `notify` nodes told, by the events' types; the latest of each.
        seconds: how long it took, by its own clock.
        done: steps of the script that were done.
        fault: something that went wrong with the playing itself; empty when nothing did.
        call: the call's id, which recordings are named by.
    """

    end: str
    cause: str
    goals: tuple[str, ...]
    language: str
    vars: Mapping[str, Any]
    steps: tuple[Step, ...]
    transcript: tuple[Line, ...]
    rung: tuple[str, ...]
    requests: tuple[Request, ...]
    seconds: float
    done: int
    fault: str = ""
    call: str = ""
    stays: tuple[Stay, ...] = ()
    callbacks: tuple[str, ...] = ()
    ratings: Mapping[str, Any] = field(default_factory=dict)
    orders: tuple[str, ...] = ()
    notified: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def recordings(self) -> list[str]:
        """What was recorded and kept."""
        return [step.recording for step in self.steps if step.recording]

    @property
    def heard(self) -> list[str]:
        """What was said, piece by piece."""
        return [line.text for line in self.transcript if line.who == "ivr"]
