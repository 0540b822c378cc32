"""An agent at the desk, and somebody who looks on in another browser: what one does, the other sees at once.

The caller is a third browser, which calls the demo's hotline and waits for somebody.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import House
from tests.browser.wire import Wire

SECONDS = 30_000
SOON = 20_000
"""Milliseconds in which a change must be seen: far more than it takes, also on a machine that is busy."""
WORD, PHONE = ".desk-word", "ivory-phone[data-state={}]"
DECLINED = 20_000
"""Milliseconds until somebody who declined is asked again, and the switch has rung them."""


def _open(visit: Callable[..., Any], path: str) -> Any:
    """A page whose stream runs."""
    visited = visit(path, locale="en-US")
    visited.page.wait_for_selector("html[data-stream=live]", timeout=SECONDS)
    return visited


def _do(page: Any, words: str) -> None:
    page.click(f"[data-desk] button:has-text('{words}')")


def _says(page: Any, selector: str, words: str, timeout: int = SOON) -> None:
    page.wait_for_selector(f"{selector}:has-text('{words}')", timeout=timeout)


def _break(page: Any) -> None:
    page.click("[data-desk] summary:has-text('Break')")
    page.click("[data-desk] .menu-item >> nth=0")
    _says(page, WORD, "on break")


@pytest.fixture
def desk(visit: Callable[..., Any]) -> Iterator[Any]:
    """1001's desk, signed in."""
    visited = _open(visit, "/agent?as=1001")
    page = visited.page
    _do(page, "Sign in")
    _says(page, WORD, "ready")
    page.wait_for_selector(PHONE.format("idle"), timeout=SECONDS)
    yield visited
    page.evaluate(
        """async () => {
          const token = document.querySelector('meta[name=csrf-token]').content;
          for (const order of ['hang-up', 'wrap-up-done', 'sign-out'])
            await fetch(`/api/v1/agents/1001/${order}`, {method: 'POST', headers: {'X-CSRF-Token': token}});
        }"""
    )
    refused = "409"  # of what there was nothing to end
    assert [one for one in visited.complaints if refused not in one] == []


@pytest.fixture
def caller(visit: Callable[..., Any], desk: Any) -> Any:
    """Somebody who waits for an agent; the desk's telephone rings."""
    visited = visit("/flows/hotline", width=1440, locale="en-US")
    page = visited.page
    page.click("[data-try]")
    page.click("ivory-phone .phone-actions .primary")
    page.wait_for_selector("ivory-graph .here[data-node=main]", timeout=SECONDS)
    page.click("[data-phone-key='0']")
    desk.page.wait_for_selector(PHONE.format("incoming"), timeout=SECONDS)
    return visited


def test_what_an_agent_says_of_themselves_is_seen_elsewhere_at_once(
    visit: Callable[..., Any], desk: Any
) -> None:
    agents, groups = _open(visit, "/agents"), _open(visit, "/groups")
    _break(desk.page)
    _says(agents.page, "#agents tr:has-text('1001')", "on break")
    _says(groups.page, "tr:has-text('billing')", "on break")
    desk.page.keyboard.press("r")
    _says(desk.page, WORD, "ready")
    _says(agents.page, "#agents tr:has-text('1001')", "ready")


def test_what_is_pressed_is_there_when_it_is_let_go_though_the_page_was_told_of_news(desk: Any) -> None:
    page = desk.page
    _break(page)
    page.hover("[data-desk] button:has-text('Ready')")
    page.mouse.down()
    with page.expect_response("**/agent/now**"):
        page.evaluate("document.dispatchEvent(new Event('ivory:done'))")
    page.wait_for_timeout(200)
    page.mouse.up()
    _says(page, WORD, "ready")


def test_a_caller_is_answered_held_and_taken_back_and_what_became_of_it_is_kept(
    visit: Callable[..., Any], desk: Any, caller: Any
) -> None:
    page = desk.page
    _says(page, ".desk-contact.offered", "rings")
    assert page.title().startswith("●")
    _says(page, ".phone-who", "Billing · Demo")
    page.keyboard.press("a")
    page.wait_for_selector(PHONE.format("talking"), timeout=SECONDS)
    _says(page, ".desk-contact .badge", "talking")

    page.keyboard.press("h")
    _says(page, ".desk-contact .badge", "on hold")
    assert page.locator("[data-desk] button:has-text('Hold')").count() == 0
    other = _open(visit, "/agents/1001").page  # somebody else takes the caller back for them
    other.click(".orders button:has-text('Take back')")
    _says(page, ".desk-contact .badge", "talking")
    page.keyboard.press("m")
    page.wait_for_selector("ivory-phone [aria-pressed=true]")
    page.keyboard.press("m")

    _do(page, "Hang up")
    _says(page, WORD, "wrapping up")
    left = re.search(r"0:(\d\d)", page.inner_text(".desk-state"))
    assert left is not None
    assert int(left[1]) <= 20
    page.fill("[name=note]", "paid twice")
    _do(page, "Solved")
    page.wait_for_selector("button[name=code][aria-pressed=true]", timeout=SOON)
    page.keyboard.press("d")
    _says(page, WORD, "ready")
    kept = (
        "fetch('/api/v1/contacts?limit=1').then((answer) => answer.json()).then(({contacts}) => contacts[0])"
    )
    deadline = time.monotonic() + 10
    while (contact := page.evaluate(kept))["disposition_code"] != "solved":
        assert time.monotonic() < deadline, contact
        page.wait_for_timeout(100)
    assert (contact["note"], contact["ended_by"]) == ("paid twice", "agent")


def test_who_declines_is_rung_again_and_a_caller_who_hangs_up_is_gone(desk: Any, caller: Any) -> None:
    page = desk.page
    page.click("ivory-phone .phone-actions .danger")
    page.wait_for_selector(".desk-contact", state="detached", timeout=SOON)
    page.wait_for_selector(PHONE.format("incoming"), timeout=DECLINED)
    _says(page, ".desk-contact.offered", "rings")
    caller.page.click("ivory-phone .phone-actions .danger")
    page.wait_for_selector(".desk-contact", state="detached", timeout=SOON)
    page.wait_for_selector(PHONE.format("idle"), timeout=SECONDS)


def test_a_second_window_of_an_agent_sees_all_and_takes_the_telephone_when_told(
    visit: Callable[..., Any], desk: Any
) -> None:
    second = _open(visit, "/agent?as=1001").page
    _says(second, WORD, "ready")
    _says(second, "ivory-phone .phone-status", "in use in another window", SECONDS)
    second.click("ivory-phone button:has-text('Use this telephone')")
    second.wait_for_selector(PHONE.format("idle"), timeout=SECONDS)
    _says(desk.page, "ivory-phone .phone-status", "used in another window", SECONDS)
    desk.page.click("ivory-phone button:has-text('Use this telephone')")
    desk.page.wait_for_selector(PHONE.format("idle"), timeout=SECONDS)


def test_a_connection_that_is_lost_is_said_and_what_was_missed_is_shown_when_it_is_back(
    visit: Callable[..., Any], house: House, desk: Any
) -> None:
    with Wire(house.url) as wire:
        far = _open(visit, f"{wire.url}/agent?as=1001")
        wire.cut()
        _says(far.page, ".toast", "The connection to Ivory is lost", SECONDS)
        _says(far.page, "[data-live-badge]", "reconnecting", SECONDS)
        _break(desk.page)
        wire.join()
        _says(far.page, ".toast", "Connected again", SECONDS)
        _says(far.page, WORD, "on break", SECONDS)
