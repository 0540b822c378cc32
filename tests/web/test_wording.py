"""What went wrong is said in the reader's language: in problem details, in pages, for every message."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import ivr
from ivr.web.wording import PLACE, catalogue, say

HOME = Path(ivr.__file__).parent
RAISED = {
    "NotFound", "Conflict", "Invalid", "IvoryError", "NotAllowed", "NotLetIn", "NoWorker", "PhoneError",
    "problem",
}  # fmt: skip
LOOKED_THROUGH = (
    "web", "phone", "versions/publish.py", "store/users.py", "store/tokens.py", "store/numbers.py",
    "store/calendars.py", "store/bindings.py", "store/customer_changes.py",
    "store/call_whole.py", "store/webhooks",
    "webhooks/desk.py", "webhooks/pop.py", "routing/staff.py", "routing/pushed.py", "routing/consult.py",
    "routing/transfers.py", "routing/dialling.py", "routing/supervision.py", "routing/live_calls.py",
    "routing/outward.py", "control_client.py",
)  # fmt: skip
AS_THEY_ARE = {"make setup", "scripts and styles", "--anyway", "`ivr ", "ivr agent sign-in"}
"""What stands in messages that are commands, or that no reader of a page meets."""
PUT_TOGETHER = {"the tests of {} {}", 'customer "{}" {}', '{} has {} version "{}"'}
"""Messages whose words are values; the ones that come of it are known, or stay English."""


def _text(node: ast.expr) -> str:
    """A message as it is written, with `{}` for each value; empty where it is made elsewhere."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else PLACE for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _raised(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
            hints = [one.value for one in node.keywords if one.arg == "hint"]
            for words in map(_text, [*node.args[:2], *hints]):
                if words.replace(PLACE, "").strip(' :"') and not any(each in words for each in AS_THEY_ARE):
                    yield words


def _messages() -> set[str]:
    places = [HOME / name for name in LOOKED_THROUGH]
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))]
    return {words for file in files if "node_modules" not in file.parts for words in _raised(file)}


def test_every_message_that_a_page_may_show_is_there_in_chinese() -> None:
    examples = {words: words.replace(PLACE, "x1") for words in _messages() - PUT_TOGETHER}
    assert [words for words, example in examples.items() if say(example, "zh") == example] == []


def test_a_message_is_said_with_the_values_that_it_has() -> None:
    sayings = catalogue("zh").sayings
    assert len(sayings) > 700
    for one in sayings:
        values = [f"⟨{number}⟩" for number, _ in enumerate(one.places)]
        said = one.filled(values)  # no others
        if " should " not in one.text:  # pydantic tells more than anybody needs
            assert [value for value in values if value not in said] == [], one.text


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ('there is no flow "agent"', "没有流程“agent”"),  # a name is a name, also one that means something
        ("somebody else has changed this agent", "这个坐席已被他人修改"),
        ('did you mean "main"?', "是否想写“main”？"),
        ("String should have at least 1 character", "至少 1 个字符"),
        ("Input should be 'open' or 'closed'", "应为 'open' 或 'closed'"),
        ("/srv/x.yaml cannot be read: No such file", "/srv/x.yaml 无法读取：No such file"),
        ("skill billing removed", "移除技能 billing"),
        ("nobody has ever written this", "nobody has ever written this"),
        ('there is no flow "{0.__class__}"', "没有流程“{0.__class__}”"),
    ],
)
def test_messages_with_values(message: str, said: str) -> None:
    assert say(message, "zh") == said
    assert say(message, "en") == message


@pytest.mark.parametrize("kind", [datetime, date, time, timedelta])
@pytest.mark.parametrize("value", ["", "x", "2026", "2026-13-01", "2026-01-01T25:00", "10:00:00x", "P1X", []])
def test_whatever_is_wrong_with_a_moment_is_said(kind: Any, value: Any) -> None:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        message = error.errors()[0]["msg"]
        assert say(message, "zh").startswith(("应为", "应只有")), message


def test_a_message_of_any_length_costs_no_time() -> None:
    assert say("there is no " * 100_000, "zh").startswith("there is no")


def test_the_api_answers_in_the_language_of_who_asks(signed_in: Callable[[str], Any]) -> None:
    browser = signed_in("admin")
    gone = browser.get("/api/v1/customers/nobody", headers={"Accept-Language": "zh-CN"}).json
    assert (gone["title"], gone["detail"]) == ("没有找到", "没有客户“nobody”")
    assert gone["code"] == browser.get("/api/v1/customers/nobody").json["code"]
    body = {"id": "C-1", "numbers": "none", "colour": "red"}
    wrong = browser.send("POST", "/api/v1/customers", body, Accept_Language="zh-CN").json
    assert {one["pointer"]: one["detail"] for one in wrong["errors"]} == {
        "/numbers": "应为列表",
        "/colour": "没有这一项",
    }


def test_a_page_that_is_not_there_says_so_in_the_readers_language(
    signed_in: Callable[[str], Any],
) -> None:
    page = signed_in("admin").get("/calls/none", headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)
    assert "没有通话“none”" in page.replace("&#34;", '"')
    assert 'aria-label="主菜单"' in page  # and where else to go
