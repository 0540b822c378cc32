"""Groups, agents and skills as things of their own: read, put back, and only what changed is written anew."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from ivr.acd.plan import load, things
from ivr.acd.plan.changes import Changes
from ivr.acd.plan.edit import changed
from ivr.acd.plan.pointing import pointer
from ivr.errors import FlowError

PLAN = """\
skills: [billing, outage]
groups:
  billing:                     # the busy one
    title: Billing
    require: [billing]
    ring: 15s                  # then somebody else
    agents: [1001]
  outage: {}
agents:
  1001: {name: Ann, pin: "4711", skills: {billing: 8}}
  1002:
    name: Bo
    groups: [outage, {group: billing, level: 2}]   # helps out
"""
DATA = load(PLAN).data


def after(changes: Changes) -> str:
    text = changed(PLAN, changes)
    load(text)
    return text


@pytest.mark.parametrize("name", ["billing", "outage"])
def test_a_group_that_is_put_back_as_it_was_changes_nothing(name: str) -> None:
    wanted = things.group(DATA, name)
    assert wanted is not None
    assert things.put_group(DATA, name, wanted) == {}


@pytest.mark.parametrize("name", ["1001", "1002"])
def test_an_agent_who_is_put_back_as_they_were_changes_nothing(name: str) -> None:
    wanted = things.agent(DATA, name)
    assert wanted is not None
    assert things.put_agent(DATA, name, wanted) == {}


def test_the_starter_plan_is_put_back_unchanged() -> None:
    data = load(Path("routing.yaml").read_bytes()).data
    for name in data["groups"]:
        assert things.put_group(data, name, things.group(data, name) or {}) == {}
    for name in data["agents"]:
        assert things.put_agent(data, name, things.agent(data, name) or {}) == {}


def test_members_are_those_of_the_group_and_those_who_say_so_themselves() -> None:
    assert things.members(DATA, "billing") == [
        {"agent": "1001", "level": 1, "position": 1},
        {"agent": "1002", "level": 2, "position": 1},
    ]


def test_one_option_is_changed_and_remarks_stay() -> None:
    wanted: dict[str, Any] = {**(things.group(DATA, "billing") or {}), "ring": "20s"}
    assert after(things.put_group(DATA, "billing", wanted)) == PLAN.replace(
        "ring: 15s ", "ring: 20s "
    ).replace("20s                  #", "20s  #")


def test_an_option_that_is_not_said_any_more_is_gone() -> None:
    text = after(things.put_group(DATA, "billing", {"require": {"billing": 1}, "title": "Billing"}))
    assert "ring" not in text
    assert "agents: [1001]" in text  # nothing was said of them


def test_a_place_is_changed_where_it_stands() -> None:
    wanted = copy.deepcopy(things.group(DATA, "billing") or {})
    wanted["agents"] = [{"agent": "1002"}, {"agent": "1001", "level": 3}]
    data = load(after(things.put_group(DATA, "billing", wanted))).data
    assert data["groups"]["billing"]["agents"] == [{"agent": "1001", "level": 3}]
    assert data["agents"]["1002"]["groups"] == ["outage", "billing"]


def test_a_group_that_goes_leaves_no_place_behind() -> None:
    data = load(after(things.without_group(DATA, "billing"))).data
    assert "billing" not in data["groups"]
    assert data["agents"]["1002"]["groups"] == ["outage"]


def test_a_pin_is_never_read_and_stays_where_it_is_not_mentioned() -> None:
    ann = things.agent(DATA, "1001") or {}
    assert ann["pin"] == "kept"
    del ann["pin"]
    assert things.put_agent(DATA, "1001", ann) == {}
    assert things.put_agent(DATA, "1001", {**ann, "pin": None}) == {("agents", "1001", "pin"): None}


def test_who_has_no_pin_keeps_none() -> None:
    assert things.put_agent(DATA, "1002", {**(things.agent(DATA, "1002") or {}), "pin": "kept"}) == {}


def test_cells_of_the_table_are_levels_and_nothing_is_no_skill() -> None:
    data = load(
        after(things.put_levels(DATA, {"1001": {"billing": 0, "outage": 4}, "1002": {"outage": 0}}))
    ).data
    assert data["agents"]["1001"]["skills"] == {"outage": 4}
    assert "skills" not in data["agents"]["1002"]


def test_a_skill_of_a_list_stays_in_the_list_until_it_has_words() -> None:
    assert load(after(things.put_skill(DATA, "chess", ""))).data["skills"] == ["billing", "outage", "chess"]
    assert load(after(things.put_skill(DATA, "outage", {"zh-CN": "报障"}))).data["skills"] == {
        "billing": "", "outage": {"zh-CN": "报障"},
    }  # fmt: skip


def test_a_skill_that_goes_is_known_to_nobody() -> None:
    changes = things.without_skill(load(PLAN.replace("    require: [billing]\n", "")).data, "billing")
    assert changes == {("skills",): ["outage"], ("agents", "1001", "skills"): None}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"ring": "soon"}, "/ring"),
        ({"require": {"nothing": 3}}, "/require/nothing"),
        ({"overflow": [{"on": "wait", "after": "1m", "to": {"group": "nobody"}}]}, "/overflow/0/to/group"),
    ],
)
def test_a_finding_points_to_its_option(options: dict[str, Any], expected: str) -> None:
    text = changed(PLAN, things.put_group(DATA, "billing", {"title": "Billing", **options}))
    with pytest.raises(FlowError) as error:
        load(text)
    assert pointer(text, ("groups", "billing"), error.value.findings[0]) == expected


def test_a_finding_about_something_else_points_nowhere() -> None:
    text = changed(PLAN, {("agents", "1001", "grade"): -1})
    with pytest.raises(FlowError) as error:
        load(text)
    assert pointer(text, ("groups", "billing"), error.value.findings[0]) == ""
    assert pointer(text, ("agents", "1001"), error.value.findings[0]) == "/grade"


def test_a_finding_about_what_stands_in_a_list_points_nowhere() -> None:
    text = PLAN.replace("[billing, outage]", "[billing, outage, ¼]")
    with pytest.raises(FlowError) as error:
        load(text)
    assert pointer(text, ("skills", "¼"), error.value.findings[0]) == ""
