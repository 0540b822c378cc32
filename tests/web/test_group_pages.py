"""The pages about groups, agents, skills and the plan: with a worker and without, for who may see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from ivr.acd.plan import load, things
from ivr.routing.turns import Turns
from ivr.settings import Settings
from ivr.web.live.feed import Feed
from ivr.web.routing.live import Live
from ivr.web.routing.sheet import sheet
from ivr.web.site import Site
from tests.web.conftest import NOW, Browser
from tests.web.test_routing_plan import PLAN
from tests.web.worker import Worker

PAGES = (
    "/groups", "/groups/-/rows", "/groups/-/waiting", "/groups/billing", "/agents", "/agents/-/rows",
    "/agents/1001", "/agents/1001/now", "/skills", "/routing", "/routing/turns", "/routing/turns?turn=1",
    "/agent", "/agent/now",
)  # fmt: skip
SILENT = 'data-live-hide="worker.there">'
"""How a page begins to say that no worker is there."""
STATUS: dict[str, Any] = {
    "now": 100.0, "turn": 1, "held": False,
    "groups": {"billing": {"open": False, "waiting": 1, "longest": 25.0, "target": 20.0, "service_level": 0.5,
                           "agents": {"busy": 1, "logged_out": 1}, "title": {}}},
    "agents": {"1001": {"state": "busy", "reason": "", "then": "on_break", "since": 40.0, "contacts": ["c1"],
                        "dial": "1001", "listeners": [{"at": "9001", "mode": "monitor", "there": True}]}},
    "contacts": {
        "c1": {"group": "billing", "agent": "1001", "since": 40.0, "number": "13900000001", "name": "张三",
               "show": {"contract": "<b>4711</b>"}},
        "c2": {"group": "billing", "waited": 25.0, "position": 1, "number": "", "name": "", "offers": {}},
    },
}  # fmt: skip


@pytest.fixture
def admin(site: Site, signed_in: Callable[[str], Browser]) -> Browser:
    site.ask(lambda store: Turns(store, "cli:li", lambda: NOW).put(PLAN, "routing.yaml", "first"))
    return signed_in("admin")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_there_without_a_worker(admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 200


def test_a_page_says_so_where_no_worker_is_there(admin: Browser) -> None:
    assert SILENT in admin.get("/groups").text
    assert "Calls are not given out just now" in admin.get("/agent/now?as=1001").text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_what_the_worker_tells(admin: Browser, worker: Worker, path: str) -> None:
    worker.answers["acd.status"] = lambda _: STATUS
    answer = admin.get(f"{path}?as=1001" if path.startswith("/agent") and "1001" not in path else path)
    assert answer.status_code == 200
    assert SILENT not in answer.text


def test_an_agents_desk_shows_the_caller_and_what_the_flow_says_of_them(
    admin: Browser, worker: Worker
) -> None:
    worker.answers["acd.status"] = lambda _: STATUS
    text = admin.get("/agent?as=1001").text
    assert "张三" in text
    assert "&lt;b&gt;4711&lt;/b&gt;" in text


def test_a_talk_is_ended_as_the_agent_at_the_desk_and_as_a_supervisor_on_the_agents_page(
    admin: Browser, worker: Worker
) -> None:
    contact = {**STATUS["contacts"]["c1"], "channel": "voice"}
    worker.answers["acd.status"] = lambda _: {**STATUS, "contacts": {"c1": contact}}
    desk, page = admin.get("/agent/now?as=1001").text, admin.get("/agents/1001/now").text
    assert "POST /api/v1/agents/1001/hang-up" in desk
    assert "POST /api/v1/agents/1001/end-talk" in page
    assert "/hang-up" not in page


def test_who_is_one_agent_is_not_another(
    admin: Browser, worker: Worker, signed_in: Callable[[str], Browser]
) -> None:
    worker.answers["acd.status"] = lambda _: STATUS
    text = signed_in("agent").get("/agent?as=1002").text
    assert 'data-desk="1001"' in text


def test_a_group_that_waits_too_long_is_marked_and_a_withheld_number_named(
    admin: Browser, worker: Worker
) -> None:
    worker.answers["acd.status"] = lambda _: STATUS
    rows = admin.get("/groups/-/rows").text
    assert re.search(r'class="badge bad"><span [^>]*data-clock="25.0">0:25', rows)
    assert "number withheld" in admin.get("/groups/-/waiting").text


def test_a_pin_is_on_no_page(admin: Browser) -> None:
    shown = "".join(admin.get(path).text for path in ("/agents/1001", "/routing", "/routing/turns?turn=1"))
    assert "4711" not in shown
    assert "scrypt" not in shown


@pytest.mark.parametrize("path", ["/groups/nobody", "/agents/nobody", "/agents/nobody/now"])
def test_what_is_not_in_the_plan_has_no_page(admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 404


def test_a_file_that_cannot_be_read_is_shown_to_be_repaired(
    signed_in: Callable[[str], Browser], settings: Settings
) -> None:
    settings.acd.plan.write_text("groups: {billing: {rin: 1s}}\n", encoding="utf-8")
    text = signed_in("admin").get("/routing").text
    assert "rin: 1s" in text
    assert "did you mean" in text


def test_what_fields_cannot_say_is_kept_whole() -> None:
    said: dict[str, Any] = {
        "whisper": [{"sound": "gong.wav"}, "Hello"],
        "announcements": [{"say": {"en-US": ["One.", {"pause": "1s"}]}}],
        "recording": {"calls": "all", "announce": "Recorded."},
        "relax": [{"after": "30s", "require": ["billing"], "groups": ["sales", "vip"]}],
        "overflow": [{"on": "size", "size": 5, "to": {"flow": "sorry"}}],
        "title": "Everywhere",
    }
    found = sheet(load(PLAN), said)
    assert set(found.kept) == {"whisper", "announcements", "recording.announce"}
    assert found.rows["relax"] == [{"after": "30s", "require": "billing 1", "groups": "sales, vip"}]
    assert found.rows["overflow"] == [{"on": "size", "limit": 5, "kind": "flow", "name": "sorry"}]
    assert found.words("title") == {"zh-CN": "Everywhere", "en-US": "Everywhere"}


def test_every_group_of_the_starter_plan_fits_into_fields() -> None:
    with open("routing.yaml", encoding="utf-8") as file:
        plan = load(file.read())
    assert [sheet(plan, things.group(plan.data, name) or {}).kept for name in plan.plan.groups] == [{}] * 6


def test_the_worker_is_asked_once_for_all_and_again_when_it_told_of_a_change(
    admin: Browser, site: Site, worker: Worker
) -> None:
    worker.answers["acd.status"] = lambda _: STATUS
    site.part(Live)._told = STATUS
    site.part(Live)._at = float("inf")  # it was asked this moment
    admin.get("/groups/-/rows")
    admin.get("/agents/-/rows")
    assert [name for name, *_ in worker.orders] == []
    site.part(Feed).changes["centre"] += 1
    admin.get("/groups/-/rows")
    assert [name for name, *_ in worker.orders] == ["acd.status"]


def test_what_was_told_before_an_order_is_no_answer_after_it(
    admin: Browser, site: Site, worker: Worker
) -> None:
    def ordered_meanwhile(_: dict[str, Any]) -> dict[str, Any]:
        site.part(Live).forget()
        return STATUS

    worker.answers["acd.status"] = ordered_meanwhile
    admin.get("/groups/-/rows")
    worker.answers["acd.status"] = lambda _: STATUS
    admin.get("/groups/-/rows")
    assert [name for name, *_ in worker.orders] == ["acd.status"] * 2
