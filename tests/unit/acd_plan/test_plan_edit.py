"""Single options changed in a plan's text: the rest stays as somebody wrote it."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.acd.model import Tier
from ivr.acd.plan import load
from ivr.acd.plan.changes import of_agent, without_agent
from ivr.acd.plan.dump import dumps
from ivr.acd.plan.edit import changed, drop, put, with_pins
from ivr.flow import yaml

STARTER = (Path(__file__).parents[3] / "routing.yaml").read_text(encoding="utf-8")


def data(text: str) -> Any:
    return yaml.parse(text, "").data


def lines(before: str, after: str) -> list[str]:
    """What is different, without the places."""
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in found if not line.startswith(("---", "+++", "@@"))]


def test_one_option_is_one_line() -> None:
    after = put(STARTER, ("agents", "1001", "skills"), {"billing": 9})
    assert lines(STARTER, after) == [
        "-    skills: {billing: 8, zh-CN: 10, en-US: 5}",
        "+    skills: {billing: 9}",
    ]


def test_the_remark_behind_an_option_stays() -> None:
    after = put(STARTER, ("agents", "1001", "pin"), "998877")
    (old, new) = lines(STARTER, after)
    assert old.endswith("# yours will be another; the store keeps no more than a hash of it")
    assert new == '+    pin: "998877"  # yours will be another; the store keeps no more than a hash of it'


def test_a_new_option_a_new_agent_and_a_new_part_find_their_places() -> None:
    assert lines(STARTER, put(STARTER, ("agents", "1002", "grade"), 3)) == ["+    grade: 3"]
    after = put(STARTER, ("agents", "1007"), {"name": "李雷", "groups": ["billing"]})
    assert lines(STARTER, after) == ["+  1007: {name: 李雷, groups: [billing]}"]
    after = put("groups:\n  billing: {}\n", ("agents", "1001", "name"), "王芳")
    assert data(after) == {"groups": {"billing": {}}, "agents": {"1001": {"name": "王芳"}}}


def test_what_is_taken_out_is_gone_and_nothing_else() -> None:
    assert lines(STARTER, drop(STARTER, ("groups", "outage", "order"))) == [
        "-    order: priority            # flows give some callers a higher priority"
    ]
    gone = lines(STARTER, drop(STARTER, ("agents", "1002")))
    assert len(gone) == 6
    assert all(line.startswith("-") for line in gone)
    assert drop(STARTER, ("agents", "1009")) == STARTER
    assert drop(STARTER, ("queues", "x", "y")) == STARTER


def test_the_last_agent_may_go_too() -> None:
    text = "# ours\ngroups:\n  billing: {}  # the queue\nagents:\n  1001: {}\n"
    after = drop(text, ("agents", "1001"))
    assert data(after) == {"groups": {"billing": {}}, "agents": {}}
    assert "# the queue" in after


@pytest.mark.parametrize(
    "text",
    [
        "{groups: {a: {ring: 5s}}, agents: {}}",
        "groups: {a: {ring: 5s}}\n",
        "groups:\n  a:\n    ring: 5s",
        "groups:\r\n  a:\r\n    ring: 5s\r\n",
        "groups:\n  b: &usual {ring: 5s}\n  a: *usual\n",
        'groups:\n  "a":\n    ring:\n      5s\n    music: >\n      x\n',
        "groups:\n    a:   # here\n        ring: 5s\n",
    ],
)
def test_whatever_the_layout_the_outcome_holds_what_is_wanted(text: str) -> None:
    wanted = data(text)
    wanted["groups"]["a"] = {**wanted["groups"]["a"], "ring": "9s"}
    assert data(put(text, ("groups", "a", "ring"), "9s")) == wanted
    del wanted["groups"]["a"]
    assert data(drop(text, ("groups", "a"))) == wanted


TEXTS = st.one_of(
    st.sampled_from(
        ["yes", "on", "0123", "1", "null", "~", "a: b", "x #y", "- z", "{a}", "中文：好", '"', "%"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12),
)
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(-99, 99), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(TEXTS.filter(lambda key: key not in ("", "*", "#", "<<")), inner, max_size=3),
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(["title", "skills", "groups", "agents", "defaults"]), VALUES))
def test_any_data_is_read_as_it_was_written(content: dict[str, Any]) -> None:
    assert data(dumps(content)) == content


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(
        [("agents", "1001", "name"), ("agents", "1007", "skills"), ("groups", "billing"), ("title",)]
    ),
    VALUES,
)
def test_any_value_can_be_put_anywhere(path: tuple[str, ...], value: Any) -> None:
    found = data(put(STARTER, path, value))
    for step in path:
        found = found[step]
    assert found == value


def test_pins_are_replaced_where_they_stand() -> None:
    text = "agents:\n  1001: {pin: '4711', name: a}\n  1002:\n    pin: \"4712\"  # his\n  1003: {}\n"
    asked: list[tuple[str, str]] = []

    def give(agent: str, pin: str) -> str:
        asked.append((agent, pin))
        return "kept"

    assert with_pins(text, give) == (
        "agents:\n  1001: {pin: kept, name: a}\n  1002:\n    pin: kept  # his\n  1003: {}\n"
    )
    assert asked == [("1001", "4711"), ("1002", "4712")]


# Agents -----------------------------------------------------------------------------------------------


def edited(text: str, **more: Any) -> str:
    wanted = {"options": {}, "skills": {}, "groups": {}, **more}
    return changed(text, of_agent(data(text), "1001", **wanted))


def test_a_skill_is_learnt_changed_and_forgotten() -> None:
    text = "skills: [a, b, c]\nagents:\n  1001: {skills: [a, b]}\n"
    after = load(edited(text, skills={"a": None, "b": 5, "c": 9}))
    assert after.plan.agents["1001"].skills == {"b": 5, "c": 9}


def test_a_place_is_changed_where_it_stands() -> None:
    text = "groups:\n  a: {agents: [1001, 1002]}\n  b: {}\nagents:\n  1001: {groups: [b]}\n  1002: {}\n"
    after = edited(text, groups={"a": Tier(2), "b": Tier(3, 4)})
    assert load(after).plan.agents["1001"].tiers == {"a": Tier(2), "b": Tier(3, 4)}
    assert 'agents: [{agent: "1001", level: 2}, 1002]' in after
    left = load(edited(after, groups={"a": None, "b": None})).plan.agents
    assert (left["1001"].tiers, left["1002"].tiers) == ({}, {"a": Tier()})


def test_an_agent_who_goes_is_in_no_list_any_more() -> None:
    text = "groups:\n  a: {agents: [1001, {agent: 1002, level: 2}]}\nagents:\n  1001: {}\n  1002: {}\n"
    after = load(changed(text, without_agent(data(text), "1002")))
    assert list(after.plan.agents) == ["1001"]
