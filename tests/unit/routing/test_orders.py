"""Orders: what they take, who is told no, and that whatever changes something is written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.errors import IvoryError
from ivr.esl.resync import Snapshot
from ivr.routing import orders
from ivr.routing.arguments import AddContact, Arguments
from ivr.routing.orders import TABLE, order
from tests.centre import NOW, Centre


@pytest.fixture
def centre() -> Iterator[Centre]:
    centre = Centre()
    yield centre
    centre.stop()


def test_every_order_says_what_it_does() -> None:
    for name, row in TABLE.items():
        assert row.words.endswith("."), name


def test_an_agent_signs_in_takes_a_break_comes_back_and_goes(centre: Centre) -> None:
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("agent.sign_in", {}, "available"),
        ("agent.break", {"reason": "lunch"}, "on_break"),
        ("agent.ready", {}, "available"),
        ("agent.sign_out", {}, "logged_out"),
        ("agent.sign_in", {"ready": False, "reason": "training"}, "on_break"),
    ]
    for name, more, state in steps:
        centre.give(name, agent="1001", **more)
        assert centre.states() == {"1001": state, "1002": "logged_out"}


def test_what_changes_something_is_written_down_with_who_what_and_whom(centre: Centre) -> None:
    centre.give("agent.sign_in", "agent:1001", agent="1001", dial="8001")
    centre.give("acd.status")
    (record,) = centre.audit
    assert (record.by, record.order, record.target, record.result) == (
        "agent:1001", "agent.sign_in", "1001", "done",
    )  # fmt: skip
    assert record.after == {"agent": "1001", "dial": "8001"}
    assert record.at.timestamp() == NOW


def test_what_was_refused_is_written_down_too(centre: Centre) -> None:
    with pytest.raises(IvoryError, match="1001 is not signed in"):
        centre.give("agent.ready", agent="1001")
    assert [record.result for record in centre.audit] == ["1001 is not signed in"]


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("agent.redy", {}, 'there is no order "agent.redy"; did you mean "agent.ready"'),
        ("agent.ready", {}, "agent.ready, agent: Field required; it takes agent"),
        ("agent.ready", {"agent": "a b"}, "agent.ready, agent: "),
        ("agent.ready", {"agent": "1001", "now": True}, "agent.ready, now: Extra inputs"),
        ("agent.extend", {"agent": "1001", "seconds": -5}, "agent.extend, seconds: "),
        ("agent.transfer", {"agent": "1001", "to": {"group": "a", "flow": "b"}}, "agent.transfer, to: "),
        ("agent.dial", {"agent": "1001", "number": "1" * 999}, "agent.dial, number: "),
        ("acd.status", {"agent": "1001"}, "it takes nothing"),
        ("agent.sign_in", {"agent": "1009"}, 'there is no agent "1009"'),
        ("agent.hold", {"agent": "1001"}, "agent.hold cannot be done here"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    centre: Centre, name: str, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(IvoryError) as refused:
        centre.give(name, **given)
    assert words in str(refused.value)


def test_nobody_changes_anything_without_a_name(centre: Centre) -> None:
    with pytest.raises(IvoryError, match="for nobody; say who orders it"):
        centre.give("agent.sign_in", "", agent="1001")
    assert centre.give("acd.status", "")["agents"]
    assert centre.audit == []


@pytest.mark.parametrize("named", ["\0", "a\0b\n"])
def test_what_names_nothing_is_written_down_all_the_same(centre: Centre, named: str) -> None:
    with pytest.raises(IvoryError):
        centre.give("contact.priority", contact=named, priority=1)
    assert centre.audit[-1].target in ("-", "ab")
    assert AddContact(channel="chat").target() == "-"


def test_a_break_has_a_reason_of_the_plan(centre: Centre) -> None:
    centre.give("agent.sign_in", agent="1001")
    with pytest.raises(IvoryError, match='no reason for a break "lunhc"; did you mean "lunch"'):
        centre.give("agent.break", agent="1001", reason="lunhc")
    centre.give("agent.break", agent="1001")
    assert centre.states()["1001"] == "on_break"


def test_a_fault_of_a_handler_shows_nothing_of_itself(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(centre.desk, "sign_out", fail)
    with pytest.raises(IvoryError, match=r"agent\.sign_out failed") as failed:
        centre.give("agent.sign_out", agent="1001")
    assert "hunter2" not in str(failed.value)
    assert centre.audit[-1].result == "it failed; see the log"


def test_a_handler_gets_the_part_whose_class_it_asks_for_and_its_before_is_written_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Lamp:
        on = False

    monkeypatch.setattr(orders, "_HANDLERS", {})
    monkeypatch.setattr(orders, "TABLE", {"lamp.switch": orders.Order(Arguments, "Switch it.")})

    def switch(lamp: Any, asked: Any, by: str) -> dict[str, object]:
        before, lamp.on = lamp.on, not lamp.on
        return {"before": before}

    switch.__annotations__ = {"lamp": Lamp, "asked": Arguments, "by": str, "return": dict}
    order("lamp.switch")(switch)
    lamp, audit = Lamp(), list[Any]()
    table = orders.Orders(object(), lamp, audit=audit.append, now=lambda: NOW)  # type: ignore[arg-type,return-value]
    assert table.give("lamp.switch", "me", {}) == {"before": False}
    assert lamp.on
    assert audit[0].before == {"was": False}


def test_an_order_that_is_in_no_row_cannot_get_a_handler() -> None:
    with pytest.raises(KeyError, match=r"lamp\.switch is in no row"):
        order("lamp.switch")


# Contacts ---------------------------------------------------------------------------------------------


def test_a_waiting_contact_is_explained_agent_by_agent(centre: Centre) -> None:
    place = centre.waits("call-1")
    centre.give("agent.sign_in", agent="1002")
    centre.now += 30
    told = centre.give("acd.explain", contact="call-1")
    assert (told["contact"], told["group"], told["waited"]) == (place.contact.id, "billing", 30.0)
    assert {one["agent"]: (one["verdict"], one["reason"]) for one in told["verdicts"]}.keys() == {
        "1001",
        "1002",
    }
    reasons = {one["agent"]: one["reason"] for one in told["verdicts"]}
    assert "billing 2 < 3" in reasons["1002"]
    assert centre.give("acd.explain", contact=place.contact.id)["contact"] == place.contact.id
    with pytest.raises(IvoryError, match='no contact "call-2" waits here'):
        centre.give("acd.explain", contact="call-2")


def test_a_priority_changes_who_is_next(centre: Centre) -> None:
    centre.stop()
    text = "groups: {vip: {order: priority, agents: [1001]}}\nagents: {1001: {}}"
    house = Centre(plan=text)
    first, second = house.waits("a", "vip"), house.waits("b", "vip")
    assert (first.position(), second.position()) == (1, 2)
    house.give("contact.priority", contact="b", priority=10)
    assert (first.position(), second.position()) == (2, 1)
    assert second.contact.priority == 10
    house.stop()


def test_status_tells_groups_with_titles_and_promises(centre: Centre) -> None:
    centre.waits("call-1")
    centre.now += 12
    status = centre.give("acd.status")
    group = status["groups"]["billing"]
    assert (group["waiting"], group["longest"], group["available"]) == (1, 12.0, 0)
    assert (group["title"], group["target"], group["service_level"]) == ({"": "账单组"}, 20.0, None)
    assert status["agents"]["1001"]["name"] == "王芳"


def test_a_disposition_goes_to_the_contact_that_was_served_last(centre: Centre) -> None:
    centre.give("agent.sign_in", agent="1002")
    talk = centre.talks(centre.waits("call-1"), "1001")
    centre.give("agent.dispose", agent="1001", code="solved", note="paid twice")
    (record,) = centre.records
    assert (record.id, record.disposition_code, record.note) == (talk.contact.id, "solved", "paid twice")
    assert record.arrived.timestamp() == NOW
    assert centre.give("agent.dispose", agent="1001", code="solved", contact=talk.contact.id)
    for given, words in (
        ({"agent": "1001", "code": "sold"}, 'no disposition "sold"'),
        ({"agent": "1001", "code": "solved", "contact": "other"}, "served no such contact"),
        ({"agent": "1002", "code": "solved"}, "served no such contact"),
    ):
        with pytest.raises(IvoryError, match=words):
            centre.give("agent.dispose", **given)


def test_a_worker_that_has_nobody_to_see_to_takes_no_orders(centre: Centre) -> None:
    """What it knows of agents is not true: another worker sees to them."""
    centre.desk.let_go()

    def ours() -> None:
        raise IvoryError("this worker has no callers and agents to see to")

    standing_by = orders.Orders(audit=centre.audit.append, now=lambda: datetime.now(UTC), ours=ours)
    with pytest.raises(IvoryError, match="no callers and agents"):
        standing_by.give("agent.sign_in", "cli:x", {"agent": "1001"})
    assert centre.audit == []


def test_nothing_is_decided_before_all_is_known(centre: Centre) -> None:
    """A caller who comes while another worker still rings the agents is neither refused nor offered."""
    centre.desk.let_go()
    place = centre.waits("call-1")
    centre.desk.sign_in("1001")
    assert (place.position(), centre.desk.states["1001"].state) == (1, "available")
    centre.desk.up(Snapshot("core", ()), {}, restarted=False)
    assert centre.desk.states["1001"].state == "reserved"
