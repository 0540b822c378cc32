"""Webhooks as an admin meets them: made, the secret seen once, tried; then a system that may post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.test_pages import AXE, GRAVE


def _grave(page: Any) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [one["id"] for one in found["violations"] if one["impact"] in GRAVE]


def test_webhooks_are_made_tried_and_changed(visit: Callable[..., Any]) -> None:
    visited = visit("/webhooks", locale="en-US")
    page = visited.page
    page.keyboard.press("n")
    form = page.locator("#new-webhook form")
    form.locator("[name=url]").fill("https://crm.invalid/hooks?key=s3cret")
    form.locator("[value='contact.*']").uncheck()
    form.locator("[value='contact.offered']").check()
    form.locator("#own-events").fill("outage.reported, outage.over")
    form.locator("[name=pop]").fill("javascript:alert(1)")
    form.locator("button.primary").click()
    page.wait_for_selector("#pop-error")
    assert visited.complaints == [
        "Failed to load resource: the server responded with a status of 422 (UNPROCESSABLE ENTITY)"
    ]
    visited.complaints.clear()
    form.locator("[name=pop]").fill("https://crm.invalid/{{ customer.id }}")
    form.locator("button.primary").click()
    page.wait_for_selector("#secret[open]")
    secret = page.inner_text("#made-secret")
    assert secret.startswith("whsec_")
    assert _grave(page) == []
    with page.expect_navigation():
        page.click("#secret [data-then=reload]")
    page.click("main a[href$='/webhooks/to/crm']")
    page.wait_for_url("**/webhooks/to/crm")
    assert secret not in page.content()
    assert page.input_value("#own-events") == "outage.reported, outage.over"
    assert page.is_checked("[value='contact.offered']")
    page.click("[data-show='#tried']")
    page.wait_for_selector("#tried[open]")
    assert "crm.invalid has no address" in page.inner_text("#tried")
    assert page.is_hidden("#tried .notice.ok")
    assert _grave(page) == []
    assert visited.complaints == []


def test_webhooks_come_in_from_a_source_that_is_told_how_to_sign(visit: Callable[..., Any]) -> None:
    visited = visit("/webhooks/from", locale="zh-CN", color_scheme="dark")
    page = visited.page
    page.click(".page-actions [data-dialog='new-source']")
    page.fill("#new-source [name=name]", "market")
    page.click("#new-source button.primary")
    page.wait_for_selector("#secret[open]")
    url = page.inner_text("#made-url")
    with page.expect_navigation():
        page.click("#secret [data-then=reload]")
    page.click("main a[href$='/webhooks/from/market']")
    page.wait_for_url("**/webhooks/from/market")
    page.click("text=curl")
    assert url in page.inner_text("#example-3-text")
    assert _grave(page) == []
    assert visited.complaints == []
