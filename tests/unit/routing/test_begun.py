"""Orders whose end is not known yet, as a telephone rings first: what is told, and where it is seen."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from ivr.clock import SystemClock
from ivr.errors import IvoryError
from ivr.routing.orders import Orders
from ivr.routing.staff import Staff
from ivr.routing.talking import Talking
from ivr.settings import Settings
from tests.centre import Centre

SEEN = "; `ivr acd status` shows what becomes of it"


class House:
    """A centre whose agents and supervisors may do everything; 1001 talks with a caller."""

    def __init__(self) -> None:
        self.centre = Centre()
        planning: Any = SimpleNamespace(now=self.centre.plan)
        self.talking = Talking(
            self.centre.desk, planning, Settings(), lambda _record: None, SystemClock(), lambda *_: {}
        )
        staff = Staff(
            self.centre.desk, lambda: self.centre.plan, lambda _record: None, beside=self.talking.of
        )
        self.orders = Orders(
            staff, *self.talking.parts, audit=self.centre.audit.append, now=lambda: datetime.now(UTC)
        )
        for agent in ("1001", "1002"):
            self.give("agent.sign_in", agent=agent)
        self.centre.talks(self.centre.waits("call-1"), "1001")

    def give(self, order: str, **given: Any) -> Any:
        return self.orders.give(order, "cli:zhang", given)

    def agent(self, name: str) -> Any:
        return self.give("acd.status")["agents"][name]


@pytest.fixture
def house() -> Any:
    house = House()
    yield house
    house.centre.stop()


def test_a_supervisor_is_told_that_their_telephone_rings_and_status_shows_it(house: House) -> None:
    said = house.give("supervisor.monitor", agent="1001", at="9001")
    assert said == {"says": f"rings 9001 (monitor){SEEN}"}
    assert house.agent("1001")["listeners"] == [{"at": "9001", "mode": "monitor", "there": False}]
    assert house.agent("1002")["listeners"] == []


def test_a_supervisor_who_listens_otherwise_is_told_from_what_to_what(house: House) -> None:
    house.give("supervisor.monitor", agent="1001", at="9001")
    said = house.give("supervisor.whisper", agent="1001", at="9001")
    assert said == {"before": "monitor", "says": "9001 goes from monitor to whisper"}
    assert house.give("supervisor.whisper", agent="1001", at="9001")["says"] == "9001 is in whisper already"


def test_who_takes_a_caller_over_is_rung_first(house: House) -> None:
    said = house.give("supervisor.intercept", agent="1001", at="9001")
    assert said == {"says": f"rings 9001, who has the caller by answering{SEEN}"}


def test_a_consultation_is_told_as_begun_and_status_shows_who_is_asked(house: House) -> None:
    said = house.give("agent.consult", agent="1001", to={"extension": "8000"})
    assert said == {"says": f"asks extension 8000 while the caller hears music{SEEN}"}
    assert house.agent("1001")["asks"] == {"kind": "extension", "name": "8000", "there": False}


def test_a_call_of_an_agent_is_told_as_begun_and_status_shows_whom_they_call(house: House) -> None:
    said = house.give("agent.dial", agent="1002", number="8000")
    assert said["says"] == f"rings 1002, and 8000 when they have answered{SEEN}"
    assert (house.agent("1002")["state"], house.agent("1002")["calls"]) == ("busy", "8000")
    with pytest.raises(IvoryError, match="in a call"):
        house.give("agent.dial", agent="1002", number="8001")


def test_whether_somebody_is_on_hold_is_seen_and_told_at_once(house: House) -> None:
    told: list[tuple[str, bool]] = []
    house.talking.conversations.changed.append(
        lambda agent: told.append((agent, house.talking.of(agent)["on_hold"]))
    )
    house.give("agent.hold", agent="1001")
    assert house.agent("1001")["on_hold"]
    house.give("agent.retrieve", agent="1001")
    assert not house.agent("1001")["on_hold"]
    assert told == [("1001", True), ("1001", False)]
