"""A telephone that FreeSWITCH has not begun to ring when its offer is withdrawn is not rung for nobody."""

from __future__ import annotations

from typing import Any

import gevent
import pytest

from ivr.acd.actions import Offer
from ivr.acd.model import Contact
from ivr.errors import CommandFailed
from ivr.esl.background import BackgroundJob
from ivr.routing import offers
from ivr.routing.offers import Offers
from ivr.settings import Calls


class SlowLine:
    """A FreeSWITCH that knows of a leg only after so many commands about it."""

    def __init__(self, knows_after: int) -> None:
        self.knows_after = knows_after
        self.kills = 0
        self.job = BackgroundJob(lambda _uuid: None)

    def bgapi(self, call: Any) -> BackgroundJob:
        return self.job

    def post(self, *calls: Any, failed: Any = None) -> None:
        self.kills += 1
        if self.kills <= self.knows_after:
            failed(CommandFailed("uuid_kill: -ERR No such channel!"))


def withdrawn(line: SlowLine) -> None:
    offer = Offer("o1", Contact("call:1", "billing", 100.0), "1001", 120.0, "null/agent")
    ring = Offers(line, Calls(), lambda *_: None, lambda _: None, lambda _: list, lambda: 100.0)  # type: ignore[arg-type]
    ring.ring(offer, None, {}, [], lambda _offer, _leg: None)
    gevent.sleep(0.01)
    ring.withdraw("o1")
    gevent.sleep(0.1)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offers, "STRAY_AFTER", 0.001)


def test_it_is_hung_up_as_soon_as_it_is_there() -> None:
    line = SlowLine(knows_after=3)
    withdrawn(line)
    assert line.kills == 4


def test_one_that_never_comes_is_given_up() -> None:
    line = SlowLine(knows_after=1000)
    withdrawn(line)
    assert line.kills == 1 + offers.STRAY_TRIES


def test_one_that_has_ended_is_let_be() -> None:
    line = SlowLine(knows_after=1000)
    line.job.done("-ERR NO_ANSWER")
    withdrawn(line)
    assert line.kills <= 1
