"""Virtual agents and customers: what they do, and what is counted of it."""

from __future__ import annotations

import pytest

from ivr.acd.kpis import KPIS, Counts
from ivr.acd.model import Agent, Destination, Group, Overflow, Plan, Tier
from ivr.acd.simulator.arrivals import Recorded, Steady
from ivr.acd.simulator.distributions import NEVER, Exponential, Fixed
from ivr.acd.simulator.engine import Centre
from ivr.acd.simulator.scenario import Load, Scenario, Shift
from ivr.acd.simulator.study import Limits, Study, study
from ivr.errors import IvoryError
from tests.unit.acd_simulator.centres import load, pool

TALK = Fixed(60.0)


def day(*arrivals: float, agents: int = 1, plan: Plan | None = None, **options: object) -> Counts:
    """What is counted of customers who come at these moments, each talking for a minute."""
    patience = options.pop("patience", NEVER)
    wrap_up = options.pop("wrap_up", None)
    coming = Load("all", Recorded(arrivals), TALK, patience, wrap_up)  # type: ignore[arg-type]
    scenario = Scenario((coming,), length=1000.0, **options)  # type: ignore[arg-type]
    return study([plan or pool(agents)], scenario, Limits(contacts=1)).counts()


def test_who_comes_while_the_agent_talks_waits_for_the_end_of_it() -> None:
    counts = day(0.0, 10.0, 15.0)
    assert (counts.queued, counts.answered, counts.at_once) == (3, 3, 1)
    assert counts.wait_answered == pytest.approx(0 + 50 + 105)


def test_who_loses_patience_leaves_and_counts_as_abandoned() -> None:
    counts = day(0.0, 10.0, 15.0, patience=Fixed(20.0))
    assert (counts.answered, counts.abandoned, counts.abandoned_within) == (1, 2, 2)
    assert counts.wait == pytest.approx(40.0)


def test_who_finds_no_line_is_blocked_and_never_queues() -> None:
    counts = day(0.0, 10.0, 15.0, lines=2)
    assert (counts.offered, counts.blocked, counts.queued) == (3, 1, 2)


def test_wrap_up_keeps_the_agent_from_the_next_contact() -> None:
    counts = day(0.0, 10.0, wrap_up=Fixed(30.0))
    assert counts.wait_answered == pytest.approx(80.0)
    assert (counts.wrap_up, counts.busy) == (60.0, 180.0)


def test_the_groups_own_wrap_up_holds_where_the_scenario_says_none() -> None:
    plan = Plan({"all": Group("all", wrap_up=30.0)}, {"a": Agent("a", tiers={"all": Tier()})})
    counts = day(0.0, 10.0, plan=plan)
    assert counts.wait_answered == pytest.approx(80.0)
    assert (counts.wrap_up, counts.busy) == (60.0, 180.0)


def test_ringing_takes_time_that_is_neither_work_nor_leisure() -> None:
    counts = day(0.0, answering=Fixed(4.0))
    assert counts.wait_answered == pytest.approx(4.0)
    assert counts.at_once == 1
    assert (counts.busy, counts.available) == pytest.approx((60.0, 1000.0 - 64.0))


def test_an_agent_who_answers_nothing_is_rung_until_the_offer_expires() -> None:
    counts = day(0.0, agents=3, missing=1.0, patience=Fixed(100.0))
    assert (counts.answered, counts.abandoned) == (0, 1)


def test_nobody_is_offered_anything_on_a_break_or_before_the_shift() -> None:
    shifts = {"a000": (Shift(50.0, 900.0, ((100.0, 300.0),)),)}
    counts = day(0.0, 120.0, shifts=shifts)
    assert counts.wait_answered == pytest.approx(50.0 + 180.0)
    assert counts.busy + counts.available == pytest.approx(850.0 - 200.0, abs=10.1)


def test_who_still_waits_when_all_have_gone_home_is_counted_as_gone_elsewhere() -> None:
    counts = day(0.0, 30.0, shifts={"a000": (Shift(0.0, 40.0),)})
    assert (counts.answered, counts.elsewhere) == (1, 1)


def test_overflow_out_of_the_house_is_no_answer() -> None:
    away = Overflow("wait", Destination("voicemail", "box"), 20.0)
    plan = Plan({"all": Group("all", overflow=(away,))}, {"a": Agent("a", tiers={"all": Tier()})})
    counts = day(0.0, 10.0, plan=plan)
    assert (counts.answered, counts.elsewhere, counts.abandoned) == (1, 1, 0)
    assert counts.wait == pytest.approx(20.0)


def test_agents_work_and_leisure_add_up_to_the_time_they_were_there() -> None:
    found = study([pool(3)], Scenario((load("all", 2, 1, None),), length=3600.0), Limits(contacts=500))
    for batch in found.batches[0]:
        for counts in batch.agents.values():
            assert counts.busy + counts.available == pytest.approx(3600.0)


def test_the_same_seed_is_the_same_run_and_another_is_another() -> None:
    scenario = Scenario((load("all", 2, 1, 2.0),), length=3600.0)

    def total(seed: int) -> float:
        return study([pool(2)], scenario, Limits(contacts=100, seed=seed)).counts().wait

    assert total(1) == total(1) != total(2)


def test_a_group_that_the_plan_does_not_have_is_named_with_those_it_has() -> None:
    with pytest.raises(IvoryError, match='no group "sales" in the plan; it has all'):
        Centre(pool(1), Scenario((load("sales", 1, 1, None),)))


def test_it_stops_when_all_is_as_precise_as_asked() -> None:
    found = study([pool(6)], Scenario((load("all", 3, 1, 1.0),)), Limits(0.2, 200_000))
    assert found.ended == "precise"
    share = found.figure(KPIS["service_level"], "all")
    assert share.half <= 0.2 * share.value


def test_it_stops_at_the_bound_and_says_so() -> None:
    found = study([pool(6)], Scenario((load("all", 3, 1, 1.0),)), Limits(0.001, 2000))
    assert found.ended == "bound"
    assert 2000 <= found.contacts < 3000


def test_a_queue_that_only_grows_is_called_unstable() -> None:
    found = study([pool(2)], Scenario((load("all", 3, 1, None),)), Limits(0.1, 8000))
    assert found.ended == "unstable"


def what_if(one: Plan, two: Plan) -> Study:
    return study([one, two], Scenario((load("all", 3, 1, 1.0),)), Limits(0.1, 6000))


def test_a_plan_compared_with_itself_differs_in_nothing() -> None:
    difference = what_if(pool(3), pool(3)).difference(KPIS["asa"], "all")
    assert (difference.value, difference.half) == (0.0, 0.0)


def test_one_agent_more_is_seen_clearly_on_the_same_customers() -> None:
    found = what_if(pool(3), pool(4))
    difference = found.difference(KPIS["abandonment"], "all")
    assert difference.clear
    assert difference.value < 0
    apart = (
        found.figure(KPIS["abandonment"], "all", 0).half + found.figure(KPIS["abandonment"], "all", 1).half
    )
    assert difference.half < apart / 2


def test_both_plans_meet_the_same_customers() -> None:
    one, two = (batches for batches in what_if(pool(3), pool(5)).batches)
    assert [each.total().offered for each in one] == [each.total().offered for each in two]


def test_patience_is_drawn_for_each_customer_whatever_becomes_of_the_others() -> None:
    scenario = Scenario((Load("all", Steady(0.1), Exponential(60.0), Exponential(30.0)),))
    met: dict[int, dict[str, tuple[float, float]]] = {}
    for agents in (2, 9):
        centre = Centre(pool(agents), scenario, (5,))
        met[agents] = {}
        came = centre.tally.came

        def noted(customer, *, blocked, book=met[agents], came=came):  # type: ignore[no-untyped-def]
            book[customer.id] = (customer.patience, customer.talk)
            came(customer, blocked=blocked)

        centre.tally.came = noted  # type: ignore[method-assign]
        centre.run(3000.0)
    assert met[2] == met[9]
