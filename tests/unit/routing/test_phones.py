"""Agents at their telephones: whose it is, whose PIN it is, and how often anybody may guess."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.acd.model import Contact
from ivr.acd.plan import load
from ivr.errors import IvoryError
from ivr.esl.resync import Snapshot
from ivr.flow.scripted import ScriptedCall
from ivr.routing import phones
from ivr.routing.desk import Desk
from ivr.routing.orders import Orders
from ivr.routing.phones import AgentPhones
from ivr.routing.staff import Staff
from ivr.routing.talks import Talk
from ivr.runtime.people import keyed
from ivr.runtime.ports import Code
from ivr.settings import Calls
from ivr.store.records import AuditRecord

PLAN = load(
    """
    breaks: {lunch: Lunch, training: {title: {zh-CN: 培训, en-US: Training}, key: 2}}
    dispositions: {solved: {key: 1}, sold: {title: Sold, key: 2}, lost: Lost}
    skills: [billing]
    groups: {billing: {require: [billing], agents: [alice, "1002"], dispositions: [solved, lost]}}
    agents:
      alice: {extension: "1001", pin: "2468", skills: {billing: 5}}
      "1002": {skills: {billing: 5}}
    """
)


class House:
    def __init__(self) -> None:
        self.time = 0.0
        self.audit: list[AuditRecord] = []
        self.desk = Desk(PLAN.plan, Calls(), lambda _pieces: list)
        self.desk.up(Snapshot("core", ()), {}, restarted=False)
        staff = Staff(self.desk, lambda: PLAN, lambda _record: None)
        orders = Orders(staff, audit=self.audit.append, now=lambda: datetime(2026, 11, 23, tzinfo=UTC))
        self.phones = AgentPhones(staff, lambda: PLAN, orders, lambda: self.time)


@pytest.fixture
def house() -> Any:
    made = House()
    yield made
    made.desk.stop()


def test_a_telephone_is_its_agent_s(house: House) -> None:
    assert house.phones.by_number("1001") == "alice"
    assert house.phones.by_number("1002") == "1002"
    for nobody in ("alice", "", "13800000000", "+861001", "1001 "):
        assert house.phones.by_number(nobody) == ""


def test_a_pin_is_its_agent_s_alone(house: House) -> None:
    assert house.phones.check("alice", "2468")
    for agent, pin in (
        ("alice", "2469"),
        ("alice", ""),
        ("1002", "2468"),
        ("1002", "0000"),
        ("nobody", "0000"),
    ):
        assert not house.phones.check(agent, pin)


def test_after_a_few_wrong_ones_the_right_one_is_no_use_for_a_while(house: House) -> None:
    for _ in range(phones.WRONG):
        assert not house.phones.check("alice", "9999")
    assert not house.phones.check("alice", "2468")
    house.time = phones.LOCKED + 1
    assert house.phones.check("alice", "2468")


def test_a_right_one_forgets_the_wrong_ones_before(house: House) -> None:
    for _ in range(3):
        for _ in range(phones.WRONG - 1):
            assert not house.phones.check("alice", "9999")
        assert house.phones.check("alice", "2468")


def test_ids_that_are_guessed_cost_bounded_memory(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phones, "MOST", 3)
    for number in range(6):
        house.phones.check(f"guess{number}", "0000")
    assert len(house.phones._wrong) == 3


def test_orders_are_done_and_written_down(house: House) -> None:
    assert house.phones.state("alice") == "logged_out"
    house.phones.order("agent.sign_in", "alice", dial="1009")
    assert house.phones.state("alice") == "available"
    house.phones.order("agent.break", "alice", reason="lunch")
    assert house.phones.state("alice") == "on_break"
    assert [(record.by, record.order) for record in house.audit] == [
        ("phone:alice", "agent.sign_in"),
        ("phone:alice", "agent.break"),
    ]
    assert house.phones.state("nobody") == ""


@pytest.mark.parametrize(
    ("order", "given"),
    [("agent.ready", {}), ("agent.break", {"reason": "siesta"}), ("agent.dispose", {"code": "sold"})],
)
def test_what_cannot_be_done_says_why(house: House, order: str, given: dict[str, str]) -> None:
    with pytest.raises(IvoryError):
        house.phones.order(order, "alice", **given)


def test_what_may_be_chosen_has_a_key_and_words_in_the_agents_language(house: House) -> None:
    assert house.phones.reasons("zh-CN") == [Code("2", "training", "培训")]
    assert house.phones.reasons("en-GB") == [Code("2", "training", "Training")]
    assert house.phones.dispositions("alice", "en-US") == [
        Code("1", "solved", "solved"),
        Code("2", "sold", "Sold"),
    ]


def test_codes_of_which_none_has_a_key_have_one_to_nine() -> None:
    plan = load("breaks: {" + ", ".join(f"b{number}: Break {number}" for number in range(1, 12)) + "}")
    found = keyed(plan.centre.breaks, "en-US")
    assert [(each.key, each.title) for each in found] == [(f"{key}", f"Break {key}") for key in range(1, 10)]


def test_a_disposition_is_one_of_the_last_contact_s_group(house: House) -> None:
    talk = Talk(ScriptedCall([]), "leg", "alice", Contact("c:1", "billing", 0.0), 0.0)
    house.desk.talks.begin(talk)
    assert house.phones.dispositions("alice", "en-US") == [Code("1", "solved", "solved")]
