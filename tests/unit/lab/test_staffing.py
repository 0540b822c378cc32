"""The plan of a lab: as the house has it, but always open, and with somebody in every group."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.acd.plan import LoadedPlan, load
from ivr.lab.staffing import STAND_IN, staffed
from ivr.runtime import reading
from ivr.runtime.reading import Flows

PLAN = """
calendars: {office: {timezone: Asia/Shanghai, mon-fri: "09:00-10:00"}}
skills: {billing: Billing}
defaults: {hours: office, wrap_up: 9s}
groups:
  billing: {require: {billing: 5}, overflow: [{on: closed, to: {group: night}}]}
  night: {hours: office}
agents:
  1002: {name: Li, groups: [billing], skills: {billing: 8}}
"""
FLOW = """
id: desk
languages: [en-US]
nodes:
  a: {type: transfer, skill: billing, next: b, outcomes: {error: end}}
  b:
    type: transfer
    skill: sales
    relax: [{after: 5s, groups: [everybody]}]
    next: end
    outcomes: {error: end}
"""


@pytest.fixture
def flows(tmp_path: Path) -> Flows:
    (tmp_path / "desk.yaml").write_text(FLOW)
    return reading.read([tmp_path / "desk.yaml"]).flows


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "routing.yaml"
    path.write_text(PLAN)
    return path


def made(plan: Path, flows: Flows, presence: str = "there") -> LoadedPlan:
    return load(staffed(plan, flows, presence), "lab.yaml")  # type: ignore[arg-type]


def test_the_people_of_the_plan_serve_at_any_hour(plan: Path, flows: Flows) -> None:
    centre = made(plan, flows).centre
    assert centre.agents["1002"].name == "Li"
    assert [group.hours for group in centre.groups.values()] == [None] * 4
    assert centre.groups["billing"].wrap_up == 9


def test_groups_that_have_nobody_get_a_stand_in_who_knows_all_there_is(plan: Path, flows: Flows) -> None:
    agents = made(plan, flows).plan.agents
    assert set(agents["1002"].tiers) == {"billing"}
    assert set(agents[STAND_IN].tiers) == {"night", "sales", "everybody"}
    assert agents[STAND_IN].skills == {"billing": 10, "en-US": 10}


def test_agents_are_rung_at_telephones_of_the_lab_and_known_by_their_own(plan: Path, flows: Flows) -> None:
    profile = made(plan, flows).centre.agents["1002"]
    assert (profile.extension, profile.dial) == ("1002", "user/agent_1002")


def test_a_full_queue_takes_nobody(plan: Path, flows: Flows) -> None:
    groups = made(plan, flows, "full").plan.groups
    assert {group.max_size for group in groups.values()} == {0}


@pytest.mark.parametrize("text", [None, "groups: [", "groups: {billing: {strategy: none_such}}"])
def test_without_a_plan_that_can_serve_stand_ins_do(tmp_path: Path, flows: Flows, text: str | None) -> None:
    path = tmp_path / "other.yaml"
    if text is not None:
        path.write_text(text)
    agents = made(path, flows).plan.agents
    assert set(agents) == {STAND_IN}
    assert set(agents[STAND_IN].tiers) == {"billing", "sales", "everybody"}
