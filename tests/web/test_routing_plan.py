"""The routing plan by the API, as a text and as things: one turn for each change, and nothing of a PIN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ivr.routing.turns import Turns
from ivr.settings import Settings
from ivr.store import audits
from ivr.store.audits import Query
from ivr.web.site import Site
from tests.web.conftest import NOW, Browser

PLAN = """\
# Who answers what.
skills: [billing, outage]
groups:
  billing:
    title: {zh-CN: 账单组, en-US: Billing}
    require: {billing: 5}
    ring: 15s                  # then somebody else
agents:
  1001: {name: Ann, pin: "4711", groups: [billing], skills: {billing: 8}}
  1002: {name: Bo, groups: [{group: billing, level: 2}], skills: {billing: 5}}
"""


@pytest.fixture
def plan(site: Site) -> None:
    site.ask(lambda store: Turns(store, "cli:li", lambda: NOW).put(PLAN, "routing.yaml", "first"))


@pytest.fixture
def admin(plan: None, signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("admin")


def text(browser: Browser) -> str:
    return str(browser.get("/api/v1/routing/plan").json["text"])


def orders(site: Site) -> list[str]:
    return [one.order for one in site.ask(audits.page, Query())]


# The text ---------------------------------------------------------------------------------------------


def test_the_plan_is_read_with_its_turn_and_without_a_pin(admin: Browser) -> None:
    answer = admin.get("/api/v1/routing/plan")
    assert (answer.json["turn"], answer.headers["ETag"]) == (1, '"1"')
    assert answer.json["text"].startswith("# Who answers what.\n")
    assert "pin: kept" in answer.json["text"]
    assert "4711" not in answer.text
    assert "scrypt" not in answer.text


def test_a_plan_is_put_in_force_and_written_down(admin: Browser, site: Site) -> None:
    changed = text(admin).replace("15s", "20s")
    answer = admin.send("PUT", "/api/v1/routing/plan", {"text": changed, "message": "longer"}, If_Match='"1"')
    assert (answer.status_code, answer.json["turn"], answer.json["changed"]) == (200, 2, True)
    newest = admin.get("/api/v1/routing/plan/turns").json[0]
    assert (newest["turn"], newest["by"], newest["message"]) == (2, "user:admin", "longer")
    (noted,) = site.ask(audits.page, Query(order="plan."))
    assert (noted.before, noted.after) == ({"turn": 1, "groups.billing.ring": "15s"},
                                           {"turn": 2, "groups.billing.ring": "20s"})  # fmt: skip


def test_a_plan_made_of_an_older_turn_is_not_put_over_a_newer_one(admin: Browser) -> None:
    mine = text(admin)
    admin.send("PUT", "/api/v1/routing/plan", {"text": mine.replace("15s", "20s")}, If_Match='"1"')
    late = admin.send("PUT", "/api/v1/routing/plan", {"text": mine.replace("15s", "30s")}, If_Match='"1"')
    assert (late.status_code, late.json["current"]) == (412, '"2"')
    assert "20s" in text(admin)


def test_a_file_that_would_undo_what_was_changed_is_refused(admin: Browser) -> None:
    admin.send("PATCH", "/api/v1/agents", {"agents": {"1002": {"billing": 9}}})
    answer = admin.send("PUT", "/api/v1/routing/plan", {"text": PLAN})
    assert answer.status_code == 412
    assert "agents.1002.skills.billing" in answer.json["detail"]
    assert admin.send("PUT", "/api/v1/routing/plan", {"text": PLAN, "anyway": True}).status_code == 200


@pytest.mark.parametrize("wrong", ["groups: {billing: {ring: soon}}", "groups: [", "", "[]", "\x00"])
def test_a_plan_with_errors_changes_nothing(admin: Browser, wrong: str) -> None:
    answer = admin.send("PUT", "/api/v1/routing/plan", {"text": wrong})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["detail"].startswith("line 1: ")
    assert admin.get("/api/v1/routing/plan").json["turn"] == 1


def test_a_draft_is_checked_with_places_ways_out_and_what_it_would_change(admin: Browser) -> None:
    good = admin.send("POST", "/api/v1/routing/plan/check", {"text": text(admin).replace("15s", "20s")}).json
    assert good["changes"] == [{"where": "groups.billing.ring", "old": "15s", "new": "20s"}]
    wrong = admin.send("POST", "/api/v1/routing/plan/check", {"text": "groups: {a: {rin: 1s}}"}).json
    (found,) = [one for one in wrong["findings"] if one["severity"] == "error"]
    assert (found["line"], found["column"]) == (1, 14)
    assert "ring" in found["hint"]
    assert admin.get("/api/v1/routing/plan").json["turn"] == 1


def test_turns_are_compared_and_gone_back_to(admin: Browser) -> None:
    admin.send("PUT", "/api/v1/groups/billing", {"ring": "30s"})
    lines = admin.get("/api/v1/routing/plan/turns/2/diff").json
    assert {"where": "groups.billing.ring", "old": "15s", "new": "30s"} in lines
    assert "15s" in admin.get("/api/v1/routing/plan/turns/1").json["text"]
    late = admin.send("POST", "/api/v1/routing/plan/turns/1/restore", {}, If_Match='"1"')
    assert late.status_code == 412
    back = admin.send("POST", "/api/v1/routing/plan/turns/1/restore", {"message": "no"}, If_Match='"2"')
    assert (back.json["turn"], back.json["changed"]) == (3, True)
    assert "15s" in text(admin)
    assert admin.get("/api/v1/routing/plan/turns/9").status_code == 404


def test_the_file_is_in_force_until_the_first_change_which_puts_it_into_the_database(
    signed_in: Callable[[str], Browser], settings: Settings
) -> None:
    settings.acd.plan.write_text(PLAN, encoding="utf-8")
    admin = signed_in("admin")
    assert admin.get("/api/v1/routing/plan").json["turn"] == 0
    assert admin.send("PUT", "/api/v1/groups/billing", {"ring": "soon"}).status_code == 422
    assert admin.get("/api/v1/routing/plan").json["turn"] == 0
    assert admin.send("PUT", "/api/v1/groups/billing", {"ring": "30s"}).json["turn"] == 2
    assert [one["origin"] for one in admin.get("/api/v1/routing/plan/turns").json] == ["changed", "file"]


def test_where_there_is_no_plan_a_first_group_makes_one(signed_in: Callable[[str], Browser]) -> None:
    admin = signed_in("admin")
    assert admin.get("/api/v1/groups").json == []
    assert admin.send("POST", "/api/v1/groups", {"id": "sales", "max_wait": "5m"}).status_code == 201
    assert [one["id"] for one in admin.get("/api/v1/groups").json] == ["sales"]


# Groups -----------------------------------------------------------------------------------------------


def test_a_group_is_changed_and_the_rest_of_the_text_stays(admin: Browser, site: Site) -> None:
    before, group = text(admin), admin.get("/api/v1/groups/billing")
    wanted = {**group.json, "ring": "20s"}
    answer = admin.send("PUT", "/api/v1/groups/billing", wanted, If_Match=group.headers["ETag"])
    assert (answer.status_code, answer.json["turn"]) == (200, 2)
    assert text(admin) == before.replace("15s                  #", "20s  #")
    assert orders(site) == ["group.change"]


def test_a_group_that_somebody_else_has_changed_is_left_to_them(admin: Browser) -> None:
    etag = admin.get("/api/v1/groups/billing").headers["ETag"]
    admin.send("PUT", "/api/v1/agents/1002", {"groups": [], "skills": {"billing": 5}})
    late = admin.send("PUT", "/api/v1/groups/billing", {"ring": "20s"}, If_Match=etag)
    assert late.status_code == 412
    assert late.json["current"] == admin.get("/api/v1/groups/billing").headers["ETag"]


def test_a_change_of_another_group_is_no_conflict(admin: Browser) -> None:
    etag = admin.get("/api/v1/groups/billing").headers["ETag"]
    assert admin.send("POST", "/api/v1/groups", {"id": "sales", "max_wait": "5m"}).status_code == 201
    assert admin.send("PUT", "/api/v1/groups/billing", {"ring": "20s"}, If_Match=etag).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"ring": "soon"}, "/ring"),
        ({"service_level": "very good"}, "/service_level"),
        ({"require": {"billing": 11}}, "/require/billing"),
        ({"overflow": [{"on": "wait", "after": "1m", "to": {"group": "gone"}}]}, "/overflow/0/to/group"),
        ({"agents": [{"agent": "1009"}]}, "/agents/0"),
        ({"rings": "15s"}, "/rings"),
    ],
)
def test_what_does_not_fit_is_told_by_its_option(admin: Browser, body: dict[str, Any], pointer: str) -> None:
    answer = admin.send("PUT", "/api/v1/groups/billing", body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert admin.get("/api/v1/routing/plan").json["turn"] == 1


def test_a_group_comes_goes_and_comes_back(admin: Browser) -> None:
    whole = admin.get("/api/v1/groups/billing").json
    assert admin.send("DELETE", "/api/v1/groups/billing").status_code == 204
    assert admin.get("/api/v1/groups/billing").status_code == 404
    assert admin.get("/api/v1/agents/1001").json["groups"] == []
    assert admin.send("PUT", "/api/v1/groups/billing", whole, If_None_Match="*").status_code == 200
    assert admin.get("/api/v1/groups/billing").json == whole


def test_a_group_that_is_there_is_not_added_and_one_that_is_not_is_not_changed(admin: Browser) -> None:
    assert admin.send("POST", "/api/v1/groups", {"id": "billing"}).status_code == 409
    assert admin.send("PUT", "/api/v1/groups/sales", {}).status_code == 404
    assert admin.send("DELETE", "/api/v1/groups/sales").status_code == 404
    assert admin.send("POST", "/api/v1/groups", {"id": "Not A Name"}).status_code == 422


def test_what_a_change_gives_cause_to_warn_of_is_told(admin: Browser) -> None:
    answer = admin.send("PUT", "/api/v1/groups/billing", {"require": {"billing": 10}, "max_wait": "5m"})
    assert "nobody" in " ".join(answer.json["warnings"])


# Agents and skills ------------------------------------------------------------------------------------


def test_an_agents_pin_is_set_kept_and_never_told(admin: Browser) -> None:
    ann = admin.get("/api/v1/agents/1001").json
    assert ann["pin"] == "kept"
    answer = admin.send("PUT", "/api/v1/agents/1002", {**ann, "id": "", "pin": "8899", "extension": "2"})
    assert answer.status_code == 200
    assert "8899" not in admin.get("/api/v1/routing/plan").text + admin.get("/api/v1/audit").text
    assert admin.get("/api/v1/agents/1002").json["pin"] == "kept"
    admin.send("PUT", "/api/v1/agents/1002", {"name": "Bo", "pin": None})
    assert "pin" not in admin.get("/api/v1/agents/1002").json


def test_an_agent_who_was_taken_out_comes_back_with_their_pin(admin: Browser, site: Site) -> None:
    ann = admin.get("/api/v1/agents/1001").json
    admin.send("DELETE", "/api/v1/agents/1001")
    assert admin.send("PUT", "/api/v1/agents/1001", ann, If_None_Match="*").status_code == 200
    present = site.ask(lambda store: Turns(store, "").present())
    assert present is not None
    assert present.pin_fits("1001", "4711")


def test_many_cells_are_one_turn(admin: Browser) -> None:
    cells = {"1001": {"billing": None, "outage": 3}, "1002": {"outage": 10}}
    assert admin.send("PATCH", "/api/v1/agents", {"agents": cells}).json["turn"] == 2
    assert [one["skills"] for one in admin.get("/api/v1/agents").json] == [
        {"outage": 3}, {"billing": 5, "outage": 10},
    ]  # fmt: skip


def test_cells_of_nobody_or_of_no_skill_change_nothing(admin: Browser) -> None:
    assert admin.send("PATCH", "/api/v1/agents", {"agents": {"9": {"billing": 1}}}).status_code == 404
    assert admin.send("PATCH", "/api/v1/agents", {"agents": {"1001": {"magic": 1}}}).status_code == 422
    assert admin.send("PATCH", "/api/v1/agents", {"agents": {"1001": {"billing": 11}}}).status_code == 422
    assert admin.get("/api/v1/routing/plan").json["turn"] == 1


def test_skills_come_get_names_and_go(admin: Browser) -> None:
    assert admin.send("PUT", "/api/v1/skills/chess", {"title": {"en-US": "Chess"}}).status_code == 200
    assert {one["id"]: one["title"] for one in admin.get("/api/v1/skills").json}["chess"] == {
        "en-US": "Chess"
    }
    assert admin.send("DELETE", "/api/v1/skills/chess").status_code == 204
    asked_for = admin.send("DELETE", "/api/v1/skills/billing")
    assert asked_for.status_code == 409
    assert admin.send("DELETE", "/api/v1/skills/chess").status_code == 404


def test_a_name_that_no_skill_can_have_is_refused_where_skills_are_a_list(admin: Browser) -> None:
    refused = admin.send("PUT", "/api/v1/skills/%C2%BC", {})
    assert (refused.status_code, refused.json["code"]) == (422, "A102")


def test_without_the_right_to_change_nothing_is_changed(plan: None, bearer: Callable[..., Any]) -> None:
    ask = bearer("routing:read")
    assert ask("GET", "/api/v1/groups").status_code == 200
    for method, path in (("PUT", "/groups/billing"), ("PATCH", "/agents"), ("PUT", "/routing/plan")):
        assert ask(method, f"/api/v1{path}", {}).status_code == 403
