"""What the router is given of a plan."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.acd.model import Destination, Overflow, Step, Tier
from ivr.acd.plan import EMPTY, load, pins, scope
from ivr.acd.plan.diff import compare, undone
from ivr.acd.plan.hours import opening

PROJECT = Path(__file__).parents[3]
WHOLE = load((PROJECT / "tests/corpus/plans/good/everything.yaml").read_bytes())
BEIJING = ZoneInfo("Asia/Shanghai")


def test_a_group_is_what_the_plan_says_of_it() -> None:
    group = WHOLE.plan.groups["billing"]
    assert (group.target_share, group.target) == (0.85, 15.0)
    assert (group.ring, group.wrap_up, group.weight) == (20.0, 30.0, 90.0)
    assert group.relax == (Step(30.0, {"billing": 2}), Step(60.0, {"zh-CN": 0}, ("general",)))
    assert group.overflow == (
        Overflow("size", Destination("group", "general"), 40.0),
        Overflow("estimate", Destination("flow", "callback"), 600.0),
        Overflow("wait", Destination("agent", "1003"), 300.0),
        Overflow("closed", Destination("voicemail", "billing")),
        Overflow("no_agent", Destination("number", "+861012345678")),
    )
    assert (group.last_agent_within, group.last_agent_wait) == (30 * 86400.0, 30.0)
    delays = (group.busy_delay, group.reject_delay, group.no_answer_delay, group.unregistered_delay)
    assert delays == (1.0, 2.0, 3.0, 4.0)


def test_a_group_takes_over_what_defaults_say_and_it_does_not() -> None:
    assert WHOLE.plan.groups["general"].ring == 15.0
    assert WHOLE.centre.groups["general"].recording.calls == 1.0
    assert WHOLE.centre.groups["billing"].recording.calls == 0.2


def test_a_strategy_takes_the_place_of_a_usual_rank_and_the_other_way_round() -> None:
    text = "defaults: {rank: grade}\ngroups: {a: {strategy: random}, b: {}}"
    groups = load(text).plan.groups
    assert (groups["a"].rank, groups["a"].strategy) == (None, "random")
    assert groups["b"].rank is not None
    text = "defaults: {strategy: random}\ngroups: {a: {rank: grade}, b: {}}"
    groups = load(text).plan.groups
    assert groups["a"].rank is not None
    assert groups["b"].strategy == "random"


def test_places_are_read_from_the_group_and_from_the_agent() -> None:
    agents = WHOLE.plan.agents
    assert agents["1001"].tiers == {"billing": Tier(), "general": Tier(), "vip": Tier(2)}
    assert agents["1002"].tiers == {"billing": Tier(2, 3)}
    assert agents["wang.fang-2"].tiers == {"general": Tier()}


def test_an_agent_is_rung_at_the_dial_string_the_extension_or_the_id() -> None:
    dials = {name: agent.dial for name, agent in WHOLE.plan.agents.items()}
    assert dials["1001"] == "8001"
    assert dials["1002"] == "sofia/gateway/trunk/13900001111"
    assert dials["1003"] == "1003"


def test_rank_and_match_are_asked_with_facts() -> None:
    facts = {"skills": {"billing": 8}, "calls_today": 30, "last_agent": True, "grade": 1, "agent": "1001"}
    groups = WHOLE.plan.groups
    assert groups["general"].rank is not None
    assert groups["billing"].match is not None
    assert groups["general"].rank(facts) == 55.0
    assert groups["general"].rank({**facts, "skills": {}}) == -25.0
    assert groups["billing"].match(facts) is True
    assert groups["billing"].match({**facts, "agent": "1009"}) is False


def test_a_rank_that_comes_to_no_figure_puts_the_agent_last_and_says_why() -> None:
    plan = load("groups: {a: {rank: 1 / calls_today, match: grade + 'x' == 1}}").plan
    rank, match = plan.groups["a"].rank, plan.groups["a"].match
    assert rank is not None
    assert match is not None
    assert rank({"skills": {}, "calls_today": 0}) == float("-inf")
    assert "zero" in getattr(rank, "trouble", "")
    assert match({"skills": {}, "grade": 1}) is False


def test_every_name_and_function_of_rank_and_match_has_words() -> None:
    for names in (*scope.NAMES.values(), scope.FUNCTIONS):
        assert all(words.endswith(".") for words in names.values())


def test_plans_of_the_same_text_are_equal() -> None:
    text = (PROJECT / "tests/corpus/plans/good/everything.yaml").read_text(encoding="utf-8")
    assert load(text, "routing.yaml").plan == WHOLE.plan
    assert load(text.replace("calls_today", "2 * calls_today")).plan != WHOLE.plan


def test_a_plan_of_nobody_is_a_plan() -> None:
    assert (EMPTY.plan.groups, EMPTY.plan.agents, EMPTY.findings, EMPTY.data) == ({}, {}, (), {})
    assert load("{}").plan == EMPTY.plan


@pytest.mark.parametrize(
    ("at", "open_", "until"),
    [
        ("2026-11-23 10:00", True, "2026-11-23 12:00"),
        ("2026-11-23 12:30", False, "2026-11-23 13:00"),
        ("2026-11-23 20:00", False, "2026-11-24 09:00"),
    ],
)
def test_hours_say_which_groups_are_open_and_until_when(at: str, open_: bool, until: str) -> None:
    found = opening(WHOLE.centre, datetime.fromisoformat(at).replace(tzinfo=BEIJING))
    assert ("billing" in found.open, "billing" in found.closed) == (open_, not open_)
    assert {"general", "vip"} <= found.open
    assert found.until == datetime.fromisoformat(until).replace(tzinfo=BEIJING)


def test_a_plan_without_hours_never_changes_by_itself() -> None:
    found = opening(load("groups: {a: {}}").centre, datetime(2026, 11, 23, tzinfo=BEIJING))
    assert (set(found.open), set(found.closed), found.until) == ({"a"}, set(), None)


# PINs -------------------------------------------------------------------------------------------------


def test_a_pin_is_checked_as_digits_and_as_a_hash() -> None:
    kept = pins.hashed("0471", b"0123456789abcdef")
    for written in ("0471", kept):
        plan = load(f'agents: {{1001: {{pin: "{written}"}}, 1002: {{}}}}')
        assert plan.pin_fits("1001", "0471")
        assert not plan.pin_fits("1001", "471")
        assert not plan.pin_fits("1001", kept)
        assert not plan.pin_fits("1001", "")
        assert not plan.pin_fits("1002", "")
        assert not plan.pin_fits("1009", "0471")


def test_a_pin_that_is_to_be_kept_fits_nothing() -> None:
    assert not load("agents: {1001: {pin: kept}}").pin_fits("1001", "kept")


def test_a_pin_is_in_no_repr_no_message_and_no_diff() -> None:
    plan = load('agents: {1001: {pin: "471199"}}')
    assert "471199" not in repr(plan.centre)
    other = compare(plan.data, load('agents: {1001: {pin: "998877"}}').data)
    assert [(one.where, one.old, one.new) for one in other] == [("agents.1001.pin", "kept", "another")]


def test_the_same_pin_is_no_difference_however_it_stands_there() -> None:
    digits, kept = ({"agents": {"1001": {"pin": pin}}} for pin in ("471199", "kept"))
    stored = {"agents": {"1001": {"pin": pins.hashed("471199", bytes(16))}}}
    salted_anew = {"agents": {"1001": {"pin": pins.hashed("471199", bytes([1] * 16))}}}
    for one, other in ((digits, stored), (stored, digits), (stored, kept), (kept, digits), (digits, digits)):
        assert compare(one, other) == []
    for other in ({"agents": {"1001": {"pin": "998877"}}}, salted_anew):
        (changed,) = compare(stored, other)
        assert (changed.sign, changed.old, changed.new) == ("~", "kept", "another")
    (added,) = compare(
        {"agents": {"1001": {"name": "A"}}}, {"agents": {"1001": {"name": "A", "pin": "4711"}}}
    )
    assert (added.sign, added.where, added.new) == ("+", "agents.1001.pin", "new")


def test_what_a_plan_would_undo_is_what_it_has_otherwise_of_what_was_changed_since() -> None:
    earlier = load("groups: {a: {ring: 10s, wrap_up: 5s}}").data
    present = load("groups: {a: {ring: 15s, wrap_up: 5s}}").data
    wanted = load("groups: {a: {ring: 10s, wrap_up: 9s}}").data
    assert [(one.where, one.old, one.new) for one in undone(earlier, present, wanted)] == [
        ("groups.a.ring", "15s", "10s")
    ]
    assert undone(earlier, present, load("groups: {a: {ring: 15s, wrap_up: 9s}}").data) == []
