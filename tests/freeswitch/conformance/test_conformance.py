"""The embedded switch does what FreeSWITCH does: the same calls go through both, and look the same.

Every scenario is played once on each, many at a time; then each is a test of its own.
"""

from __future__ import annotations

import difflib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import gevent
import pytest
from gevent.pool import Pool

from tests.freeswitch.conformance import (
    scenarios_adoption,
    scenarios_agents,
    scenarios_consult,
    scenarios_displacing,
    scenarios_guard,
    scenarios_leaving,
    scenarios_supervision,
    scenarios_tapping,
)
from tests.freeswitch.conformance.call import Call
from tests.freeswitch.conformance.line import Line
from tests.freeswitch.conformance.peers import Peer, Way, embedded, imitation, real
from tests.freeswitch.conformance.projection import project, seconds
from tests.freeswitch.conformance.scenarios import ONLY_BY_SIP, SCENARIOS
from tests.freeswitch.instance import Instance
from tests.wire.switch.conftest import write_tone

pytestmark = pytest.mark.timeout(600)  # the first of these tests waits for every call of all of them
AT_ONCE = 12
PLAYS = 3
"""How often a scenario is played that goes otherwise here than there: a difference shows each time, while
what two threads of FreeSWITCH do at the same moment, on a machine that is busy, does not."""
MANY = 60
"""So many that go otherwise have a cause in common, which playing them again would only hide."""
__all__ = [  # importing them fills the table
    "scenarios_adoption",
    "scenarios_agents",
    "scenarios_consult",
    "scenarios_displacing",
    "scenarios_guard",
    "scenarios_leaving",
    "scenarios_supervision",
    "scenarios_tapping",
]
SLACK = 1.0
"""Seconds by which a call may last longer on one switch than on the other, plus twice what this process was
late: the switch, which does more, was later."""
_LOOK_EVERY = 0.05

SECONDS_OF_SOUNDS = {"short": 0.1, "half": 0.5, "two": 2.0, "long": 30.0}
SECONDS_OF_SOUNDS |= {"two words": 0.3, "one's": 0.3, "您好": 0.3, "stop!": 0.3}
Wanted = tuple[str, Way]
ALL: list[Wanted] = [(name, "sip") for name in SCENARIOS]
ALL += [(name, "loopback") for name in SCENARIOS if name not in ONLY_BY_SIP]


@dataclass(frozen=True)
class Outcome:
    """What became of a scenario: its lines, leg by leg, how long it took and by how many seconds this process
    was late meanwhile, and what went wrong."""

    legs: dict[str, list[str]]
    seconds: float = 0.0
    late: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class Both:
    """What became of every scenario on FreeSWITCH and on the embedded switch."""

    freeswitch: dict[Wanted, Outcome]
    embedded: dict[Wanted, Outcome]


class Lateness:
    """Adds up by how many seconds this process, which drives every call, woke later than it wanted."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._watch = gevent.spawn(self._look)

    def _look(self) -> None:
        while True:
            due = time.monotonic() + _LOOK_EVERY
            gevent.sleep(_LOOK_EVERY)
            self.seconds += time.monotonic() - due

    def stop(self) -> None:
        self._watch.kill()


def play(peer: Peer, lateness: Lateness, name: str, way: Way, number: int, sounds: Path) -> Outcome:
    """One scenario, up to the end of its call."""
    before = lateness.seconds
    try:
        call = Call(peer, way, f"1390000{number:04}", sounds)
        SCENARIOS[name](call)
        call.hang_up()
        call.ends()
        for leg in (call.other, call.third):
            if leg in peer.line.channels:
                call.wait("CHANNEL_DESTROY", leg=leg)
    except (TimeoutError, AssertionError) as error:
        return Outcome({}, error=str(error))
    return Outcome(project(call), seconds(call), lateness.seconds - before)


def play_all(peer: Peer, wanted: list[Wanted], sounds: Path, first: int = 0) -> dict[Wanted, Outcome]:
    """Play what is wanted, `AT_ONCE` at a time, with callers counted from `first`."""
    pool, lateness = Pool(AT_ONCE), Lateness()
    jobs = {
        one: pool.spawn(play, peer, lateness, *one, number, sounds)
        for number, one in enumerate(wanted, first)
    }
    outcomes = {one: job.get() for one, job in jobs.items()}
    lateness.stop()
    return outcomes


@pytest.fixture(scope="module")
def both(
    request: pytest.FixtureRequest, freeswitch: Instance, tmp_path_factory: pytest.TempPathFactory
) -> Both:
    """Every scenario that was asked for, many at once, first on FreeSWITCH."""
    wanted = [
        cast("Wanted", item.callspec.params["wanted"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path
    ]
    sounds, there, here = (tmp_path_factory.mktemp(name) for name in ("sounds", "there", "here"))
    for name, length in SECONDS_OF_SOUNDS.items():
        write_tone(sounds / f"{name}.wav", length)
    with (
        embedded() as switch,
        Line(switch.listen_port, switch.password) as near,
        Line(freeswitch.port, freeswitch.password) as far,
    ):
        peers = real(far, freeswitch, there), imitation(near, switch, here)
        # One after the other: the embedded switch shares this process's one core with all who call it.
        real_ones, own = (play_all(peer, wanted, sounds) for peer in peers)
        for again in range(1, PLAYS):
            odd = [one for one in wanted if differences(real_ones[one], own[one])]
            if len(odd) > MANY:
                break
            real_ones |= play_all(peers[0], odd, sounds, again * 1000)
            own |= play_all(peers[1], odd, sounds, again * 1000)
        return Both(real_ones, own)


def differences(there: Outcome, here: Outcome) -> list[str]:
    """What happened otherwise on the embedded switch than on FreeSWITCH."""
    if there.error or here.error:
        return [there.error or here.error]
    return [
        f"{leg}: {line}"
        for leg in there.legs
        for line in difflib.unified_diff(there.legs[leg], here.legs[leg], n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]


@pytest.mark.parametrize("wanted", ALL, ids="-".join)
def test_a_call_goes_as_on_freeswitch(both: Both, wanted: Wanted) -> None:
    there, here = both.freeswitch[wanted], both.embedded[wanted]
    assert not there.error, f"on FreeSWITCH: {there.error}"
    assert not here.error, f"on the embedded switch: {here.error}"
    found = differences(there, here)
    assert not found, "\n".join(["- FreeSWITCH, + the embedded switch", *found])
    assert here.seconds == pytest.approx(there.seconds, abs=SLACK + 2 * (here.late + there.late))
