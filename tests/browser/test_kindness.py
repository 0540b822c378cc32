"""What a page does for somebody whose hand slips: a delete is undone, a change of somebody else shown before
it is written over, what was not saved is still there, and a secret that is shown once does not go by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

SECONDS = 30_000
SEND = """async ([method, path, body, etag]) => {
  const token = document.querySelector('meta[name=csrf-token]').content;
  const headers = {'Content-Type': 'application/json', 'X-CSRF-Token': token};
  if (etag) headers['If-Match'] = etag;
  else if (method === 'PUT') headers['If-None-Match'] = '*';
  const answer = await fetch(path, {method, headers, ...(body === null ? {} : {body: JSON.stringify(body)})});
  return [answer.status, await answer.text(), answer.headers.get('ETag')];
}"""

GROUP = {"title": {"en-US": "Complaints", "zh-CN": "投诉"}, "agents": [{"agent": "1001"}], "wrap_up": "5s"}
CALENDAR = {"hours": {"timezone": "Asia/Shanghai", "mon-fri": "08:30-17:30"}, "note": "of the office"}
THINGS = [
    ("PUT", "/api/v1/groups/complaints", GROUP, "/groups/complaints", "main button.danger"),
    (
        "PUT",
        "/api/v1/agents/1007",
        {"name": "Zhao Min", "groups": [{"group": "billing"}]},
        "/agents/1007",
        "main button.danger",
    ),
    (
        "PUT",
        "/api/v1/numbers/95511",
        {"flow": "hotline", "note": "tried"},
        "/numbers",
        "[data-api='DELETE /api/v1/numbers/95511']",
    ),
    (
        "PUT",
        "/api/v1/calendars/desk",
        CALENDAR,
        "/calendars/desk",
        "[data-api='DELETE /api/v1/calendars/desk']",
    ),
]


def _send(page: Any, method: str, path: str, body: Any = None, etag: str = "") -> tuple[Any, str]:
    status, text, tag = page.evaluate(SEND, [method, path, body, etag])
    assert status < 300, (status, text)
    return json.loads(text) if text else None, tag or ""


def _same(one: Any, other: Any) -> bool:
    """Whether two states of a thing say the same, whoever wrote them when."""
    own = ("changed", "changed_by", "changed_at", "revision", "made", "created")
    return {key: value for key, value in one.items() if key not in own} == {
        key: value for key, value in other.items() if key not in own
    }


@pytest.mark.parametrize(
    ("method", "path", "body", "shown", "button"), THINGS, ids=[path for _, path, *_ in THINGS]
)
def test_what_was_deleted_is_brought_back_as_it_was(
    visit: Callable[..., Any], method: str, path: str, body: Any, shown: str, button: str
) -> None:
    visited = visit("/groups", locale="en-US")
    page = visited.page
    _send(page, method, path, body)
    before, _ = _send(page, "GET", path)
    page.goto(shown)
    page.click(button)
    if page.locator("dialog[open]").count():
        page.click("dialog[open] .dialog-foot .danger")
    page.click(".toast .undo", timeout=SECONDS)
    page.wait_for_selector(".toast:has-text('Undone')", timeout=SECONDS)
    after, _ = _send(page, "GET", path)
    assert _same(before, after)
    assert visited.complaints == []


def test_a_form_shows_what_somebody_else_has_changed_meanwhile_and_lets_one_choose(
    visit: Callable[..., Any],
) -> None:
    visited = visit("/groups", locale="en-US")
    page = visited.page
    _send(page, "PUT", "/api/v1/groups/returns", {**GROUP, "max_wait": "5m"})
    page.goto("/groups/returns")
    theirs, etag = _send(page, "GET", "/api/v1/groups/returns")
    _send(page, "PUT", "/api/v1/groups/returns", {**theirs, "max_wait": "7m"}, etag)
    page.fill("[name=wrap_up]", "9s")
    page.click("main form .button.primary")
    asked = page.wait_for_selector("dialog[open]", timeout=SECONDS).inner_text()
    assert "7m" in asked
    assert "9s" in asked
    page.click("dialog[open] .dialog-foot button:has-text('Cancel')")
    assert page.input_value("[name=wrap_up]") == "9s"
    page.click("main form .button.primary")
    page.click("dialog[open] .dialog-foot button:has-text('Keep mine')", timeout=SECONDS)
    page.wait_for_selector(".toast:has-text('Saved')", timeout=SECONDS)
    kept, _ = _send(page, "GET", "/api/v1/groups/returns")
    assert (kept["wrap_up"], kept["max_wait"]) == ("9s", "5m")
    assert all("412" in one for one in visited.complaints)


def test_a_button_pressed_too_late_says_so(visit: Callable[..., Any]) -> None:
    visited = visit("/groups", locale="en-US")
    page = visited.page
    _send(page, "PUT", "/api/v1/groups/late", GROUP)
    page.goto("/groups/late")
    theirs, etag = _send(page, "GET", "/api/v1/groups/late")
    _send(page, "PUT", "/api/v1/groups/late", {**theirs, "wrap_up": "6s"}, etag)
    page.click("main button.danger")
    page.click("dialog[open] .dialog-foot .danger")
    page.wait_for_selector(".toast:has-text('Somebody has changed it meanwhile')", timeout=SECONDS)
    page.click(".toast button:has-text('Load again')")
    page.wait_for_load_state()
    assert page.input_value("[name=wrap_up]") == "6s"


def test_a_text_that_was_not_saved_is_offered_again_and_does_not_hide_what_others_wrote(
    visit: Callable[..., Any],
) -> None:
    visited = visit("/flows/vip", width=1440, locale="en-US")
    page = visited.page
    page.on("dialog", lambda asked: asked.accept())
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.type("\n# mine, and not saved")
    page.wait_for_timeout(600)
    flow, etag = _send(page, "GET", "/api/v1/flows/vip")
    _send(page, "PUT", "/api/v1/flows/vip", {"text": flow["text"] + "\n# theirs\n"}, etag)
    page.reload()
    page.click(".toast button:has-text('Bring it back')", timeout=SECONDS)
    assert "# mine, and not saved" in page.evaluate("document.querySelector('ivory-editor').text")
    page.click("[data-save-flow]")
    asked = page.wait_for_selector("dialog[open]", timeout=SECONDS).inner_text()
    assert "- # theirs" in asked
    assert "# mine, and not saved" in asked
    page.click("dialog[open] .dialog-foot button:has-text('Keep mine')")
    page.wait_for_selector(".toast:has-text('Saved')", timeout=SECONDS)
    page.reload()
    page.wait_for_selector(".cm-content", timeout=SECONDS)
    page.wait_for_timeout(300)
    assert page.locator(".toast").count() == 0
    assert all("412" in one for one in visited.complaints)


def test_a_secret_that_is_shown_once_stays_until_it_is_kept(visit: Callable[..., Any]) -> None:
    page = visit("/users", locale="en-US").page
    page.click("[data-dialog=new-token]")
    page.fill("#token-name", "exporter")
    page.check("[value='calls:read']")
    page.click("#new-token .primary")
    page.wait_for_selector("#made-token[open]", timeout=SECONDS)
    for _ in range(3):
        page.keyboard.press("Escape")
        page.mouse.click(5, 5)
    secret = page.inner_text("#made-secret")
    assert len(secret) > 20
    assert page.is_visible("#made-token")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # the button that closes it has the focus
    assert secret not in page.content()


def test_a_refused_save_leads_to_the_field_and_says_why(visit: Callable[..., Any]) -> None:
    page = visit("/groups/billing", width=1280, locale="en-US").page
    page.fill("[name=service_level]", "95 in 5 seconds")
    page.evaluate(
        "document.activeElement.blur(); document.querySelector('#group').style.paddingTop = '3000px'"
    )
    page.evaluate("window.scrollTo(0, 0)")
    page.click(".sticky-actions .primary")
    page.wait_for_selector(".toast.bad:has-text('Service level: ')", timeout=SECONDS)
    assert page.evaluate("document.activeElement.name") == "service_level"
    box = page.locator(".field-error").bounding_box()
    assert 0 < box["y"] < page.locator(".sticky-actions").bounding_box()["y"]


def test_a_name_that_does_not_fit_is_answered_at_the_field(visit: Callable[..., Any]) -> None:
    page = visit("/flows", width=1280, locale="en-US").page
    page.click("[data-dialog]:has-text('New flow')")
    page.fill("dialog[open] [name=name]", "My Clinic")
    page.click("dialog[open] .dialog-foot .primary")
    page.wait_for_selector("dialog[open] .field-error:has-text('my_clinic would')", timeout=SECONDS)
    page.fill("dialog[open] [name=name]", "my_clinic")
    assert page.locator("dialog[open] .field-error").count() == 0


def test_who_publishes_stays_in_the_editor_and_may_go_back(visit: Callable[..., Any]) -> None:
    page = visit("/flows/survey", width=1440, locale="en-US").page
    first, _ = _send(page, "POST", "/api/v1/flows/survey/publish", {"untested": True})
    page.reload()
    page.wait_for_selector("ivory-editor .cm-content", timeout=SECONDS)
    page.evaluate("document.querySelector('ivory-editor').text += '\\n# another\\n'")
    page.click("[data-publish]")
    page.wait_for_selector("[data-publish-tests] .notice", timeout=60_000)
    if page.is_visible("[name=untested]"):
        page.check("[name=untested]")
    page.click("[data-publish-button]")
    page.wait_for_selector(".toast:has-text('Published')", timeout=90_000)
    assert page.url.endswith("/flows/survey")
    page.click(".toast .undo")
    page.wait_for_selector(f"[data-renewed=service]:has-text('{first['version'][:6]}')", timeout=SECONDS)
