"""The doctor reads the plan in force, and asks FreeSWITCH for its agents' telephones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.routing.turns import Turns
from ivr.store.schema import open_current
from tests.unit.doctor.told import look, statuses

WHOLE = """groups: {billing: {agents: [a1, a2]}}
agents: {a1: {extension: "1001"}, a2: {dial: user/1002}}
"""


def draft(folder: Path, text: str) -> dict[str, str]:
    """The settings of a house with this plan."""
    (folder / "routing.yaml").write_text(text)
    return {
        "acd__plan": str(folder / "routing.yaml"),
        "acd__mirror": str(folder / "mirror.json"),
        "store__url": f"sqlite:///{folder}/ivory.db",
    }


def registered(*users: str) -> str:
    return json.dumps({"row_count": len(users), "rows": [{"reg_user": user} for user in users]})


def test_a_whole_plan_is_well(tmp_path: Path) -> None:
    (finding,) = look("plan", {}, **draft(tmp_path, WHOLE))
    assert (finding.status, "1 group and 2 agents" in finding.seen) == ("ok", True)


def test_the_store_s_plan_comes_before_the_draft(tmp_path: Path) -> None:
    given = draft(tmp_path, "groups: {")
    with open_current(given["store__url"]) as store:
        Turns(store, "test").put(WHOLE, "routing.yaml")
    (finding,) = look("plan", {}, **given)
    assert (finding.status, "turn 1" in finding.seen) == ("ok", True)


@pytest.mark.parametrize("text", ["groups: {", "groups: {billing: {strategy: best}}", "grups: {}"])
def test_a_plan_with_errors_is_a_failure_with_its_place(tmp_path: Path, text: str) -> None:
    (finding,) = look("plan", {}, **draft(tmp_path, text))
    assert (finding.status, "routing.yaml" in finding.seen) == ("failure", True)


def test_no_plan_is_no_fault(tmp_path: Path) -> None:
    given = draft(tmp_path, "")
    assert statuses(look("plan", {}, **given)) == statuses(look("agents", {}, **given)) == ["ok"]


def test_a_plan_of_nobody_is_a_failure(tmp_path: Path) -> None:
    given = draft(tmp_path, "groups: {}\nagents: {a1: {}}")
    assert "failure" in statuses(look("plan", {}, **given))


def test_agents_who_can_be_rung_are_well(tmp_path: Path) -> None:
    told = {"show registrations": registered("1001", "1002")}
    (finding,) = look("agents", told, **draft(tmp_path, WHOLE))
    assert (finding.status, "2 agents" in finding.seen) == ("ok", True)


def test_telephones_that_are_unknown_or_not_registered_are_warnings(tmp_path: Path) -> None:
    told = {
        "show registrations": registered(),
        "global_getvar domain": "example.com",
        "user_exists id 1001 example.com": "true",
        "user_exists id 1002 example.com": "false",
    }
    unknown, away = look("agents", told, **draft(tmp_path, WHOLE))
    assert (unknown.status, "(a2)" in unknown.seen) == ("warning", True)
    assert (away.status, "(a1)" in away.seen) == ("warning", True)


def test_what_is_no_user_of_the_directory_is_not_looked_for(tmp_path: Path) -> None:
    text = WHOLE.replace("user/1002", "sofia/gateway/trunk/1002")
    (finding,) = look("agents", {}, **draft(tmp_path, text), calls__extension="sofia/gateway/pbx/{address}")
    assert finding.status == "ok"
