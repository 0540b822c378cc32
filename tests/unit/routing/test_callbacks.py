"""Callbacks: a place is kept, an agent comes first, who is not reached is tried again, none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import gevent
import pytest

from ivr.acd.events import ContactArrived
from ivr.acd.model import Agent, Contact, Group, Plan, Tier
from ivr.errors import CommandFailed, IvoryError, RefusedInput, StoreError
from ivr.esl import keeping
from ivr.esl.resync import Snapshot
from ivr.esl.wire import Event
from ivr.flow.scripted import ScriptedCall
from ivr.routing import callbacks as module
from ivr.routing.callbacks import Callbacks
from ivr.routing.desk import Desk
from ivr.routing.kept import Stay, pack, unpack
from ivr.routing.places import CallPlace
from ivr.routing.ringing_back import RingingBack
from ivr.routing.talks import Talk
from ivr.runtime.ports import Recall, Wish
from ivr.runtime.secrets import Secrets
from ivr.runtime.state import State
from ivr.runtime.state import pack as pack_state
from ivr.settings import Acd, Calls
from ivr.store.records import CallbackRecord

NOW = 1_800_000_000.0
NUMBER = "+8613800000000"
CALLS = Calls(number="sofia/gateway/trunk/{address}", allow=["+86"])
OPTIONS = Acd(callback_retries=[60.0, 300.0], callback_expires=3600.0, callback_caller_id="95598")
STATE = pack_state(State("desk", "later", "en-US", {"account": "12"}, entry="desk", version="v1"), Secrets())
NOBODY = Snapshot("core", ())
PLAN = Plan(
    {"billing": Group("billing")},
    {name: Agent(name, tiers={"billing": Tier()}, dial=name) for name in ("1001", "1002")},
)


@dataclass
class Job:
    answer: Callable[[], str]

    def get(self, timeout: float) -> str:
        return self.answer()


@dataclass
class FakeLine:
    """A FreeSWITCH on which agents answer at once; `customers` says what becomes of each call to one."""

    customers: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def bgapi(self, call: Any) -> Job:
        text = str(call.text if hasattr(call, "text") else call)
        if "trunk" not in text:
            return Job(lambda: "+OK")
        self.dialled.append(text)
        result = self.customers.pop(0) if self.customers else "answers"

        def answer() -> str:
            if result != "answers":
                raise CommandFailed(f"originate: -ERR {result}")
            return "+OK"

        return Job(answer)

    def api(self, call: Any) -> str:
        self.asked.append(str(call))
        return ""

    def post(self, *calls: Any, failed: Any = None) -> None:
        self.said += [str(call) for call in calls]

    def post_execute(self, channel: str, application: str, argument: Any = None, **_: Any) -> None:
        self.said.append(f"{application} {channel}")


class House:
    """A desk with two agents, of whom none is signed in, and its callbacks."""

    def __init__(
        self, kept: list[CallbackRecord] | None = None, load: Any = None, walkable: Any = lambda _state: None
    ) -> None:
        self.now = NOW
        self.line = FakeLine()
        self.records: list[CallbackRecord] = []
        self.desk = Desk(PLAN, CALLS, lambda _pieces: list, clock=lambda: self.now)
        self.desk.attach(self.line)  # type: ignore[arg-type]
        self.desk.up(NOBODY, {}, restarted=False)
        self.ringing = RingingBack(self.desk, CALLS, OPTIONS)
        self.callbacks = Callbacks(
            self.desk,
            self.ringing,
            CALLS,
            OPTIONS,
            lambda: PLAN.groups,
            self.records.append,
            lambda _timeout: True,
            load or (lambda: kept or []),
            walkable,
        )

    def ask(self, key: str = "c:1", number: str = NUMBER, since: float = NOW - 50, **more: Any) -> Any:
        call = ScriptedCall(call_id=key.partition(":")[0])
        return self.callbacks.ask(call, Recall(key, number, Wish(1, "billing"), since, state=STATE, **more))

    def sign_in(self, agent: str = "1001") -> None:
        self.desk.sign_in(agent)
        settle()

    def hear(self, name: str, leg: str, **more: str) -> None:
        lines = "".join(f"{header}: {value}\n" for header, value in more.items())
        event = Event.parse(f"Event-Name: {name}\nUnique-ID: {leg}\n{lines}\n".encode())
        assert event is not None
        self.desk.handle(event, driven=False)
        settle()

    @property
    def customer(self) -> str:
        """The leg of the customer who was dialled last."""
        return str(re.findall(r"origination_uuid=([0-9a-f-]{36})", self.line.dialled[-1])[0])

    def enter(self) -> Any:
        """The customer's call has come to its node, which asks for its place."""
        call = ScriptedCall(call_id=self.customer)
        return self.desk.enter(call, Wish(1, "billing"))

    def connect(self) -> Any:
        """Let the customer and the agent talk; gives the customer's place."""
        place = self.enter()
        settle()
        (ringing,) = self.desk.offers._by_id.values()
        self.hear("CHANNEL_BRIDGE", self.customer, **{"Bridge-B-Unique-ID": ringing.leg})
        return place

    def later(self, seconds: float) -> None:
        self.now += seconds
        self.callbacks.look()
        settle()

    @property
    def states(self) -> list[str]:
        return [record.state for record in self.records]

    @property
    def open(self) -> list[CallbackRecord]:
        return list(self.callbacks)


def settle() -> None:
    for _ in range(10):
        gevent.sleep(0)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr("ivr.routing.ringing_back.TONE", 0.0)
    made = House()
    made.callbacks.up(NOBODY)
    yield made
    made.callbacks.stop()
    made.desk.stop()


def test_a_promise_is_a_record_and_a_place(house: House) -> None:
    promise = house.ask()
    assert promise.position == 1
    (record,) = house.records
    assert (record.number, record.group, record.state, record.call) == (NUMBER, "billing", "waiting", "c")
    assert house.desk.waiting("billing") == 1


def test_the_place_in_time_is_that_of_the_first_wait(house: House) -> None:
    house.desk.tell(ContactArrived(Contact("other", "billing", NOW - 10)))
    assert house.ask(since=NOW - 50).position == 1
    assert house.desk.router.position("other") == 2


def test_an_agent_comes_first_and_then_the_customer_is_rung_with_our_number(house: House) -> None:
    house.ask()
    assert house.line.dialled == []
    house.sign_in()
    (dialled,) = house.line.dialled
    assert "13800000000" in dialled
    assert "origination_caller_id_number=95598" in dialled
    assert "ivr_callback=c:1" in dialled.replace("'", "")
    assert house.states[-1] == "dialling"
    house.connect()
    assert house.desk.states["1001"].state == "busy"


def test_once_they_talk_it_is_done_and_the_talk_is_one_as_any_other(house: House) -> None:
    house.ask()
    house.sign_in()
    house.connect()
    assert house.states[-1] == "done"
    assert house.records[-1].served_by == "1001"
    assert "state" not in house.records[-1].contact, "what the call knew is kept no longer than needed"
    assert house.open == []
    talk = house.desk.talks.by_agent("1001")
    assert talk is not None
    assert talk.call.id == house.customer
    house.hear("CHANNEL_HANGUP", house.customer)
    assert house.desk.states["1001"].state == "available"


def test_the_customer_s_leg_is_a_call_that_goes_on_where_it_asked(house: House) -> None:
    house.ask()
    house.sign_in()
    (dialled,) = house.line.dialled
    assert "ivr_flow=desk" in dialled
    assert "ivr_at=ivory-state" in dialled
    assert f"ivr_customer={NUMBER}" in dialled
    (stored,) = [said for said in house.line.asked if said.startswith("hash insert/ivory-state/")]
    assert house.customer in stored
    assert keeping.unpack(stored.rpartition("/")[2]) == STATE


def test_a_flow_that_is_no_more_calls_nobody() -> None:
    def walkable(state: str) -> None:
        raise IvoryError('there is no "desk: later" any more')

    house = House(walkable=walkable)
    house.callbacks.up(NOBODY)
    house.ask()
    house.sign_in()
    assert house.line.dialled == []
    assert (house.states[-1], house.records[-1].result) == ("failed", 'there is no "desk: later" any more')
    assert house.desk.states["1001"].state == "available"
    house.callbacks.stop()


def test_a_customer_who_hangs_up_before_the_talk_is_tried_again(house: House) -> None:
    house.ask()
    house.sign_in()
    house.hear("CHANNEL_HANGUP", house.customer)
    assert house.states[-1] == "waiting"
    assert house.desk.states["1001"].state == "available"
    first = house.customer
    house.later(60)
    assert house.customer != first, "each attempt is another call"


def test_an_agent_who_goes_while_the_customer_listens_leaves_them_in_the_queue(house: House) -> None:
    house.ask()
    house.sign_in()
    place = house.enter()
    settle()
    (ringing,) = house.desk.offers._by_id.values()
    house.desk.sign_in("1002")
    house.hear("CHANNEL_HANGUP", ringing.leg)
    assert len(house.line.dialled) == 1, "they are on the line already"
    (ringing,) = house.desk.offers._by_id.values()
    assert ringing.place is place
    house.hear("CHANNEL_BRIDGE", house.customer, **{"Bridge-B-Unique-ID": ringing.leg})
    assert house.states[-1] == "done"


def test_who_is_not_reached_is_tried_again_with_the_place_they_had(house: House) -> None:
    house.line.customers = ["NO_ANSWER"]
    house.ask()
    house.sign_in()
    assert house.states[-1] == "waiting"
    assert house.records[-1].result == "NO_ANSWER"
    assert house.desk.states["1001"].state == "available", "no blame for the agent"
    house.desk.pause("1001")
    house.desk.tell(ContactArrived(Contact("other", "billing", NOW - 10)))
    house.later(59)
    assert house.desk.router.position("other") == 1
    house.later(1)
    assert house.desk.router.position("other") == 2


def test_nobody_is_tried_for_ever(house: House) -> None:
    house.line.customers = ["USER_BUSY", "NO_ANSWER", "USER_BUSY"]
    house.ask()
    house.sign_in()
    house.later(60)
    house.later(300)
    assert len(house.line.dialled) == 3
    assert house.states[-1] == "failed"
    assert (house.records[-1].attempts, house.records[-1].result) == (3, "USER_BUSY")
    house.later(3000)
    assert len(house.line.dialled) == 3


def test_what_nobody_could_serve_expires(house: House) -> None:
    house.ask()
    house.later(3599)
    assert house.states[-1] == "waiting"
    house.later(1)
    assert house.states[-1] == "expired"
    assert house.desk.waiting("billing") == 0


def test_nobody_calls_before_the_time_they_wished(house: House) -> None:
    house.ask(due=NOW + 600)
    house.sign_in()
    house.later(599)
    assert house.line.dialled == []
    house.later(1)
    assert len(house.line.dialled) == 1


def test_asking_again_in_the_same_visit_is_the_same_callback(house: House) -> None:
    house.ask()
    house.ask()
    assert house.desk.waiting("billing") == 1
    assert len(house.records) == 1


def test_a_second_callback_of_a_customer_takes_over_the_first_one_s_place(house: House) -> None:
    house.ask("a:1", since=NOW - 500)
    house.desk.tell(ContactArrived(Contact("other", "billing", NOW - 400)))
    assert house.ask("b:1", since=NOW - 1).position == 1
    assert house.desk.waiting("billing") == 2
    (left,) = house.open
    assert left.id == "b:1"


def test_who_calls_in_meanwhile_goes_on_with_their_place(house: House) -> None:
    house.ask(since=NOW - 500)
    contact = house.callbacks.arriving(ScriptedCall(ani="13800000000"), Contact("x:1", "billing", NOW))
    assert contact.arrived == NOW - 500
    assert house.states[-1] == "cancelled"
    assert house.desk.waiting("billing") == 0
    other = house.callbacks.arriving(ScriptedCall(ani="13911112222"), Contact("y:1", "billing", NOW))
    assert other.arrived == NOW
    hidden = house.callbacks.arriving(ScriptedCall(ani=""), Contact("z:1", "billing", NOW))
    assert hidden.arrived == NOW


def test_what_may_not_be_dialled_is_refused(house: House) -> None:
    assert house.callbacks.dialled("13800000000") == NUMBER
    for number in ("+12025550123", "110", "1001", "", "x" * 300):
        with pytest.raises(RefusedInput):
            house.callbacks.dialled(number)
    with pytest.raises(RefusedInput):
        house.ask(number="+12025550123")
    assert house.records == []


def test_a_group_there_is_none_of_takes_nobody(house: House) -> None:
    with pytest.raises(IvoryError, match="no skill group"):
        house.callbacks.ask(ScriptedCall(), Recall("c:1", NUMBER, Wish(1, "bilding"), NOW))


def test_promises_have_a_bound(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    house.ask("a:1")
    with pytest.raises(IvoryError, match="already"):
        house.ask("b:1", number="+8613911112222")


def test_an_agent_who_goes_while_it_rings_costs_no_attempt(house: House) -> None:
    house.ask()

    def gone(call: Any) -> Job:
        def answer() -> str:
            house.hear("CHANNEL_HANGUP", next(rung.leg for rung in house.ringing._by_leg.values()))
            raise CommandFailed("originate: -ERR ORIGINATOR_CANCEL")

        return Job(answer if "trunk" in str(call) else lambda: "+OK")

    house.line.bgapi = gone  # type: ignore[method-assign]
    house.sign_in()
    settle()
    assert house.records[-1].state == "waiting"
    assert house.records[-1].attempts == 0
    del house.line.bgapi
    house.desk.sign_in("1002")
    house.later(1)
    assert len(house.line.dialled) == 1


# After a crash -------------------------------------------------------------------------------------------


def test_what_was_promised_is_taken_up_by_the_next_worker_once(house: House) -> None:
    house.ask(since=NOW - 500)
    next_one = House(kept=[house.records[-1]])
    next_one.callbacks.up(NOBODY)
    next_one.callbacks.up(NOBODY)
    assert [record.id for record in next_one.open] == ["c:1"]
    next_one.desk.tell(ContactArrived(Contact("other", "billing", NOW - 400)))
    assert next_one.desk.router.position("other") == 2
    next_one.sign_in()
    assert len(next_one.line.dialled) == 1


def test_a_talk_that_goes_on_is_no_callback_to_be_made(house: House) -> None:
    house.ask()
    house.sign_in()
    contact, call = house.records[-1], ScriptedCall(call_id=house.customer)
    next_one = House(kept=[contact])
    served = unpack(str(contact.contact["packed"])).contact
    next_one.desk.talks.begin(Talk(call, "leg", "1001", served, NOW), found=True)
    next_one.callbacks.up(NOBODY)
    assert next_one.line.dialled == []
    assert next_one.states == ["done"]


def test_a_customer_who_waits_on_the_line_is_not_dialled(house: House) -> None:
    house.ask()
    house.sign_in()
    record, customer = house.records[-1], house.customer
    next_one = House(kept=[record])
    contact = unpack(str(record.contact["packed"])).contact
    next_one.desk.put(CallPlace(next_one.desk, customer, contact, ScriptedCall(call_id=customer)))
    next_one.desk.tell(ContactArrived(contact))
    leg = channel({"Unique-ID": customer, "variable_ivr_callback": "c:1"})
    next_one.callbacks.up(Snapshot("core", (leg,)))
    next_one.sign_in()
    assert next_one.line.dialled == []
    (ringing,) = next_one.desk.offers._by_id.values()
    next_one.hear("CHANNEL_BRIDGE", customer, **{"Bridge-B-Unique-ID": ringing.leg})
    assert next_one.states == ["done"]


def test_a_customer_whose_telephone_rang_is_let_go_and_called_again(house: House) -> None:
    house.ask()
    house.sign_in()
    customer = channel({"Unique-ID": "alone", "variable_ivr_callback": "c:1"})
    next_one = House(kept=[house.records[-1]])
    next_one.callbacks.up(Snapshot("core", (customer,)))
    assert any("uuid_kill alone" in said for said in next_one.line.said)
    assert next_one.desk.waiting("billing") == 1


def test_a_database_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN", 0.0)
    asked: list[int] = []

    def load() -> list[CallbackRecord]:
        asked.append(1)
        if len(asked) == 1:
            raise StoreError("away")
        return [record()]

    house = House(load=load)
    house.callbacks.up(NOBODY)
    assert house.open == []
    gevent.sleep(0.01)
    assert [each.id for each in house.open] == ["old:1"]


def test_a_record_that_cannot_be_read_costs_only_itself() -> None:
    broken = CallbackRecord(
        "bad:1", NUMBER, "billing", datetime.fromtimestamp(NOW, UTC), "waiting", contact={}
    )
    house = House(kept=[broken, record()])
    house.callbacks.up(NOBODY)
    assert [each.id for each in house.open] == ["old:1"]


def record() -> CallbackRecord:
    contact = Contact("old:1", "billing", NOW - 900, callback=True)
    asked = datetime.fromtimestamp(NOW - 900, UTC)
    return CallbackRecord(
        "old:1",
        NUMBER,
        "billing",
        asked,
        "waiting",
        contact={"packed": pack(Stay(contact)), "dialled": "95598", "state": STATE},
    )


def channel(headers: dict[str, str]) -> Event:
    lines = "\n".join(f"{name}: {value}" for name, value in {"Event-Name": "CHANNEL_DATA", **headers}.items())
    event = Event.parse(f"{lines}\n\n".encode())
    assert event is not None
    return event
