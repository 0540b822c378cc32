"""Plays cases in real time, with sound, on a telephone line, and compares each with the virtual clock.

The line is the embedded switch or a FreeSWITCH (`ivr.testing.lines`). Needs gevent's patches.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

from gevent.pool import Pool

from ivr.errors import IvoryError
from ivr.flow.model import LoadedFlow
from ivr.flow.script import Speak
from ivr.testing import reading, virtual
from ivr.testing.acting import Actor
from ivr.testing.agreement import differences
from ivr.testing.case import Case
from ivr.testing.judge import judge
from ivr.testing.mocks import Mocks
from ivr.testing.played import Played
from ivr.testing.queues import ScriptedQueues
from ivr.testing.report import Outcome, Report
from ivr.testing.runner import Told, gathered, picked
from ivr.testing.served import MockServer, Services
from ivr.testing.staged import RealSide, Redirect, Scene, Stage
from ivr.testing.virtual import Parties

LONGEST = 120.0
"""Seconds of the virtual clock above which a case is not played in real time."""
SLACK = 60.0  # seconds that a call may take beyond twice the virtual one's
OVER = 15.0  # seconds in which a walk ends after the caller has gone


class Line(Protocol):
    """Where calls take place."""

    stage: Stage
    at_once: int
    """Calls that may go on at a time."""

    def redirect(self) -> Redirect:
        """Whom to ring in place of a case's people."""

    def speech(self, text: str, language: str) -> Path:
        """Words as sound. Raises SpeechError."""

    def call(self, flow: LoadedFlow, ani: str, actor: Actor, limit: float) -> None:
        """Place a call from `ani`, let the actor act, and wait for its end, at most `limit` seconds.

        Raises:
            IvoryError: the call was not taken, or was lost.
        """


def run(
    paths: Iterable[Path],
    flows: Mapping[str, LoadedFlow],
    line: Line,
    *,
    pick: str = "",
    stop_early: bool = False,
    longest: float = LONGEST,
    told: Told = lambda _outcome: None,
) -> Report:
    """As `ivr.testing.run`, on a line; a case that takes more than `longest` seconds is skipped."""
    began = time.perf_counter()
    found = reading.read(reading.files(paths), flows)
    cases = picked(found.cases, pick)
    outcomes: dict[int, Outcome] = {}

    def play(number: int, case: Case, server: MockServer) -> None:
        if stop_early and any(outcome.failures for outcome in outcomes.values()):
            return
        outcomes[number] = _outcome(case, flows, line, server, longest)
        told(outcomes[number])

    with MockServer() as server:
        pool = Pool(line.at_once)
        try:
            for number, case in enumerate(cases):
                pool.spawn(play, number, case, server)
            pool.join(raise_error=True)
        finally:
            pool.kill(timeout=OVER)  # whoever is interrupted leaves no call behind
    return gathered([outcomes[number] for number in sorted(outcomes)], found, flows, began)


def _outcome(
    case: Case, flows: Mapping[str, LoadedFlow], line: Line, server: MockServer, longest: float
) -> Outcome:
    began = time.perf_counter()
    wish = virtual.play(case, flows)
    failures = tuple(dict.fromkeys(judge(case, wish)))
    if failures:
        return Outcome(case, wish, failures, time.perf_counter() - began)
    if wish.seconds > longest:
        return Outcome(
            case, None, skipped=f"takes {wish.seconds:.0f} s; more than {longest:.0f} s are not waited"
        )
    if case.deaf or any(isinstance(step, Speak) and step.confidence < 1 for step in case.steps):
        return Outcome(case, None, skipped="the recogniser of this line is as it is")
    real = play(case, flows, line, server, 2 * wish.seconds + SLACK)
    differs = () if real.fault else differences(case, wish, real)
    failures = tuple(dict.fromkeys([*judge(case, real, timed=False), *differs]))
    return Outcome(case, real, failures, time.perf_counter() - began)


def play(case: Case, flows: Mapping[str, LoadedFlow], line: Line, server: MockServer, limit: float) -> Played:
    """Play one case in real time; a fault of the line is in what came of it."""
    mocks, parties = Mocks(case.mocks), Parties(case.parties)
    queues = ScriptedQueues(case.queues, RealSide.of)
    services = Services(server.register(mocks), mocks, case, queues)
    language = case.caller.language or flows[case.flow].flow.languages[0]
    actor = Actor(case.steps, partial(_speech, line, language))
    scene = Scene(case, flows, mocks, services, line.redirect(), parties, actor.talks)
    ani = f"999{secrets.randbelow(10**9):09}"
    line.stage.scenes[ani] = scene
    fault = ""
    try:
        try:
            line.call(flows[case.flow], ani, actor, limit)
        except IvoryError as error:
            fault = "; ".join(filter(None, (error.message, error.hint)))
        scene.over.wait(OVER)
    finally:
        del line.stage.scenes[ani]
    finished, engine = scene.finished, scene.engine
    if finished is None or engine is None:
        fault = fault or "the call never came to its flow: the number that is dialled must lead to Ivory"
    return Played(
        finished.end if finished else "failed",
        finished.cause if finished else "",
        finished.goals if finished else (),
        engine.state.language if engine else "",
        engine.state.variables if engine else {},
        scene.steps(),
        tuple(actor.lines),
        tuple(parties.addresses),
        tuple(mocks.requests),
        actor.elapsed,
        actor.done,
        fault,
        scene.call,
        queues.stays,
        tuple(recall.number for recall in services.promised.promised),
        services.ratings,
        tuple(services.ordered.orders),
        services.notified,
    )


def _speech(line: Line, language: str, words: str) -> Path:
    return line.speech(words, language)
