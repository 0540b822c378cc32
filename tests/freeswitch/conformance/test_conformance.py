"""The embedded switch does what FreeSWITCH does: the same calls go through both, and look the same.

Every scenario is played once on each, many at a time; then each is a test of its own.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import gevent
import pytest
from gevent.pool import Pool

from tests.freeswitch.conformance.call import Call
from tests.freeswitch.conformance.line import Line
from tests.freeswitch.conformance.peers import Peer, Way, embedded, imitation, real
from tests.freeswitch.conformance.projection import project, seconds
from tests.freeswitch.conformance.scenarios import ONLY_BY_SIP, SCENARIOS
from tests.freeswitch.instance import Instance
from tests.wire.switch.conftest import write_tone

AT_ONCE = 12
SLACK = 1.0
"""Seconds by which a call may last longer on one switch than on the other, on a busy machine."""

SECONDS_OF_SOUNDS = {"short": 0.1, "half": 0.5, "long": 30.0}
Wanted = tuple[str, Way]
ALL: list[Wanted] = [(name, "sip") for name in SCENARIOS]
ALL += [(name, "loopback") for name in SCENARIOS if name not in ONLY_BY_SIP]


@dataclass(frozen=True)
class Outcome:
    """What became of a scenario: its lines, leg by leg, how long it took, and what went wrong."""

    legs: dict[str, list[str]]
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class Both:
    """What became of every scenario on FreeSWITCH and on the embedded switch."""

    freeswitch: dict[Wanted, Outcome]
    embedded: dict[Wanted, Outcome]


def play(peer: Peer, name: str, way: Way, number: int, sounds: Path) -> Outcome:
    """One scenario, up to the end of its call."""
    try:
        call = Call(peer, way, f"1390000{number:04}", sounds)
        SCENARIOS[name](call)
        call.hang_up()
        call.ends()
        if call.other in peer.line.channels:
            call.wait("CHANNEL_DESTROY", leg=call.other)
    except (TimeoutError, AssertionError) as error:
        return Outcome({}, error=str(error))
    return Outcome(project(call), seconds(call))


def play_all(peer: Peer, wanted: list[Wanted], sounds: Path) -> dict[Wanted, Outcome]:
    """Play what is wanted, `AT_ONCE` at a time."""
    pool = Pool(AT_ONCE)
    jobs = {one: pool.spawn(play, peer, *one, number, sounds) for number, one in enumerate(wanted)}
    return {one: job.get() for one, job in jobs.items()}


@pytest.fixture(scope="module")
def both(
    request: pytest.FixtureRequest, freeswitch: Instance, tmp_path_factory: pytest.TempPathFactory
) -> Both:
    """Every scenario that was asked for, many at once, on both."""
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
        jobs = [gevent.spawn(play_all, peer, wanted, sounds) for peer in peers]
        return Both(*(job.get() for job in jobs))


@pytest.mark.parametrize("wanted", ALL, ids="-".join)
def test_a_call_goes_as_on_freeswitch(both: Both, wanted: Wanted) -> None:
    there, here = both.freeswitch[wanted], both.embedded[wanted]
    assert not there.error, f"on FreeSWITCH: {there.error}"
    assert not here.error, f"on the embedded switch: {here.error}"
    differences = [
        f"{leg}: {line}"
        for leg in there.legs
        for line in difflib.unified_diff(there.legs[leg], here.legs[leg], n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]
    assert not differences, "\n".join(["- FreeSWITCH, + the embedded switch", *differences])
    assert here.seconds == pytest.approx(there.seconds, abs=SLACK)
