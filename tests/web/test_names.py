"""Pages call groups, agents, skills and codes by the names that the plan in force gives, in the language of
who reads; what has none goes by its id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ivr.acd.plan import load
from ivr.routing.turns import Turns
from ivr.settings import Settings
from ivr.store.records import CallRecord, ContactRecord, OfferRecord, Record, Step
from ivr.store.rows import pack
from ivr.store.upsert import Upsert
from ivr.web.calls import words
from ivr.web.routing.names import Names
from ivr.web.site import Site
from tests.web.conftest import NOW, Browser

PLAN = """\
skills: {billing: {zh-CN: 账单, en-US: Billing}, outage: ""}
dispositions: {solved: {title: {zh-CN: 已解决, en-US: It is solved}}}
breaks: {lunch: {title: {zh-CN: 午餐, en-US: Lunch}}}
groups:
  billing: {title: {zh-CN: 账单组, en-US: Bills}}
  outage: {}
agents:
  1001: {name: 王芳, groups: [billing], skills: {en-US: 8, zh-CN: 10}}
  1002: {groups: [outage]}
"""
TRIAL = "try-9a42d3a0cd518cd28af3ab8d"
Open = Callable[[str], Browser]


@pytest.fixture
def plan(site: Site) -> None:
    site.ask(lambda store: Turns(store, "cli:li", lambda: NOW).put(PLAN, "routing.yaml", "first"))


@pytest.fixture
def served(site: Site) -> None:
    """A call that waited for a group, was offered to an agent, served, and sent on; and one on a draft."""
    later = NOW + timedelta(seconds=9)
    contact = ContactRecord(
        "c1:3", NOW, "c1", group="billing", passed=("outage", "gone"), agent="1001", answered=later,
        ended=later, waited=9, talk=4, disposition="answered", disposition_code="solved",
        transferred_to="group:outage",
    )  # fmt: skip
    records: list[Record] = [
        CallRecord(
            "c1", NOW, "hotline", "v", "+8613800000001", "95598", "13800000001", "zh-CN", end="completed"
        ),
        Step("c1", 1, "hotline", "main", "menu", NOW, NOW, "done", "1234567890 1", {}),
        contact,
        OfferRecord("c1:3", "1001", NOW, "billing", ended=later, result="connected"),
        CallRecord("c2", NOW, "hotline", "v", "web-demo", TRIAL, "Li Lei", end="completed"),
    ]

    def write(store: Any) -> None:
        with store.errors():
            assert Upsert(store)([pack(record) for record in records]) == []

    site.ask(write)


def _chinese(browser: Browser, path: str) -> str:
    return str(browser.get(path, headers={"Accept-Language": "zh-CN"}).text)


def test_a_list_of_calls_says_who_served_and_for_which_group(
    signed_in: Open, plan: None, served: None
) -> None:
    admin = signed_in("admin")
    assert '<span title="1001">王芳</span>' in admin.get("/calls").text
    assert '<span title="billing">Bills</span>' in admin.get("/calls").text
    assert '<span title="billing">账单组</span>' in _chinese(admin, "/calls")


def test_a_calls_story_calls_everybody_by_name(signed_in: Open, plan: None, served: None) -> None:
    page = _chinese(signed_in("admin"), "/calls/c1")
    for words_of_it in (
        "等待 账单组",
        "outage → gone",
        "呼叫坐席 王芳（1001）",
        "与王芳（1001）通话",
        ">已解决<",
    ):
        assert words_of_it in page
    english = signed_in("admin").get("/calls/c1").text
    for words_of_it in ("Waits for Bills", "Talks with 王芳 (1001)", "then sent to outage", ">It is solved<"):
        assert words_of_it in english


def test_without_a_plan_and_with_a_broken_one_calls_are_told_by_ids(
    signed_in: Open, served: None, settings: Settings
) -> None:
    admin = signed_in("admin")
    for plan in ("", "groups: {billing: {rin: 1s}}\n"):
        settings.acd.plan.write_text(plan, encoding="utf-8")
        assert '<span title="billing">billing</span>' in admin.get("/calls").text
        assert "Talks with 1001<" in admin.get("/calls/c1").text


def test_a_call_on_a_draft_is_no_made_up_number(signed_in: Open, served: None) -> None:
    admin = signed_in("admin")
    for path in ("/calls", "/calls/c2"):
        assert "trial of a draft" in admin.get(path).text
        assert "试听草稿" in _chinese(admin, path)
        assert TRIAL not in admin.get(path).text


def test_a_number_is_no_name(signed_in: Open, served: None) -> None:
    admin = signed_in("admin")
    assert "Full name" not in admin.get("/calls/c1").text
    assert "Li Lei" in admin.get("/calls/c2").text
    assert "Li Lei" in admin.get("/calls").text


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ("1234567890 1", ["1234567890", "1"]),
        ("1", ["1"]),
        ("my bill 3", ["my bill 3"]),
        ("**** #", ["****", "#"]),
    ],
)
def test_keys_of_two_questions_are_told_apart(heard: str, told: list[str]) -> None:
    assert words.entries(heard) == told


@pytest.mark.parametrize(
    ("tag", "english", "chinese"),
    [
        ("en-US", "American English", "美国英语"),
        ("zh-CN", "Chinese (China)", "中文（中国）"),
        ("xx-YY", "xx-YY", "xx-YY"),
    ],
)
def test_a_skill_that_is_a_language_goes_by_the_languages_name(
    app: Any, tag: str, english: str, chinese: str
) -> None:
    names = Names(load(PLAN))
    for language, told in (("en", english), ("zh-CN", chinese)):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert names.skill(tag) == told


def test_what_has_no_title_goes_by_its_id(app: Any) -> None:
    names = Names(load(PLAN))
    with app.test_request_context():
        assert (names.skill("outage"), names.group("outage"), names.person("1002")) == (
            "outage",
            "outage",
            "1002",
        )
        assert (names.disposition("gone"), names.pause("lunch"), names.agent("")) == ("gone", "Lunch", "")
        assert (names.place("agent:1001"), names.place("flow:survey")) == ("王芳 (1001)", "flow:survey")


def test_a_table_of_skills_has_the_languages_names(signed_in: Open, plan: None) -> None:
    for path in ("/skills", "/agents/1001"):
        page = _chinese(signed_in("admin"), path)
        assert 'title="en-US">美国英语<' in page


def test_a_simulation_is_told_what_groups_are_called(signed_in: Open, plan: None) -> None:
    for path in ("/skills", "/agents/1001", "/groups/billing", "/routing"):
        page = signed_in("admin").get(path).text
        assert "{&#34;billing&#34;: &#34;Bills&#34;, &#34;outage&#34;: &#34;outage&#34;}" in page
