from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

import pytest

from ivr.acd.actions import AgentChanged, ContactEnded, Moved, Offer, Withdraw
from ivr.acd.events import ContactArrived, OfferFailed, ServiceEnded, ServiceRestored
from ivr.acd.model import Contact
from ivr.call import Call
from ivr.routing.chronicle import Chronicle
from ivr.routing.talks import Talk
from ivr.store.customers import history as of_customer
from ivr.store.models import Agents, Offers
from ivr.store.records import AgentRecord, ContactRecord, OfferRecord, Record
from ivr.store.rows import pack, unpack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert


@dataclass(frozen=True)
class Calling:
    id: str
    ani: str


CALL = cast(Call, Calling("call", "13800000001"))
CONTACT = Contact("call:1", "billing", 100.0, customer="C1", priority=5.0)


def moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def test_a_contact_is_told_from_its_arrival_to_the_end_of_wrap_up(tmp_path: object) -> None:
    records: list[Record] = []
    now = 100.0
    chronicle = Chronicle(records.append, lambda: now, "fs1")
    chronicle.arrived(CONTACT, CALL, "zh-CN")
    now = 110.0
    chronicle.told(Offer("o1", CONTACT, "1001", 130.0))
    now = 120.0
    chronicle.heard(OfferFailed("o1", "no_answer"))
    chronicle.told(Moved("call:1", "sales", "wait"))
    chronicle.told(Offer("o2", CONTACT, "1002", 150.0))
    chronicle.told(Offer("o3", CONTACT, "1003", 150.0))
    now = 125.0
    chronicle.told(Withdraw("o3", "call:1", "1003", "lost"))
    chronicle.told(ContactEnded("call:1", "sales", "answered", 25.0, "1002"))
    talk = Talk(CALL, "leg", "1002", CONTACT, 125.0)
    chronicle.began(talk)
    now = 185.0
    talk.on_hold.turn(True, 130.0)
    talk.on_hold.turn(False, 140.0)
    talk.ended_by, talk.sent = "agent", "flow:survey"
    chronicle.ended(talk)
    chronicle.told(AgentChanged("1002", "wrap_up", "", 185.0, 215.0, tallies={"calls": 3.0}))
    now = 200.0
    chronicle.told(AgentChanged("1002", "available", "", 200.0))
    with open_current(f"sqlite:///{tmp_path}/ivory.db") as store:
        assert Upsert(store)([pack(record) for record in records]) == []
        (contact,) = of_customer(store, "C1")
        offers = [
            unpack(OfferRecord, row) for row in Offers.select().order_by(Offers.agent).execute(store.db)
        ]
        (agent,) = [unpack(AgentRecord, row) for row in Agents.select().execute(store.db)]
    assert (contact.call, contact.ani, contact.language, contact.node) == (
        "call",
        "+8613800000001",
        "zh-CN",
        "fs1",
    )
    assert (contact.group, contact.passed, contact.agent) == ("sales", ("billing",), "1002")
    assert (contact.disposition, contact.waited, contact.talk, contact.wrap_up) == (
        "answered",
        25.0,
        50.0,
        15.0,
    )
    assert (contact.hold, contact.ended_by, contact.transferred_to) == (10.0, "agent", "flow:survey")
    assert (contact.offered, contact.answered, contact.ended) == (moment(110), moment(125), moment(185))
    assert [(one.agent, one.result, one.ended) for one in offers] == [
        ("1001", "no_answer", moment(120)), ("1002", "connected", moment(125)), ("1003", "lost", moment(125)),
    ]  # fmt: skip
    assert (agent.state, agent.until, agent.tallies) == ("available", None, {})


def test_who_gives_up_has_an_end_and_no_agent() -> None:
    records: list[Record] = []
    chronicle = Chronicle(records.append, lambda: 130.0, "fs1")
    chronicle.arrived(CONTACT, CALL)
    chronicle.told(ContactEnded("call:1", "billing", "abandoned", 30.0))
    last = records[-1]
    assert isinstance(last, ContactRecord)
    assert (last.ended, last.ended_by, last.agent) == (moment(130), "caller", "")


@pytest.mark.parametrize(
    ("contact", "before"),
    [("call:1", ""), ("call:1.2", "call:1"), ("call:1.3", "call:1.2"), ("call:12.11", "call:12.10")],
)
def test_who_was_sent_to_another_queue_came_from_the_one_before(contact: str, before: str) -> None:
    records: list[Record] = []
    Chronicle(records.append, lambda: 130.0, "fs1").arrived(replace(CONTACT, id=contact), CALL)
    (record,) = records
    assert isinstance(record, ContactRecord)
    assert record.transferred_from == before


def test_who_waited_through_a_restart_keeps_their_arrival() -> None:
    records: list[Record] = []
    before, after = (Chronicle(records.append, lambda: 160.25, "fs1") for _ in range(2))
    before.arrived(replace(CONTACT, arrived=100.0004321), CALL)
    after.heard(ContactArrived(replace(CONTACT, arrived=100.0)))  # as the call keeps it
    after.told(ContactEnded("call:1", "billing", "timed_out", 58.2))
    assert {pack(record).values[:2] for record in records} == {("call:1", "1970-01-01 00:01:40.000000")}
    assert [record.ended_by for record in records if isinstance(record, ContactRecord)][-1] == "system"


def test_a_colleague_who_was_asked_is_told_to_the_end_of_their_notes() -> None:
    records: list[Record] = []
    now = 100.0
    chronicle = Chronicle(records.append, lambda: now, "fs1")
    asked = Contact("leg:asked.1", "billing", 90.0)
    chronicle.heard(ContactArrived(asked))
    chronicle.told(Offer("o1", asked, "1001", 130.0))
    chronicle.told(ContactEnded("leg:asked.1", "billing", "answered", 10.0, "1001"))
    now = 140.0
    chronicle.heard(ServiceEnded("1001", "leg:asked.1"))
    chronicle.told(AgentChanged("1001", "wrap_up", "", 140.0))
    now = 150.0
    chronicle.told(AgentChanged("1001", "available", "", 150.0))
    contacts = [record for record in records if isinstance(record, ContactRecord)]
    (end,) = [record for record in contacts if record.ended]
    assert (end.talk, end.hold, end.ended) == (40.0, None, moment(140))
    assert contacts[-1].wrap_up == 10.0
    records.clear()
    chronicle.heard(ServiceEnded("1001", "leg:asked.1"))
    assert records == []


def test_a_talk_that_ended_while_nobody_looked_has_an_end() -> None:
    records: list[Record] = []
    chronicle = Chronicle(records.append, lambda: 150.0, "fs1")
    chronicle.heard(ServiceRestored(CONTACT, "1001", 110.0))
    chronicle.heard(ServiceEnded("1001", "call:1"))
    (end,) = [record for record in records if isinstance(record, ContactRecord)]
    assert (end.talk, end.ended, end.agent, end.ended_by) == (40.0, moment(150), "1001", "")


def test_a_new_router_is_told_everything_anew() -> None:
    records: list[Record] = []
    chronicle = Chronicle(records.append, lambda: 130.0, "fs1")
    chronicle.arrived(CONTACT, CALL)
    chronicle.forget()
    records.clear()
    chronicle.told(ContactEnded("call:1", "billing", "abandoned", 30.0))
    assert records == []
