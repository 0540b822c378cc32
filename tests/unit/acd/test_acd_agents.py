"""Agents: offers that fail, wrap-up, breaks, capacity, and what a worker that takes over is told."""

from __future__ import annotations

import pytest

from ivr.acd import actions as a
from ivr.acd import events as e
from ivr.acd.model import Contact, Group
from tests.unit.acd.centre import EPOCH, Centre, agent

CHAT = frozenset({"chat"})
BOTH = frozenset({"voice", "chat"})


def centre(*names: str, **more: object) -> Centre:
    desk = Centre([Group("support", **more)], [agent(each) for each in names])  # type: ignore[arg-type]
    desk.sign_in(*names)
    return desk


@pytest.mark.parametrize(
    ("why", "delay"), [("no_answer", 5), ("rejected", 10), ("busy", 6), ("unregistered", 30), ("failed", 6)]
)
def test_an_offer_that_failed_leaves_the_agent_alone_for_a_while(why: str, delay: int) -> None:
    desk = centre("ann", busy_delay=6.0)
    desk.arrive("c1")
    desk.fail("c1", why)
    assert desk.why("c1", "ann") == f"left alone after {why.replace('_', ' ')}, {delay} s left"
    desk.later(delay - 0.1)
    assert desk.rung("c1") == []
    desk.later(0.1)
    assert desk.rung("c1") == ["ann"]


def test_a_contact_goes_back_to_its_place() -> None:
    desk = centre("ann")
    desk.arrive("c1")
    desk.later(1)
    desk.arrive("c2")
    desk.fail("c1", "rejected")
    assert [desk.router.position(each) for each in ("c1", "c2")] == [1, 2]
    desk.later(10)
    assert desk.offers() == [("c1", "ann")]


def test_a_leg_that_dies_while_connecting_costs_the_caller_nothing() -> None:
    desk = centre("ann", "bob")
    desk.arrive("c1")
    desk.accept("c1")
    desk.fail("c1", "failed")
    assert desk.rung("c1") == ["bob"]


def test_an_offer_is_a_lease_and_ends_by_itself() -> None:
    desk = centre("ann", "bob", ring=20.0)
    desk.arrive("c1")
    offer = desk.offer("c1")
    desk.later(20)
    assert a.Withdraw(offer, "c1", "ann", "expired") in desk.said
    assert desk.rung("c1") == ["bob"]
    desk.tell(e.OfferAccepted(offer))  # too late
    assert desk.seen()["contacts"]["c1"]["accepted"] is None


def test_an_accepted_offer_does_not_expire() -> None:
    desk = centre("ann")
    desk.arrive("c1")
    desk.accept("c1")
    desk.later(100)
    desk.connect("c1")
    assert desk.ended("c1") == ("answered", "")


def test_after_enough_misses_in_a_row_an_agent_is_on_break_and_still_signed_in() -> None:
    desk = centre("ann", max_no_answer=2, no_answer_delay=5.0, ring=20.0)
    desk.arrive("c1")
    desk.later(20)
    assert desk.state("ann") == "available"
    desk.later(25)
    assert (desk.state("ann"), desk.reason("ann")) == ("on_break", "no_answer")
    desk.tell(e.AgentReady("ann"))
    desk.later(5)
    assert desk.rung("c1") == ["ann"]


def test_a_contact_that_is_answered_ends_the_row_of_misses() -> None:
    desk = centre("ann", max_no_answer=2, no_answer_delay=0.0)
    for number in range(3):
        desk.arrive(f"c{number}")
        desk.fail(f"c{number}", "no_answer")
        desk.talk(f"c{number}", 1)
    assert desk.state("ann") == "available"


def test_wrap_up_is_a_state_that_ends_by_itself() -> None:
    desk = centre("ann", wrap_up=30.0)
    desk.arrive("c1")
    desk.talk("c1", 60)
    assert desk.state("ann") == "wrap_up"
    desk.arrive("c2")
    desk.later(26)
    assert desk.why("c2", "ann") == "wrap-up, 4 s left"
    desk.later(4)
    assert desk.rung("c2") == ["ann"]


def test_wrap_up_is_finished_early_or_extended() -> None:
    desk = centre("ann", wrap_up=30.0)
    desk.arrive("c1")
    desk.talk("c1", 60)
    desk.later(1, e.AgentReady("ann"))
    assert desk.state("ann") == "available"
    desk.arrive("c2")
    desk.talk("c2", 60)
    desk.later(29, e.WrapUpExtended("ann", 20))
    desk.later(20)
    assert desk.state("ann") == "wrap_up"
    desk.tell(e.WrapUpExtended("ann", None))
    desk.later(1000)
    assert desk.state("ann") == "wrap_up"


def test_a_break_that_was_asked_for_during_the_talk_comes_after_the_notes_however_they_end() -> None:
    for done in (e.WrapUpDone("ann"), e.Tick()):
        desk = centre("ann", wrap_up=30.0)
        desk.arrive("c1")
        desk.accept("c1")
        desk.connect("c1")
        (told,) = [
            each for each in desk.tell(e.AgentBreak("ann", "lunch")) if isinstance(each, a.AgentChanged)
        ]
        assert (told.state, told.then, told.reason) == ("busy", "on_break", "lunch")
        desk.later(60, e.ServiceEnded("ann", "c1"))
        assert desk.state("ann") == "wrap_up"
        desk.later(30 if isinstance(done, e.Tick) else 1, done)
        assert (desk.state("ann"), desk.reason("ann")) == ("on_break", "lunch")


def test_being_done_with_notes_ends_nothing_else() -> None:
    desk = centre("ann")
    desk.tell(e.AgentBreak("ann", "lunch"))
    desk.tell(e.WrapUpDone("ann"))
    assert (desk.state("ann"), desk.reason("ann")) == ("on_break", "lunch")


@pytest.mark.parametrize(
    ("asked", "then"), [(e.AgentBreak("ann", "lunch"), "on_break"), (e.AgentSignedOut("ann"), "logged_out")]
)
def test_what_was_asked_for_during_a_talk_outlives_the_worker(asked: e.Event, then: str) -> None:
    before = centre("ann")
    before.arrive("c1")
    before.accept("c1")
    before.connect("c1")
    (kept,) = [each for each in before.tell(asked) if isinstance(each, a.AgentChanged)]
    assert (kept.state, kept.then) == ("busy", then)
    desk = Centre([Group("support")], [agent("ann")])
    desk.tell(
        e.AgentRestored("ann", kept.state, kept.reason, kept.since, tallies=kept.tallies, then=kept.then)
    )
    desk.tell(e.ServiceRestored(Contact("c1", "support", EPOCH), "ann", EPOCH))
    assert desk.state("ann") == "busy"
    desk.later(5, e.ServiceEnded("ann", "c1"))
    assert desk.state("ann") == then


def test_wrap_up_can_be_extended_while_the_talk_goes_on() -> None:
    desk = centre("ann", wrap_up=10.0)
    desk.arrive("c1")
    desk.connect("c1")
    desk.tell(e.WrapUpExtended("ann", 15))
    desk.later(60, e.ServiceEnded("ann", "c1"))
    desk.later(24)
    assert desk.state("ann") == "wrap_up"
    desk.later(1)
    assert desk.state("ann") == "available"


def test_a_break_asked_for_while_talking_begins_afterwards() -> None:
    desk = centre("ann")
    desk.arrive("c1")
    desk.connect("c1")
    desk.tell(e.AgentBreak("ann", "lunch"))
    assert desk.state("ann") == "busy"
    desk.later(5, e.ServiceEnded("ann", "c1"))
    assert (desk.state("ann"), desk.reason("ann")) == ("on_break", "lunch")


def test_a_break_withdraws_an_offer_and_another_agent_has_it() -> None:
    desk = centre("ann", "bob")
    desk.arrive("c1")
    desk.tell(e.AgentBreak("ann", "lunch"))
    assert [each.why for each in desk.said if isinstance(each, a.Withdraw)] == ["agent"]
    assert desk.rung("c1") == ["bob"]


def test_who_signs_out_while_talking_is_let_finish() -> None:
    desk = centre("ann", wrap_up=30.0)
    desk.arrive("c1")
    desk.connect("c1")
    desk.tell(e.AgentSignedOut("ann"))
    assert desk.state("ann") == "busy"
    desk.later(5, e.ServiceEnded("ann", "c1"))
    assert desk.state("ann") == "logged_out"


def test_who_leaves_the_queue_stops_the_ringing() -> None:
    desk = centre("ann")
    desk.arrive("c1")
    desk.tell(e.ContactLeft("c1", "abandoned"))
    assert [each.why for each in desk.said if isinstance(each, a.Withdraw)] == ["gone"]
    assert (desk.ended("c1"), desk.state("ann")) == (("abandoned", ""), "available")


def test_an_agent_in_a_talk_of_their_own_is_not_rung() -> None:
    desk = centre("ann")
    desk.tell(e.AgentOccupied("ann", True))
    assert desk.arrive("c1") == []
    assert desk.why("c1", "ann") == "talking"
    desk.later(5, e.AgentOccupied("ann", False))
    assert desk.rung("c1") == ["ann"]


def mixed(total: float = 2.0) -> Centre:
    ann = agent("ann", capacity={"voice": 1, "chat": 3}, total=total)
    desk = Centre([Group("support")], [ann])
    desk.sign_in("ann", channels=BOTH)
    return desk


def chats(desk: Centre, count: int) -> list[int]:
    """How many rang of so many chats, each connected at once."""
    rung = []
    for number in range(count):
        rung.append(len(desk.arrive(f"chat{number}", channel="chat")))
        if rung[-1]:
            desk.connect(f"chat{number}")
    return rung


def test_an_agent_has_as_many_chats_as_they_can_and_a_call_beside() -> None:
    desk = mixed()
    assert chats(desk, 4) == [1, 1, 1, 0]
    assert desk.why("chat3", "ann") == "at capacity"
    assert desk.arrive("call") == ["ann"]
    desk.connect("call")
    assert desk.arrive("call2") == []


def test_a_total_of_one_leaves_no_room_for_a_call_beside_chats() -> None:
    desk = mixed(total=1.0)
    assert chats(desk, 2) == [1, 1]
    assert desk.arrive("call") == []


def test_two_voice_contacts_are_never_had_at_once() -> None:
    desk = Centre([Group("support")], [agent("ann", capacity={"voice": 5}, total=9.0)])
    desk.sign_in("ann")
    desk.arrive("c1")
    desk.connect("c1")
    assert desk.arrive("c2") == []


def test_who_signed_in_for_chat_is_not_called() -> None:
    desk = Centre([Group("support")], [agent("ann", capacity={"voice": 1, "chat": 3})])
    desk.sign_in("ann", channels=CHAT)
    assert desk.arrive("c1") == []
    assert desk.why("c1", "ann") == "not signed in for voice"


def test_a_consultation_that_ends_in_a_transfer_moves_the_contact() -> None:
    desk = centre("ann", "bob", wrap_up=10.0)
    desk.arrive("c1")
    desk.connect("c1")
    desk.tell(e.AgentOccupied("bob", True))
    desk.later(5, e.ServiceMoved("c1", "ann", "bob"))
    assert [desk.state(each) for each in ("ann", "bob")] == ["wrap_up", "busy"]
    desk.later(5, e.ServiceEnded("bob", "c1"))
    assert desk.state("bob") == "wrap_up"


def test_changes_of_an_agent_are_told_with_what_must_be_kept() -> None:
    desk = centre("ann", wrap_up=30.0)
    desk.arrive("c1")
    desk.talk("c1", 60)
    told = next(each for each in desk.said if isinstance(each, a.AgentChanged))
    assert (told.state, told.since, told.until) == ("wrap_up", desk.now, desk.now + 30)
    assert (told.tallies["calls"], told.tallies["talk"]) == (1, 60)


def test_a_worker_that_takes_over_finds_everything_in_its_place() -> None:
    before = centre("ann", "bob", "cai", wrap_up=30.0)
    before.arrive("c1")
    before.connect("c1")
    before.arrive("c2")
    before.talk("c2", 20)
    kept = {
        each.agent: each
        for each in before.router.handle(e.AgentBreak("cai", "lunch"), before.now)
        if isinstance(each, a.AgentChanged)
    }
    assert kept["cai"].state == "on_break"

    desk = Centre(
        [Group("support", wrap_up=30.0, max_size=1)], [agent(each) for each in ("ann", "bob", "cai")]
    )
    desk.time = before.time + 1
    desk.tell(e.Held(True))
    desk.tell(e.AgentRestored("ann", "busy", since=EPOCH))
    desk.tell(e.AgentRestored("bob", "wrap_up", since=before.now, until=before.now + 30))
    desk.tell(e.AgentRestored("cai", "on_break", "lunch", since=before.now, tallies=kept["cai"].tallies))
    for number in (3, 4, 5):  # more than the group lets in, told out of order
        desk.arrive(f"c{number}", arrived=EPOCH + number)
    desk.tell(e.ServiceRestored(Contact("c1", "support", EPOCH), "ann", EPOCH + 3))
    assert desk.offers() == []
    assert desk.tell(e.Held(False)) == []  # nothing to tell: all is as it was kept
    assert [desk.state(each) for each in ("ann", "bob", "cai")] == ["busy", "wrap_up", "on_break"]
    assert [desk.router.position(f"c{number}") for number in (3, 4, 5)] == [1, 2, 3]
    desk.later(29)
    assert desk.offers() == [("c3", "bob")]


def test_a_talk_that_is_found_signs_its_agent_in() -> None:
    desk = Centre([Group("support")], [agent("ann")])
    desk.tell(e.ServiceRestored(Contact("c1", "support", EPOCH), "ann", EPOCH))
    assert desk.state("ann") == "busy"
    desk.later(5, e.ServiceEnded("ann", "c1"))
    assert desk.state("ann") == "available"


def test_what_cannot_be_meant_is_passed_over() -> None:
    desk = centre("ann")
    for event in (
        e.AgentSignedIn("nobody"), e.AgentReady("nobody"), e.AgentBreak("nobody"), e.AgentSignedOut("nobody"),
        e.AgentOccupied("nobody", True), e.WrapUpExtended("nobody", 5), e.OfferAccepted("none"),
        e.OfferConnected("none"), e.OfferFailed("none", "busy"), e.ServiceEnded("ann", "none"),
        e.ServiceMoved("none", "ann", "nobody"), e.ContactLeft("none", "abandoned"),
        e.AgentRestored("nobody", "busy"),
        e.ContactChanged(Contact("none", "support", EPOCH)), e.HoursChanged("nowhere", False), e.Tick(),
    ):  # fmt: skip
        assert desk.tell(event) == []


def test_who_comes_to_a_group_that_there_is_none_of_is_refused() -> None:
    desk = centre("ann")
    desk.arrive("c1", "nowhere")
    assert desk.ended("c1") == ("refused", "closed")


def test_a_contact_told_twice_is_one() -> None:
    desk = centre("ann")
    desk.arrive("c1")
    assert desk.arrive("c1") == []
    desk.connect("c1")
    assert desk.arrive("c1") == []
    assert desk.router.waiting("support") == 0
