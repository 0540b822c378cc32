"""Calls that are made by order: what the switch is told, and what becomes of one whose end nobody saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote

import gevent
import pytest

from ivr.acd.model import Plan
from ivr.errors import CommandFailed, CommandTimeout, Invalid, IvoryError, StoreError
from ivr.esl.resync import Snapshot
from ivr.esl.wire import Event
from ivr.routing.arguments import StartCall
from ivr.routing.desk import Desk
from ivr.routing.outward import LATE, Outward
from ivr.routing.tolls import Tolls
from ivr.runtime.journey import CallDialled, CallUnreached, Journey, JourneyEvent
from ivr.runtime.library import Entry, Library
from ivr.settings import Calls
from ivr.store.records import CallRecord
from tests.calls import load

NOW = 1_800_000_000.0
CALLS = Calls(number="sofia/gateway/trunk/{address}", allow=["+86"], outward_per_minute=2, guard=15)
NUMBER = "+8613800000000"
FLOW = """
    id: remind
    vars: {name: ""}
    inputs: [name]
    nodes: {bye: {type: hangup, prompt: Bye.}}
"""


@dataclass
class Line:
    """A FreeSWITCH that says of each telephone what `result` does."""

    result: Callable[[], str] = lambda: "+OK"
    rung: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def bgapi(self, call: Any) -> Any:
        self.rung.append(str(call))
        result = self.result

        class Job:
            def get(self, timeout: float) -> str:
                return result()

        return Job()

    def api(self, call: Any) -> str:
        self.told.append(str(call))
        return ""

    def post(self, *calls: Any, failed: Any = None) -> None:
        self.told += [str(call) for call in calls]

    def post_execute(self, *_: Any, **__: Any) -> None: ...


class House:
    """A desk without agents that makes calls."""

    def __init__(self) -> None:
        self.now = NOW
        self.line = Line()
        self.told: list[JourneyEvent] = []
        self.stored: dict[str, CallRecord] = {}
        self.away = False
        self.desk = Desk(Plan(), CALLS, lambda _pieces: list, clock=lambda: self.now)
        self.desk.attach(self.line)
        self.desk.up(Snapshot("core", ()), {}, restarted=False)
        flows = load(FLOW, checked=False)
        self.outward = Outward(
            self.desk,
            Tolls(CALLS, self.line.api, lambda: self.now),
            CALLS,
            cast(Library, _Shelf(flows)),
            Journey(self.told.append),
            lambda _seconds: True,
            self._find,
            "w1",
        )

    def _find(self, call: str) -> CallRecord | None:
        if self.away:
            raise StoreError("the database is away")
        return self.stored.get(call)

    def start(self, **given: Any) -> tuple[str, bool]:
        asked = {"number": NUMBER, "flow": "remind", "variables": {"name": "Li"}, **given}
        begun = self.outward.start(StartCall(**asked))
        gevent.sleep(0)
        return begun

    def ends(self) -> list[tuple[str, str]]:
        return [(event.call, event.cause) for event in self.told if isinstance(event, CallUnreached)]

    def hears(self, name: str, call: str, **headers: str) -> None:
        self.desk.handle(_event(name, call, **headers), driven=False)


class _Shelf:
    """A library of one flow; `others` has the calls that belong to none."""

    others = ""

    def __init__(self, flows: Any) -> None:
        self.flows = flows

    def choose(self, wish: str, dnis: str, caller: str = "") -> Entry | None:
        name = wish if wish in self.flows else self.others
        return Entry(name, self.flows) if name else None


def _event(name: str, call: str, **headers: str) -> Event:
    """An event; `Answer_State` stands for the header `Answer-State`, variables are named as they are."""
    told = {key if key.startswith("variable_") else key.replace("_", "-"): headers[key] for key in headers}
    lines = {"Event-Name": name, "Unique-ID": call, **told}.items()
    event = Event.parse("".join(f"{key}: {quote(value)}\n" for key, value in lines).encode() + b"\n")
    assert event is not None
    return event


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.desk.stop()


def late() -> str:
    raise CommandTimeout("no answer within 40 s")


def busy() -> str:
    raise CommandFailed("originate: -ERR USER_BUSY")


def test_the_leg_carries_all_that_the_next_worker_needs(house: House) -> None:
    call, _ = house.start(caller_id="95598", ring=20)
    (ring,) = house.line.rung
    for part in (
        f"origination_uuid={call}", "originate_timeout=20", "ivr_flow=remind", "ivr_at=ivory-state",
        f"ivr_customer={NUMBER}", "origination_caller_id_number=95598", "ivr_by=w1", f"trunk/{NUMBER}",
    ):  # fmt: skip
        assert part in ring
    stored = next(told for told in house.line.told if told.startswith("hash insert/ivory-state/"))
    assert f"/{call}/" in stored
    assert any(told.startswith(f"sched_api +35 ivr-guard-{call}") for told in house.line.told)


def test_it_is_told_before_anybody_is_rung(house: House) -> None:
    house.outward.start(StartCall(number=NUMBER, flow="remind"))
    (event,) = house.told
    assert isinstance(event, CallDialled)
    assert (event.flow, event.ani, house.line.rung) == ("remind", NUMBER, [])


def test_who_is_busy_is_told_once_though_two_say_so(house: House) -> None:
    house.line.result = busy
    call, _ = house.start()
    house.hears("CHANNEL_HANGUP", call, Hangup_Cause="USER_BUSY")
    assert house.ends() == [(call, "USER_BUSY")]


def test_ringing_that_is_not_seen_goes_on_until_the_switch_says_more(house: House) -> None:
    house.line.result = late
    call, _ = house.start()
    assert house.ends() == []
    house.hears("CHANNEL_HANGUP", call, Hangup_Cause="NO_ANSWER")
    assert house.ends() == [(call, "NO_ANSWER")]


def test_who_answered_is_no_longer_ours_to_end(house: House) -> None:
    house.line.result = late
    call, _ = house.start()
    house.hears("CHANNEL_PARK", call)
    house.hears("CHANNEL_HANGUP", call, Hangup_Cause="NORMAL_CLEARING")
    assert house.ends() == []


def test_who_answers_and_hangs_up_at_once_was_never_in_the_flow(house: House) -> None:
    call, _ = house.start()
    gevent.sleep(0.01)  # FreeSWITCH has said that they answered
    house.hears("CHANNEL_ANSWER", call)
    assert call in house.outward
    house.hears("CHANNEL_HANGUP", call, Hangup_Cause="NORMAL_CLEARING")
    assert house.ends() == [(call, "NORMAL_CLEARING")]


def test_one_that_is_gone_when_the_line_is_back_was_not_reached(house: House) -> None:
    house.line.result = late
    call, _ = house.start()
    house.outward.found(Snapshot("core", ()))
    assert house.ends() == []  # FreeSWITCH may be about to ring
    house.now += LATE + 1
    house.outward.found(Snapshot("core", ()))
    assert house.ends() == [(call, "NORMAL_UNSPECIFIED")]


def test_one_that_a_worker_before_rang_is_followed_to_its_end(house: House) -> None:
    call = "00000000-0000-4000-8000-00000000000a"
    leg = _event(
        "CHANNEL_DATA", call, variable_ivr_outward="v1", variable_ivr_customer=NUMBER,
        variable_ivr_flow="remind", variable_origination_uuid=call, Answer_State="ringing",
    )  # fmt: skip
    house.outward.found(Snapshot("core", (leg,)))
    assert [event.call for event in house.told if isinstance(event, CallDialled)] == [call]
    house.hears("CHANNEL_HANGUP", call, Hangup_Cause="NO_ANSWER")
    assert house.ends() == [(call, "NO_ANSWER")]


@pytest.mark.parametrize("others", ["", "remind"])
def test_a_flow_that_there_is_none_of_is_refused_also_where_one_answers_all_others(
    house: House, monkeypatch: pytest.MonkeyPatch, others: str
) -> None:
    monkeypatch.setattr(_Shelf, "others", others)
    with pytest.raises(Invalid) as refused:
        house.start(flow="remnid")
    error = refused.value
    assert (error.message, error.field) == ('there is no flow "remnid"', "flow")
    assert error.hint == 'did you mean "remind"?'
    assert not house.line.rung


def test_a_key_whose_first_use_was_refused_may_be_used_again(house: House) -> None:
    with pytest.raises(IvoryError, match="may not be dialled"):
        house.start(number="+4930123", key="k")
    assert house.start(key="k")[1]


def test_one_that_is_in_the_store_is_not_rung_again(house: House) -> None:
    call, _ = house.start(key="k")
    another = House()
    another.stored[call] = CallRecord(call, datetime.now(UTC), "remind", ani=NUMBER, end="unreached")
    assert another.start(key="k") == (call, False)
    assert another.line.rung == []
    another.desk.stop()


def test_where_nobody_knows_whether_it_was_asked_for_nobody_is_rung(house: House) -> None:
    house.away = True
    with pytest.raises(StoreError):
        house.start(key="k")
    assert house.line.rung == []
    assert house.start()[1]  # without a key there is nothing to know


def test_asking_again_costs_no_toll(house: House) -> None:
    for _ in range(5):
        house.start(key="k")
    house.start(key="other")
    with pytest.raises(IvoryError, match="2 calls were dialled in the last minute"):
        house.start(key="third")
