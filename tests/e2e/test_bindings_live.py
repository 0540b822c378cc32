"""What an admin binds is what the next caller meets: a whole worker on the embedded switch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gevent.queue import Queue

from ivr.clock import SystemClock
from ivr.dids import Did
from ivr.hours import Forced
from ivr.lab.lab import Lab
from ivr.runtime.journey import CallStarted, NodeEntered
from ivr.settings import Settings
from ivr.store import calendars, numbers
from ivr.store.bindings import Change
from ivr.store.schema import open_current

FLOW = """
id: {name}
languages: [zh-CN, en-US]
numbers: ["{number}"]
answer: never
calendars: {{office: {{timezone: UTC, daily: 24h}}}}
nodes:
  door: {{type: hours, calendar: office, open: here, closed: away}}
  here: {{type: hangup}}
  away: {{type: hangup}}
"""
WAIT = 10.0


class House:
    """A lab whose steps can be waited for."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.told: Queue[CallStarted | NodeEntered] = Queue()
        lab.app.journey.listeners.append(self._listen)

    def _listen(self, event: object) -> None:
        if isinstance(event, CallStarted) or (isinstance(event, NodeEntered) and event.node != "door"):
            self.told.put(event)

    def call(self, number: str) -> tuple[str, str, str]:
        """The flow that answers, its language, and the node behind its door."""
        self.lab.app.bindings.refresh()  # what the worker does each second
        self.lab.switch.dial(number, ani="13800000000")
        began, came = self.told.get(timeout=WAIT), self.told.get(timeout=WAIT)
        assert isinstance(began, CallStarted)
        assert isinstance(came, NodeEntered)
        return began.flow, began.language, came.node

    def change(self, work: object, *what: object) -> None:
        with open_current(self.lab.settings.store.url, patience=5.0) as store:
            work(store, *what, Change("admin", SystemClock().now()))  # type: ignore[operator]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    flows = tmp_path / "flows"
    flows.mkdir()
    (tmp_path / "lab").mkdir()
    for name, number in (("hotline", "95598"), ("support", "8001")):
        (flows / f"{name}.yaml").write_text(FLOW.format(name=name, number=number))
    settings = Settings()
    own = settings.flows.model_copy(update={"dir": flows, "sounds": flows})
    with Lab(settings.model_copy(update={"flows": own}), tmp_path / "lab", plan="groups: {}") as lab:
        yield House(lab)


def test_a_number_comes_to_the_flow_of_its_row_in_the_rows_language(house: House) -> None:
    assert house.call("95598") == ("hotline", "zh-CN", "here")
    house.change(numbers.put, Did("95598", "support", "en-US"))
    assert house.call("95598") == ("support", "en-US", "here")
    house.change(numbers.remove, "95598")
    assert house.call("95598") == ("hotline", "zh-CN", "here")


def test_a_number_that_no_flow_wishes_for_may_be_dialled_once_it_has_a_row(house: House) -> None:
    house.change(numbers.put, Did("86XX", "support"))
    assert house.call("8642") == ("support", "zh-CN", "here")


def test_a_number_that_is_switched_off_reaches_nobody(house: House) -> None:
    house.change(numbers.put, Did("95598", "hotline", enabled=False))
    house.lab.app.bindings.refresh()
    caller = house.lab.switch.dial("95598", ani="13800000000")
    assert caller.wait_end(WAIT)
    assert caller.cause == "NO_ROUTE_DESTINATION"
    assert house.told.empty()


def test_a_calendar_that_is_switched_to_closed_is_closed_for_the_next_caller(house: House) -> None:
    house.change(calendars.force, "office", Forced("closed", None, "水淹"))
    assert house.call("95598") == ("hotline", "zh-CN", "away")
    house.change(calendars.unforce, "office")
    assert house.call("95598") == ("hotline", "zh-CN", "here")


def test_the_houses_hours_take_the_place_of_the_flows(house: House) -> None:
    house.change(calendars.put, "office", {"timezone": "UTC", "daily": "closed"})
    assert house.call("8001") == ("support", "zh-CN", "away")
