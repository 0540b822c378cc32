"""What the editor knows is offered and explained where one writes, in the reader's language."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

SECONDS = 30_000
KNOWN = "!!document.querySelector('ivory-editor')?.knowledge?.language"
ON_TOP = """(info) => {
  const {x, y, width, height} = info.getBoundingClientRect();
  return info.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""


def _learnt(page: Any) -> None:
    """Wait until the editor has learnt the language. Playwright's own way evaluates in the page, which the
    page's policy forbids."""
    deadline = time.monotonic() + SECONDS / 1000
    while not page.evaluate(KNOWN):
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)


def _at_the_end(page: Any) -> None:
    """A new line behind the last one that has something, as deep as it."""
    _learnt(page)
    page.click(".cm-content", timeout=SECONDS)
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    page.keyboard.press("Enter")


def _offered(page: Any) -> Any:
    """What is said of the first that is offered."""
    page.keyboard.press("Control+Space")
    return page.wait_for_selector(".cm-completionInfo", timeout=SECONDS)


@pytest.mark.parametrize(
    ("locale", "width", "words"),
    [
        ("en-US", 1280, "The hangup cause that the network is told."),
        ("zh-CN", 1280, "告知网络的挂断原因。"),
        ("zh-CN", 360, "告知网络的挂断原因。"),
    ],
)
def test_an_option_is_explained_beside_the_list_it_is_offered_in(
    visit: Callable[..., Any], locale: str, width: int, words: str
) -> None:
    visited = visit("/flows/hotline", locale=locale, width=width)
    _at_the_end(visited.page)
    info = _offered(visited.page)
    assert info.inner_text() == words
    assert info.evaluate(ON_TOP)
    assert visited.complaints == []


def test_a_node_type_is_explained_where_the_pointer_rests(visit: Callable[..., Any]) -> None:
    page = visit("/flows/hotline", locale="zh-CN").page
    _learnt(page)
    page.hover(".cm-line:has-text('type: play') >> nth=0", position={"x": 85, "y": 10}, timeout=SECONDS)
    tip = page.wait_for_selector(".flow-tip", timeout=SECONDS).inner_text()
    assert tip.split("\n\n") == [
        "play 节点类型",
        "播放内容：文本、录音文件、数字、列表、停顿和信号音可任意组合。",
    ]


def test_what_a_case_of_a_test_may_say_is_offered_too(visit: Callable[..., Any]) -> None:
    page = visit("/flows/hotline/tests", locale="zh-CN").page
    _at_the_end(page)
    page.keyboard.type("steps: [{")
    info = _offered(page)
    assert "press按键" in page.inner_text(".cm-tooltip-autocomplete > ul").replace("\n", "").replace(" ", "")
    assert info.inner_text() == "等到该坐席、分机或号码接听并与来电者通话。"
