"""Plays the cases of files, one after the other, and gathers what came of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ivr.flow.model import LoadedFlow
from ivr.testing import reading, virtual
from ivr.testing.case import Case
from ivr.testing.coverage import coverage
from ivr.testing.judge import judge
from ivr.testing.played import Played
from ivr.testing.report import Failure, Outcome, Report

Told = Callable[[Outcome], object]


def run(
    paths: Iterable[Path],
    flows: Mapping[str, LoadedFlow],
    *,
    pick: str = "",
    stop_early: bool = False,
    told: Told = lambda _outcome: None,
) -> Report:
    """Play the cases of test files on the virtual clock.

    Args:
        paths: files of tests, folders of them, or folders of flows with a `tests` in them.
        flows: every flow the calls may meet, by id.
        pick: words of the cases' names; only cases that have them all are played.
        stop_early: stop at the first case that fails.
        told: is told of each case as soon as it is over.

    Returns:
        What came of it; never raises for what is wrong with tests or flows.

    Raises:
        IvoryError: a folder that cannot be read.
    """
    began = time.perf_counter()
    found = reading.read(reading.files(paths), flows)
    outcomes: list[Outcome] = []
    for case in picked(found.cases, pick):
        outcomes.append(_outcome(case, flows))
        told(outcomes[-1])
        if stop_early and outcomes[-1].failures:
            break
    return gathered(outcomes, found, flows, began)


def picked(cases: Iterable[Case], pick: str) -> list[Case]:
    """The cases whose names, with flow and file, have every word of `pick`, in whatever case."""
    words = pick.casefold().split()
    return [
        case
        for case in cases
        if all(word in f"{case.flow} {Path(case.file).stem} {case.name}".casefold() for word in words)
    ]


def gathered(
    outcomes: Iterable[Outcome], found: reading.Reading, flows: Mapping[str, LoadedFlow], began: float
) -> Report:
    """The report of what was played. `began` is on the clock of `time.perf_counter`."""
    outcomes = tuple(outcomes)
    steps = [step for outcome in outcomes if outcome.played for step in outcome.played.steps]
    tested = [*(case.flow for case in found.cases), *(step.flow for step in steps)]
    covered = {name: coverage(flows[name], flows, steps) for name in dict.fromkeys(tested)}
    return Report(outcomes, found.findings, covered, time.perf_counter() - began)


def judged(case: Case, played: Played) -> tuple[Failure, ...]:
    """What is wrong with a call, each thing once."""
    return tuple(dict.fromkeys(judge(case, played)))


def _outcome(case: Case, flows: Mapping[str, LoadedFlow]) -> Outcome:
    began = time.perf_counter()
    played = virtual.play(case, flows)
    return Outcome(case, played, judged(case, played), time.perf_counter() - began)
