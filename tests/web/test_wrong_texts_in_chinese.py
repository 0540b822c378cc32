"""What is wrong with flows, plans and tests is said in the reader's language, whatever is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from ivr import registry
from ivr.errors import Finding, FlowError, IvoryError
from ivr.flow import expressions, phrases
from ivr.flow.model import Node
from ivr.settings import Settings
from ivr.testing import reading
from ivr.web.wording import say
from tests.calls import load
from tests.flow_tests import only
from tests.unit.acd_plan import test_plan_corpus as plans
from tests.unit.flow import test_lint_corpus as flows
from tests.web.conftest import Browser
from tests.web.flow_texts import FAILING as FAILS
from tests.web.flow_texts import HELLO, TESTS

CHINESE: Final = re.compile("[\u4e00-\u9fff]")
QUOTED: Final = re.compile(r"“[^”]*”|`[^`]*`|\"[^\"]*\"|\{.*\}")
ENGLISH: Final = re.compile(r"[a-z']{2,} [a-z]{2,} [a-z]{2,}")
AS_IT_IS: Final = {"length(value)", "write x if condition else y"}
"""Nothing of it is in any language."""
Q = "flow: t\ncases:\n  - {name: a, "
BAD_TESTS: Final = (
    "- a\n", "flow: tt\ncases: []\n", Q + "steps: [jump]}\n", Q + "steps: [{pres: 1}]}\n",
    Q + "steps: [{press: 1, hear: x}]}\n", Q + "steps: [{press: 1x}]}\n", Q + "steps: [{hear: '…'}]}\n",
    Q + "steps: [{wait: 5}]}\n", Q + "steps: [hang_up], caller: {at: tomorrow}}\n", Q + "steps: []}\n",
    Q + "steps: [hang_up], caller: {colour: red}}\n", Q + "steps: [hang_up], mock: {crm: 200}}\n",
    Q + "steps: [hang_up], mock: {python x: {status: 200}}}\n", Q + "expect: {visits: nowhere}}\n",
    Q + "steps: [hang_up], mock: {GET x: {error: slow}}}\n", Q + "expect: {language: de-DE}}\n",
    Q + "steps: [hang_up], mock: {GET x: 99}}\n", Q + "steps: [hang_up], answer: {1: away}}\n",
    Q + "steps: [hang_up]}\n  - {name: a, steps: [hang_up]}\n", Q + "expect: {vars: {total: 1}}}\n",
    Q + "each: [{k: 1}], steps: [{press: '{{ n }}'}]}\n", Q + "expect: {goal: sold}}\n",
    Q + "calendars: {ofice: open}, steps: [hang_up]}\n", Q + "queues: {'*': {sends: x}}, steps: [hang_up]}\n",
    Q + "queues: {bilking: full}, steps: [hang_up]}\n", Q + "queues: {x: {position: 2}}, steps: [hang_up]}\n",
)  # fmt: skip
MENU: Final = """
languages: [en-US, zh-CN]
vars: {amount: null}
nodes:
  main:
    type: menu
    prompt: Press one.
    options: {1: bye, 2: desk}
    outcomes: {exhausted: bye}
  bye: {type: hangup, goal: told, prompt: Bye.}
  desk: {type: transfer, skill: billing, goal: bought, next: end, outcomes: {error: end}}
"""
FAILING: Final = """
- name: hears nothing of the kind
  steps: [{press: 1}, {hear: something else}]
  expect:
    {end: failed, goal: bought, goals: [], visits: "main=7", never: bye, language: zh-CN, heard: Good morning,
     not_heard: Press one, journey: [bye], vars: {amount: 12.5}, transfer: "1001", within: 1s, lasts: 1h,
     skill: billing, agent: ann, callback: none, recordings: 2, requests: {"GET crm:/x": 1}}
"""


@pytest.fixture
def folder(settings: Settings) -> Path:
    folder = settings.flows.dir
    (folder / "tests").mkdir(parents=True)
    (folder / "hello.yaml").write_text(HELLO)
    return folder


def untold(*messages: str) -> list[str]:
    """Those that are not in Chinese, or not wholly."""
    said = {words: say(words, "zh") for words in messages if words and words not in AS_IT_IS}
    return [
        f"{words} → {chinese}"
        for words, chinese in said.items()
        if not CHINESE.search(chinese) or ENGLISH.search(QUOTED.sub("", chinese))
    ]


def untold_of(findings: list[Finding]) -> list[str]:
    assert findings
    return untold(*(words for one in findings for words in (one.message, one.hint)))


@pytest.mark.parametrize("path", flows.BAD, ids=lambda path: path.stem)
def test_what_is_wrong_with_a_flow(path: Path) -> None:
    assert untold_of(flows.findings(sorted(path.glob("*.yaml")) if path.is_dir() else [path])) == []


@pytest.mark.parametrize("file", plans.BAD, ids=lambda file: file.stem)
def test_what_is_wrong_with_a_plan(file: Path) -> None:
    assert untold_of(plans.findings(file)) == []


def _found(text: str) -> list[Finding]:
    try:
        return list(reading.parse(text.encode(), "t.yaml", load(MENU))[1])
    except FlowError as error:
        return list(error.findings)


@pytest.mark.parametrize("text", BAD_TESTS)
def test_what_is_wrong_with_tests_of_a_flow(text: str) -> None:
    assert untold_of(_found(text)) == []


def test_why_a_case_failed(tmp_path: Path) -> None:
    failures = only(tmp_path, MENU, FAILING).failures
    assert len(failures) > 15
    assert untold(*(words for one in failures for words in (one.message, one.hint))) == []


def test_the_editor_and_the_plans_page_are_answered_so(
    signed_in: Callable[[str], Browser], folder: Path
) -> None:
    browser = signed_in("admin")
    wrong = {
        "/api/v1/flows/hello/check": HELLO.replace("type: play", "type: plya", 1),
        "/api/v1/flows/hello/fix": HELLO.replace("next: end", "next: nowhere"),
        "/api/v1/flows/hello/tests/check": TESTS.replace("press", "pres"),
        "/api/v1/routing/plan/check": "groups: {a: {rin: 1s}}",
    }
    for path, text in wrong.items():
        found = browser.send("POST", path, {"text": text}, Accept_Language="zh-CN").json["findings"]
        again = browser.send("POST", path, {"text": text}).json["findings"]
        assert found, path
        assert all(CHINESE.search(one["message"]) for one in found)
        assert [(one["code"], one["line"]) for one in found] == [(one["code"], one["line"]) for one in again]
        assert not any(CHINESE.search(one["message"]) for one in again)


def test_what_a_form_refuses_is_said_so(signed_in: Callable[[str], Browser]) -> None:
    body = {"id": "vip", "overflow": [{"on": "wait", "after": "20s", "to": {"group": "nowhere"}}]}
    wrong = signed_in("admin").send("POST", "/api/v1/groups", body, Accept_Language="zh-CN").json
    assert (wrong["status"], wrong["detail"]) == (422, "没有技能组“nowhere”")
    assert [one["detail"] for one in wrong["errors"]] == ["没有技能组“nowhere”；请加入 `groups:`；可用：vip"]


def test_why_a_version_is_not_published_is_said_so(signed_in: Callable[[str], Browser], folder: Path) -> None:
    browser = signed_in("admin")
    (folder / "tests" / "hello.yaml").write_text(FAILS, encoding="utf-8")
    path = "/api/v1/flows/hello/publish"
    refused = browser.send("POST", path, {}, Accept_Language="zh-CN").json
    assert refused["detail"] == "hello 的测试未通过：通过 0 项，失败 1 项，覆盖 33%"
    assert [one["detail"] for one in refused["errors"]] == ["期望：没有达到任何目标；实际：told"]
    run = browser.send("POST", "/api/v1/flows/hello/tests/run", {}, Accept_Language="zh-CN").json
    [case] = run["cases"]
    assert [one["message"] for one in case["failures"]] == ["期望：没有达到任何目标；实际：told"]
    assert case["transcript"][0]["text"].startswith("For our hours")


@pytest.mark.parametrize("kind", registry.load_all("ivr.nodes").values(), ids=lambda kind: kind.__name__)
def test_when_a_node_ends_with_an_outcome_that_leads_nowhere(kind: type[Node]) -> None:
    for text in kind.own_outcomes.values():
        when = text.split(";")[0].rstrip(".")
        ends = f'"a" may end with "b" ({when[:1].lower()}{when[1:]}), which leads nowhere'
        assert untold(ends) == []


VALUES: Final = {"text": "abc", "amount": 5, "none": None, "items": [1], "map": {"a": 1}, "day": "2026-13-45"}


@pytest.mark.parametrize(
    "source",
    [
        "text + amount", "text - 1", "none * 2", "amount / 0", "text < amount", "-text", "1 in amount",
        "items.first", "amount[1]", "text | int", "text | decimal", "date(day)", "date(amount)",
        "amount | upper", "text | abs", "amount | first", "amount | join", "text | first(0.5)", "sum(text)",
        "text | money('CNY')", "none | digits", "text | date", "day | date", "text | number", "map | spell",
        "text | percent", "text | ordinal", "text | money('XXX')", "text | replace('', 'a')", "nobody + 1",
        "amount | lenght", "length(1, 2)", "length(amount)", "[1, 2] < [3]", "10 ** 2", "a && b", "1 2",
        "a b", "(a", "a)", "'a' 'b'", "a if b", "x.y(1)", "(1)(2)", "lambda: 1", "__x", "a |",
        "a, b", "0123", "", "a AND b",
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_expression(source: str) -> None:
    with pytest.raises(IvoryError) as wrong:
        expressions.parse(source).evaluate(VALUES, {}, phrases.filters("zh-CN"))
    revealing = getattr(wrong.value, "revealing", "")
    assert untold(wrong.value.message, wrong.value.hint, revealing) == []
