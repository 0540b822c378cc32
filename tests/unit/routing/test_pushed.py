"""Pushed contacts: they wait as callers do, are offered without a telephone, and outlive workers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import gevent
import pytest

from ivr.acd.events import HoursChanged, Tick
from ivr.acd.plan import load
from ivr.errors import IvoryError, StoreError
from ivr.esl.resync import Snapshot
from ivr.flow.scripted import ScriptedCall
from ivr.routing.chronicle import Chronicle
from ivr.routing.contact_orders import ContactDesk
from ivr.routing.desk import Desk
from ivr.routing.kept import pack, unpack
from ivr.routing.orders import Orders
from ivr.routing.pushed import AGAIN, Pushed
from ivr.routing.staff import Staff
from ivr.runtime.ports import Wish
from ivr.settings import Calls
from ivr.store.records import AuditRecord, ContactRecord, PushedRecord, Record
from tests.centre import NOW, Line

PLAN = """
dispositions: {solved: Solved}
skills: [billing]
groups:
  mail: {agents: [1001, 1002], ring: 30s}

agents:
  1001: {name: 王芳, skills: {billing: 5}, capacity: {voice: 1, email: 2}}
  1002: {name: 李雷, capacity: {voice: 1, chat: 1}}
"""


class House:
    """A desk with pushed contacts; what is put is kept in `records`, and may be taken up by another."""

    def __init__(self, kept: dict[str, PushedRecord] | None = None, *, away: bool = False) -> None:
        self.now = NOW
        self.kept = {} if kept is None else kept
        self.records: list[Record] = []
        self.audit: list[AuditRecord] = []
        self.rung: list[str] = []
        self.away = away
        plan = load(PLAN)
        self.desk = Desk(plan.plan, Calls(), lambda _pieces: list, clock=lambda: self.now)
        line = Line()
        line.bgapi = lambda call: self.rung.append(str(call))  # type: ignore[method-assign]
        self.desk.attach(line)
        self.pushed = Pushed(self.desk, self._put, lambda _seconds: True, self._load, self.kept.get)
        self.contacts = ContactDesk(self.desk, self.pushed, self._put)
        staff = Staff(
            self.desk,
            lambda: plan,
            self._put,
            about=self.contacts.about,
            prioritise=self.pushed.prioritise,
        )
        self.pushed.served = staff.served
        chronicle = Chronicle(self._put, self.desk.now, "")
        chronicle.attach(self.desk)
        self.pushed.entering = lambda contact, number: chronicle.arrived(contact, ani=number)
        self.orders = Orders(
            staff, self.contacts, audit=self.audit.append, now=lambda: datetime.fromtimestamp(self.now, UTC)
        )
        self.desk.up(Snapshot("core", ()), {}, restarted=False)
        gevent.sleep(0)  # what was pushed is sought beside

    def _put(self, record: Record) -> None:
        self.records.append(record)
        if isinstance(record, PushedRecord):
            self.kept[record.id] = record

    def _load(self) -> list[PushedRecord]:
        if self.away:
            raise StoreError("the database is away")
        return [one for one in self.kept.values() if one.state in ("waiting", "serving")]

    def give(self, order: str, **given: Any) -> Any:
        return self.orders.give(order, "user:zhang", given)

    def add(self, **given: Any) -> str:
        return str(self.give("contact.add", **{"channel": "email", "group": "mail", **given})["contact"])

    def offers(self) -> dict[str, str]:
        return {agent: one.contact.id for one in self.pushed for agent in one.offers}

    def contact(self, name: str) -> dict[str, Any]:
        entry: dict[str, Any] = self.give("acd.status")["contacts"][name]
        return entry

    def told(self, contact: str) -> dict[str, Any]:
        """What the records of a contact say, the later over the earlier."""
        found: dict[str, Any] = {}
        for record in self.records:
            if isinstance(record, ContactRecord) and record.id == contact:
                names = type(record).__slots__
                found |= {name: value for name in names if (value := getattr(record, name)) not in ("", None)}
        return found

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.pushed.look()

    def stop(self) -> None:
        self.pushed.stop()
        self.desk.stop()


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.stop()


def successor(house: House) -> House:
    house.stop()
    return House(house.kept)


def test_an_agent_who_is_there_for_the_channel_is_offered_it_and_no_telephone_rings(house: House) -> None:
    house.give("agent.sign_in", agent="1002")
    mail = house.add(subject="Invoice 7", link="https://mail.example/7", number="+8613800000000")
    assert house.offers() == {}
    house.give("agent.sign_in", agent="1001", channels=["voice", "email"])
    gevent.sleep(0)
    assert (house.offers(), house.rung) == ({"1001": mail}, [])
    assert house.give("agent.accept", agent="1001") == {"contact": mail}
    assert house.contact(mail)["agent"] == "1001"
    assert house.contact(mail)["subject"] == "Invoice 7"
    assert house.give("agent.end_contact", agent="1001") == {"contact": mail}
    assert house.kept[mail].state == "done"
    told = house.told(mail)
    assert (told["channel"], told["agent"], told["disposition"], told["ani"], told["subject"]) == (
        "email", "1001", "answered", "+8613800000000", "Invoice 7",
    )  # fmt: skip
    assert told["ended"] >= told["answered"]


def test_only_so_many_of_a_channel_are_offered_to_one_agent(house: House) -> None:
    house.give("agent.sign_in", agent="1001", channels=["email"])
    first, second, third = house.add(), house.add(), house.add()
    house.give("agent.accept", agent="1001", contact=first)
    house.give("agent.accept", agent="1001", contact=second)
    assert house.offers() == {}
    with pytest.raises(IvoryError, match="1001 serves several contacts; name one"):
        house.give("agent.end_contact", agent="1001")
    house.give("agent.end_contact", agent="1001", contact=first)
    assert house.offers() == {"1001": third}


def test_what_is_declined_or_not_taken_goes_back_to_its_place(house: House) -> None:
    house.give("agent.sign_in", agent="1001", channels=["email"])
    mail = house.add()
    house.give("agent.decline", agent="1001")
    assert (house.offers(), house.contact(mail)["position"]) == ({}, 1)
    with pytest.raises(IvoryError, match="nothing is offered to 1001"):
        house.give("agent.accept", agent="1001")


def test_an_offer_that_nobody_looks_at_is_withdrawn_in_time(house: House) -> None:
    house.give("agent.sign_in", agent="1001", channels=["email"])
    mail = house.add()
    house.now += 31
    house.desk.tell(Tick())
    assert (house.offers(), house.contact(mail)["position"]) == ({}, 1)


def test_what_is_said_of_a_caller_stays_with_the_call(house: House) -> None:
    place = house.desk.enter(ScriptedCall(call_id="c"), Wish(1, "mail"))
    house.give("contact.attributes", contact="c:1", attributes={"order": 7})
    assert house.contact("c:1")["attributes"] == {"order": 7}
    assert unpack(pack(place.stay)).attributes == {"order": 7}
    assert house.told("c:1")["attributes"] == {"order": 7}


def test_it_is_disposed_of_as_a_call_is(house: House) -> None:
    house.give("agent.sign_in", agent="1001", channels=["email"])
    mail = house.add()
    house.give("agent.accept", agent="1001")
    house.give("agent.end_contact", agent="1001")
    assert house.give("agent.dispose", agent="1001", code="solved") == {"contact": mail}


def test_pushed_twice_with_one_key_it_is_one_contact_whatever_became_of_it(house: House) -> None:
    first = house.give("contact.add", channel="email", group="mail", key="m-1")
    again = house.give("contact.add", channel="email", group="mail", key="m-1")
    assert (first["new"], again) == (True, {**first, "new": False})
    house.give("contact.cancel", contact=first["contact"])
    assert house.give("contact.add", channel="email", group="mail", key="m-1")["new"] is False
    assert house.kept[first["contact"]].state == "cancelled"


def test_a_worker_that_dies_loses_none(house: House) -> None:
    house.give("agent.sign_in", agent="1001", channels=["email"])
    served, waiting = house.add(subject="a"), house.add(subject="b", priority=5)
    house.give("agent.accept", agent="1001")
    next_one = successor(house)
    assert next_one.contact(served)["agent"] == "1001"
    assert next_one.contact(waiting)["priority"] == 5
    assert next_one.contact(waiting)["subject"] == "b"
    next_one.give("agent.end_contact", agent="1001", contact=served)
    assert next_one.kept[served].state == "done"
    assert next_one.told(served)["ended"]
    next_one.stop()


def test_where_the_database_is_away_they_are_found_later(house: House) -> None:
    mail = house.add()
    house.stop()
    later = House(house.kept, away=True)
    assert later.pushed.find(mail) is None
    later.away = False
    later.pushed.up(Snapshot("core", ()))
    gevent.sleep(0)  # it seeks beside
    assert later.pushed.find(mail) is not None
    later.stop()


def test_nobody_is_offered_what_has_expired(house: House) -> None:
    mail = house.add(expires=100)
    house.pass_time(100)
    assert (house.kept[mail].state, list(house.pushed)) == ("expired", [])
    house.give("agent.sign_in", agent="1001", channels=["email"])
    assert house.offers() == {}


def test_a_group_that_takes_nobody_is_asked_again_and_the_place_is_kept(house: House) -> None:
    house.desk.tell(HoursChanged("mail", False))
    mail = house.add()
    assert not any(one.queued for one in house.pushed)
    house.desk.tell(HoursChanged("mail", True))
    house.pass_time(AGAIN)
    (one,) = house.pushed
    assert (one.queued, one.record.id, one.contact.id, one.contact.arrived) == (True, mail, f"{mail}.2", NOW)
    assert house.told(f"{mail}.2")["transferred_from"] == mail


def test_one_that_is_served_cannot_be_cancelled(house: House) -> None:
    house.give("agent.sign_in", agent="1001", channels=["email"])
    mail = house.add()
    house.give("agent.accept", agent="1001")
    with pytest.raises(IvoryError, match="is with 1001"):
        house.give("contact.cancel", contact=mail)


def test_a_customer_who_gave_up_is_told_from_one_that_was_taken_back(house: House) -> None:
    mine, theirs = house.add(), house.add()
    house.give("contact.cancel", contact=mine)
    house.give("contact.cancel", contact=theirs, abandoned=True)
    assert [house.told(one)["disposition"] for one in (mine, theirs)] == ["failed", "abandoned"]
    levels = [group["service_level"] for group in house.give("acd.status")["groups"].values()]
    assert 0.0 in levels  # who gave up counts against it, before anybody was answered


def test_attributes_are_merged_kept_and_shown(house: House) -> None:
    mail = house.add(attributes={"order": 7, "vip": True})
    before = house.give("contact.attributes", contact=mail, attributes={"vip": None, "tone": "cross"})
    assert before == {"before": {"attributes": {"order": 7, "vip": True}}}
    assert house.contact(mail)["attributes"] == {"order": 7, "tone": "cross"}
    assert successor(house).contact(mail)["attributes"] == {"order": 7, "tone": "cross"}
    with pytest.raises(IvoryError, match="more than 2048 bytes"):
        house.give("contact.attributes", contact=mail, attributes={"text": "x" * 3000})


def test_priority_moves_it_past_others(house: House) -> None:
    mail = house.add()
    house.give("contact.priority", contact=mail, priority=9)
    assert house.kept[mail].contact["packed"] != ""
    assert house.contact(mail)["priority"] == 9


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"channel": "voice"}, "calls come by telephone"),
        ({"group": "mial"}, 'there is no skill group "mial"; did you mean "mail"'),
        ({"agent": "1001"}, "for a skill group or for one agent"),
        ({"group": "", "agent": "1009"}, 'there is no agent "1009"'),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"subject": "x" * 201}, "subject"),
        ({"require": {"billing": 11}}, "require"),
        ({"attributes": {"a": "x" * 3000}}, "more than 2048 bytes"),
    ],
)
def test_what_cannot_be_pushed_is_refused(house: House, given: dict[str, Any], why: str) -> None:
    with pytest.raises(IvoryError, match=why):
        house.add(**given)
    assert not house.kept


def test_an_agent_signs_in_for_channels_they_have(house: House) -> None:
    with pytest.raises(IvoryError, match='1001 takes no contacts of the channel "chat"'):
        house.give("agent.sign_in", agent="1001", channels=["voice", "chat"])


def test_a_contact_of_an_unknown_channel_rings_nobody(house: House) -> None:
    house.give("agent.sign_in", agent="1001", channels=["email"])
    house.desk.unrung = lambda offer: offer.contact.channel != "voice"
    house.add()
    assert house.rung == []
