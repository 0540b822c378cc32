"""What a newcomer does with `make demo`: call the hotline, see the call walk, change a sentence, publish,
call again; then be an agent in a second tab, and answer a caller who waits.

The browser's microphone is Chromium's own test device: it beeps once a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

SECONDS = 30_000
TALKING = "ivory-phone[data-state=talking]"
HEARD = """
  const sockets = window.WebSocket;
  window.heard = {frames: 0, loud: 0};
  window.WebSocket = class extends sockets {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({data}) => {
        if (typeof data === 'string') return;
        window.heard.frames++;
        if (new Int16Array(data).some((sample) => Math.abs(sample) > 400)) window.heard.loud++;
      });
    }
  };
"""


def _call(page: Any) -> None:
    page.click("[data-try]")
    page.click("ivory-phone .phone-actions .primary")
    page.wait_for_selector(TALKING, timeout=SECONDS)


def _hang_up(page: Any) -> None:
    page.click("ivory-phone .phone-actions .danger")
    page.wait_for_selector("ivory-phone[data-state=closed]", timeout=SECONDS)


def _walked(page: Any, node: str) -> None:
    page.wait_for_selector(f"ivory-graph .here[data-node={node}]", timeout=SECONDS)


def _until(page: Any, true: str, seconds: float = 30) -> None:
    """Wait until an expression is true there. Playwright's own way evaluates in the page, which the page's
    policy forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(true):
        assert time.monotonic() < deadline, true
        page.wait_for_timeout(100)


def test_a_flow_is_called_changed_published_and_called_again(visit: Callable[..., Any]) -> None:
    visited = visit("/", width=1440, locale="en-US")
    page = visited.page
    page.add_init_script(HEARD)
    page.goto("/flows/hotline")
    _call(page)
    _walked(page, "main")
    _until(page, "window.heard.loud > 50")
    page.click("[data-phone-key='1']")
    _walked(page, "account")
    _hang_up(page)
    page.click("ivory-phone .phone-actions .primary")  # at once: nobody waits for the first line to close
    page.wait_for_selector(TALKING, timeout=SECONDS)
    _walked(page, "main")
    _hang_up(page)

    page.evaluate(
        """() => {
          const editor = document.querySelector('ivory-editor');
          editor.text = editor.text.replace('Thank you for calling.', 'Thank you for your kind call.');
        }"""
    )
    page.click("[data-save-flow]")
    _until(page, "document.querySelector('ivory-editor').saved")
    assert "kind call" in page.evaluate("fetch('/api/v1/flows/hotline').then((answer) => answer.text())")

    page.click("[data-dialog=publish], [data-publish]")
    page.fill("dialog[open] [name=message]", "A kinder word")
    page.click("dialog[open] .dialog-foot .primary")
    page.wait_for_selector(".toast:has-text('Published')", timeout=90_000)
    page.click("ivory-phone .phone-actions .primary")
    page.wait_for_selector(TALKING, timeout=SECONDS)
    _walked(page, "main")
    _hang_up(page)
    latest = "fetch('/api/v1/calls?flow=hotline&limit=2').then((answer) => answer.json())"
    another = "calls.length > 1 && calls[0].call.version !== calls[1].call.version"
    _until(page, f"{latest}.then(({{calls}}) => {another})")
    assert visited.complaints == []


def test_a_draft_is_heard_before_it_serves(visit: Callable[..., Any]) -> None:
    visited = visit("/flows/clinic", width=1440, locale="en-US")
    page = visited.page
    published = page.evaluate(
        """async () => {
          const token = document.querySelector('meta[name=csrf-token]').content;
          const headers = {'Content-Type': 'application/json', 'X-CSRF-Token': token};
          const body = JSON.stringify({untested: true});
          const answer = await fetch('/api/v1/flows/clinic/publish', {method: 'POST', headers, body});
          return (await answer.json()).version;
        }"""
    )
    page.reload()
    latest = "fetch('/api/v1/calls?flow=clinic&limit=1').then((answer) => answer.json())"

    def heard() -> str:
        """The version that a call hears."""
        before = page.evaluate(f"{latest}.then(({{calls}}) => calls[0]?.call.id ?? '')")
        page.click("ivory-phone .phone-actions .primary")
        page.wait_for_selector(TALKING, timeout=SECONDS)
        page.wait_for_selector("ivory-graph .here", timeout=SECONDS)
        _hang_up(page)
        _until(page, f"{latest}.then(({{calls}}) => calls.length && calls[0].call.id !== {before!r})")
        version: str = page.evaluate(f"{latest}.then(({{calls}}) => calls[0].call.version)")
        return version

    page.click("[data-try]")
    page.check("[data-hear=serving]")
    assert heard() == published
    page.evaluate("document.querySelector('ivory-editor').text += '\\n# a word more\\n'")
    page.check("[data-hear=draft]")
    assert heard() != published
    assert page.evaluate("document.querySelector('ivory-editor').saved")
    page.check("[data-hear=serving]")
    assert heard() == published

    page.evaluate("document.querySelector('ivory-editor').text += 'nodes: {}\\n'")
    page.check("[data-hear=draft]")
    page.click("ivory-phone .phone-actions .primary")
    page.wait_for_selector(".toast:has-text('has mistakes')", timeout=SECONDS)
    assert page.get_attribute("ivory-phone", "data-state") == "closed"


def test_an_agent_in_a_second_tab_answers_a_caller_who_waits(visit: Callable[..., Any]) -> None:
    desk = visit("/", width=1280, locale="en-US")
    desk.page.add_init_script(HEARD)
    desk.page.goto("/agent?as=1001")
    desk.page.click("[data-desk] button:has-text('Sign in')")
    desk.page.wait_for_selector("[data-desk] button:has-text('Sign out')", timeout=SECONDS)
    desk.page.wait_for_selector("ivory-phone[data-state=idle]", timeout=SECONDS)

    caller = visit("/", width=1440, locale="zh-CN")
    caller.page.add_init_script(HEARD)
    caller.page.goto("/flows/hotline")
    _call(caller.page)
    _walked(caller.page, "main")
    caller.page.click("[data-phone-key='0']")
    _walked(caller.page, "transfer")

    desk.page.wait_for_selector("ivory-phone[data-state=incoming]", timeout=SECONDS)
    desk.page.click("ivory-phone .phone-actions .primary")
    desk.page.wait_for_selector(TALKING, timeout=SECONDS)
    for page in (desk.page, caller.page):  # each hears the other's beeps
        page.wait_for_timeout(1500)
        before = page.evaluate("window.heard.loud")
        _until(page, f"window.heard.loud > {before} + 5")

    desk.page.click("ivory-phone .phone-actions .danger")
    desk.page.wait_for_selector("[data-desk] button:has-text('Done')", timeout=SECONDS)
    desk.page.click("[data-desk] button:has-text('Sign out')")
    assert desk.complaints == []
    assert caller.complaints == []
