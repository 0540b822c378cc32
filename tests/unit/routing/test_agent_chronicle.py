"""What agents do is written down: by whose order, and how long they wrote notes, whoever dies meanwhile."""

from __future__ import annotations

import pytest

from ivr.acd.actions import AgentChanged
from ivr.acd.model import Contact
from ivr.esl.commands import ApiCall
from ivr.routing.agent_chronicle import AgentChronicle
from ivr.routing.ordered import ordered, ordered_by, side
from ivr.routing.ringing import Line
from ivr.routing.states import REALM, States
from ivr.routing.wrap_ups import WrapUps
from ivr.store.records import AgentEventRecord, AgentRecord, ContactRecord, Record

CONTACT = Contact("call:1", "billing", 100.0)


class Hash:
    """mod_hash's store, as a line to FreeSWITCH shows it."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def post(self, *calls: ApiCall, failed: object = None) -> None:
        for call in calls:
            _, where = str(call).split(" ", 1)
            _, _, key, value = where.split("/", 3)
            self.kept[key] = value

    def api(self, call: ApiCall) -> str:
        return "".join(f"D/{REALM}_{key}/{value}\n" for key, value in self.kept.items())


class Worker:
    """As much of a worker as looks after agents' states."""

    def __init__(self, switch: Hash) -> None:
        self.records: list[Record] = []
        self.now = 0.0
        wrap_ups: WrapUps = {}
        line: Line = switch  # type: ignore[assignment]  # as much of it as states need
        self.states = States(lambda: line, wrap_ups=wrap_ups)
        self.chronicle = AgentChronicle(self.records.append, lambda: self.now, wrap_ups)

    def told(self, now: float, changed: AgentChanged) -> None:
        self.now = now
        self.states.told(changed)
        self.chronicle.told(changed)

    @property
    def wrapped(self) -> list[tuple[str, float | None]]:
        contacts = [record for record in self.records if isinstance(record, ContactRecord)]
        return [(record.id, record.wrap_up) for record in contacts]

    @property
    def by(self) -> list[str]:
        return [record.by for record in self.records if isinstance(record, AgentRecord | AgentEventRecord)]


def test_a_wrap_up_outlives_its_worker() -> None:
    switch = Hash()
    before = Worker(switch)
    before.now = 200.0
    before.chronicle.served("1001", CONTACT)
    before.told(200.0, AgentChanged("1001", "wrap_up", "", 200.0, 230.0))
    before.states.stop()
    after = Worker(switch)
    (kept,) = after.states.read()
    after.chronicle.restored(kept)
    after.told(215.0, AgentChanged("1001", "available", "", 215.0))
    assert (before.wrapped, after.wrapped) == ([], [("call:1", 15.0)])


def test_a_wrap_up_that_ran_out_meanwhile_ended_in_time() -> None:
    worker = Worker(Hash())
    worker.now = 200.0
    worker.chronicle.served("1001", CONTACT)
    worker.told(200.0, AgentChanged("1001", "wrap_up", "", 200.0, 230.0))
    worker.told(500.0, AgentChanged("1001", "available", "", 500.0))
    assert worker.wrapped == [("call:1", 30.0)]


def test_notes_are_of_the_talk_right_before_them() -> None:
    worker = Worker(Hash())
    worker.chronicle.served("1001", CONTACT)
    worker.told(200.0, AgentChanged("1001", "available", "", 200.0))
    worker.told(300.0, AgentChanged("1001", "wrap_up", "", 300.0))
    worker.told(310.0, AgentChanged("1001", "available", "", 310.0))
    assert worker.wrapped == []


def test_wrap_up_is_an_event_of_its_contact() -> None:
    worker = Worker(Hash())
    worker.chronicle.served("1001", CONTACT)
    worker.told(200.0, AgentChanged("1001", "wrap_up", "", 200.0))
    (event,) = [record for record in worker.records if isinstance(record, AgentEventRecord)]
    assert event.contact == "call:1"


def test_a_change_is_whose_order_it_was_and_else_the_routers() -> None:
    worker = Worker(Hash())
    with ordered("agent:1001", "1001"):
        worker.told(1.0, AgentChanged("1001", "available", "", 1.0))
    with ordered("cli:alice", "1001"):
        worker.told(2.0, AgentChanged("1001", "on_break", "lunch", 2.0))
        worker.told(2.0, AgentChanged("1002", "busy", "", 2.0))
    worker.told(3.0, AgentChanged("1001", "on_break", "no_answer", 3.0))
    assert worker.by[::2] == worker.by[1::2] == ["agent:1001", "cli:alice", "router", "router"]


def test_an_offer_is_always_the_routers() -> None:
    worker = Worker(Hash())
    with ordered("agent:1001", "1001"):
        worker.told(1.0, AgentChanged("1001", "reserved", "", 1.0))
    assert worker.by == ["router", "router"]


@pytest.mark.parametrize(
    ("by", "order", "whose"),
    [
        ("", "", "agent"),
        ("phone:1001", "agent.hang_up", "agent"),
        ("user:wang", "agent.hang_up", "agent"),
        ("user:boss", "supervisor.force_logout", "supervisor"),
    ],
)
def test_a_talk_is_ended_by_the_agent_unless_a_supervisors_order_does_it(
    by: str, order: str, whose: str
) -> None:
    with ordered(by, "1001", order):
        assert side("1001") == whose
    assert ordered_by("1001") == "router"
