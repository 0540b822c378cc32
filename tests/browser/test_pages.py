"""Every page in both languages and both colours, narrow and wide: whole, readable, in one language, without a
complaint. In a house that is lived in; and in one that nobody has come to yet."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ivr.web import languages

AXE = Path(languages.__file__).parent / "browser/node_modules/axe-core/axe.min.js"
SHOTS = os.environ.get("IVORY_SHOTS", "")
"""A folder for pictures of all pages, for people to look at, and for what was found on them."""
TALLEST = 2400
"""Pixels of a page that a picture has."""

PAGES = {
    "overview": "/",
    "phone": "/phone",
    "calls": "/calls",
    "call": "/calls/{call}",
    "flows": "/flows",
    "flow": "/flows/hotline",
    "flow-tests": "/flows/hotline/tests",
    "flow-versions": "/flows/hotline/versions",
    "flow-traffic": "/flows/hotline/traffic",
    "docs": "/docs/flow-language",
    "prompts": "/prompts",
    "numbers": "/numbers",
    "calendars": "/calendars",
    "calendar": "/calendars/counter",
    "groups": "/groups",
    "group": "/groups/billing",
    "agents": "/agents",
    "agent": "/agents/1001",
    "skills": "/skills",
    "plan": "/routing",
    "plan-history": "/routing/turns",
    "customers": "/customers",
    "customer": "/customers/C-1001",
    "customers-import": "/customers/import",
    "webhooks": "/webhooks",
    "webhook": "/webhooks/to/ledger",
    "webhooks-from": "/webhooks/from",
    "webhook-from": "/webhooks/from/shop",
    "users": "/users",
    "user": "/users/li.lei",
    "audit": "/audit",
    "account": "/account",
    "desk": "/agent",
}
EMPTY = (
    "/", "/calls", "/flows", "/prompts", "/numbers", "/calendars", "/groups", "/agents", "/skills",
    "/customers", "/webhooks", "/webhooks/from", "/users", "/audit", "/agent", "/nowhere",
)  # fmt: skip
"""Pages that teach while there is nothing in them; and one that is not there."""
COMBINED = (("en-US", "light"), ("zh-CN", "dark"))
WIDTHS = (1920, 768, 360)
OTHER = {"light": "dark", "dark": "light"}
GRAVE = ("serious", "critical")
ENGLISH = re.compile(r"[A-Za-z]{2,}(?: +[a-z]{2,})+")
"""Two words in a row, as no name or key has them."""
KNOWN = re.compile(r"`[^`]+`|Standard Webhooks|Name or service not known|For English press pound")
"""Commands, what is English everywhere, and what flows or other programs say."""
READ = """() => {
  const foreign = 'code, pre, kbd, svg, script, style, textarea, datalist, ivory-editor, [lang]:not(html)';
  const seen = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode())
    if (!walk.currentNode.parentElement.closest(foreign)) seen.push(walk.currentNode.data);
  for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-confirm', 'data-done'])
    for (const each of document.querySelectorAll(`[${name}]`))
      if (!each.closest(foreign)) seen.push(each.getAttribute(name));
  return seen;
}"""


FADED = """() => {
  const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
  return Promise.all(fading.map((one) => one.finished.catch(() => {})));
}"""
"""Waits until no colour is on its way to another."""


PAINTED = """() => new Promise((done) => {
  const seen = (list) => list.getEntriesByName('first-contentful-paint').map((one) => done(one.startTime));
  new PerformanceObserver(seen).observe({type: 'paint', buffered: true});
})"""
"""When there was something to be seen first, in milliseconds."""


class Findings:
    """What axe said of each page, to be told at the end."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, Any]] = {}

    def check(self, page: Any, name: str, **only: Any) -> list[tuple[str, str, str]]:
        """What is wrong with a page: how grave, which rule, where first."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("(only) => axe.run(document, {resultTypes: ['violations'], ...only})", only)
        wrong = [(one["impact"], one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]]
        self.pages[name] = {"passed": len(found["passes"]), "violations": [*wrong]}
        return wrong

    def told(self) -> str:
        """Pages, rules that passed, and violations by how grave they are; then every violation."""
        wrong = [(name, *one) for name, page in self.pages.items() for one in page["violations"]]
        counts = Counter(impact for _, impact, *_ in wrong)
        passed = sum(page["passed"] for page in self.pages.values())
        head = {"pages": len(self.pages), "rules_passed": passed, "violations": dict(counts)}
        return json.dumps({**head, "each": wrong}, ensure_ascii=False, indent=1)


@pytest.fixture(scope="session")
def findings() -> Iterator[Findings]:
    made = Findings()
    yield made
    if SHOTS:
        Path(SHOTS, "axe.json").write_text(made.told(), encoding="utf-8")


def _shoot(page: Any, name: str) -> None:
    """A picture of all of it: in a window as tall, so that what sticks to its end is there."""
    if not SHOTS:
        return
    size = page.viewport_size
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({**size, "height": min(TALLEST, max(size["height"], height))})
    page.screenshot(path=f"{SHOTS}/{name}.png")
    page.set_viewport_size(size)


def _settled(page: Any) -> None:
    """Loaded, with what scripts bring when it is."""
    page.wait_for_load_state("load")
    if page.query_selector("ivory-graph"):
        page.wait_for_selector("ivory-graph .node, ivory-graph .empty", state="attached", timeout=15_000)
    page.evaluate("document.fonts.ready")


@pytest.mark.parametrize(("locale", "colours"), COMBINED)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_readable_for_everybody_on_every_screen(
    stroll: Callable[..., Any],
    lived_in: dict[str, str],
    findings: Findings,
    name: str,
    locale: str,
    colours: str,
) -> None:
    visited = stroll(PAGES[name].format(**lived_in), locale=locale, color_scheme=colours)
    page = visited.page
    _settled(page)
    assert page.evaluate("document.documentElement.lang") == locale
    wrong = findings.check(page, f"{name} {locale} {colours}")
    _shoot(page, f"{name}-{locale}-{colours}")
    if locale == "zh-CN":
        assert _english(page) == set()
    page.emulate_media(color_scheme=OTHER[colours], reduced_motion="reduce")
    page.evaluate(FADED)
    colour = {"runOnly": ["color-contrast"]}
    wrong += findings.check(page, f"{name} {locale} {OTHER[colours]}", **colour)
    assert [one for one in wrong if one[0] in GRAVE] == []
    if locale == "zh-CN":
        assert [width for width in WIDTHS if not _fits(page, name, width)] == []
    assert visited.complaints == []


def _fits(page: Any, name: str, width: int) -> bool:
    """Whether nobody has to scroll sideways."""
    page.set_viewport_size({"width": width, "height": 800})
    _shoot(page, f"{name}-{width}")
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)


def _english(page: Any) -> set[str]:
    """English sentences that stand in a Chinese page, also those that only some hear."""
    texts = (" ".join(text.split()) for text in page.evaluate(READ))
    return {text for text in texts if ENGLISH.search(KNOWN.sub("", text))}


def test_the_first_who_comes_is_led_in_and_taught(new_house: Any, chromium: Any, findings: Findings) -> None:
    context = chromium.new_context(base_url=new_house.url, locale="zh-CN")
    page = context.new_page()

    def looked_at(name: str) -> None:
        _settled(page)
        wrong = findings.check(page, f"{name} zh-CN light")
        _shoot(page, name)
        assert [one for one in wrong if one[0] in GRAVE] == []
        assert _english(page) == set()

    page.goto("/sign-in")
    looked_at("new-sign-in")
    page.goto("/welcome?link=none")
    looked_at("new-link-over")
    page.goto(new_house.link)
    looked_at("new-welcome")
    page.fill("[name=name]", "first")
    page.fill("[name=password]", "111111111111")
    page.click("button.primary")
    page.wait_for_selector(".form-problem")  # too easy to guess
    looked_at("new-welcome-refused")
    page.fill("[name=password]", "four words in a row")
    page.click("button.primary")
    page.wait_for_url(f"{new_house.url}/")
    for path in EMPTY:
        page.goto(path)
        looked_at(f"new{path.replace('/', '-')}")
    context.close()


def test_who_is_invited_chooses_a_password_and_sees_what_is_theirs(
    visit: Callable[..., Any], chromium: Any, house: Any, findings: Findings
) -> None:
    page = visit("/users", locale="zh-CN").page
    page.click("[data-dialog=new-user]")
    page.fill("#new-user [name=name]", "guest")
    page.click("#new-user button.primary")
    page.wait_for_selector("#invited[open]")
    assert [one for one in findings.check(page, "invited zh-CN light") if one[0] in GRAVE] == []
    link = page.inner_text("#invited-link")
    context = chromium.new_context(base_url=house.url, locale="zh-CN", color_scheme="dark")
    guest = context.new_page()
    guest.goto(link)
    assert [one for one in findings.check(guest, "welcome zh-CN dark") if one[0] in GRAVE] == []
    _shoot(guest, "welcome")
    guest.fill("[name=password]", "four words in a row")
    guest.click("button.primary")
    guest.wait_for_url(f"{house.url}/")
    guest.goto("/users")
    assert "users:read" in guest.inner_text("main")
    assert [one for one in findings.check(guest, "refused zh-CN dark") if one[0] in GRAVE] == []
    _shoot(guest, "refused")
    context.close()


@pytest.mark.parametrize("name", ["overview", "calls", "flows", "flow", "groups"])
def test_no_page_keeps_the_reader_waiting(visit: Callable[..., Any], name: str) -> None:
    """First paint within 300 ms, and no task that holds the page up for more than 50 ms, here with room for a
    machine that is busy with other tests."""
    page = visit(PAGES[name]).page
    page.reload()
    page.wait_for_load_state("load")
    assert 0 < page.evaluate(PAINTED) < 3000
