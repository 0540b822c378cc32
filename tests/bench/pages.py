"""What pages cost in a browser: when each is seen first, how long it keeps the browser busy, typing in the
editor, the picture of a large flow, and how soon a change of an agent is seen. On a house of its own.

    python -m tests.bench pages
    python -m tests.bench.pages [--times N] [--only PATH …]

The browser is headless and has its cache from the second visit on. A long task is one of 50 ms or more by
the clock; shorter ones are not seen (–). The same in processor time is right on a machine that is busy, too.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from tests.browser.conftest import CHROMIUM, FLAGS, House

PAGES: Final = (
    "/", "/agent?as=1001", "/calls", "/phone", "/flows", "/flows/hotline", "/flows/hotline/tests",
    "/flows/hotline/versions", "/flows/hotline/traffic", "/prompts", "/numbers", "/calendars", "/groups",
    "/groups/billing", "/agents", "/agents/1001", "/skills", "/routing", "/customers", "/webhooks", "/users",
    "/audit", "/docs", "/account",
)  # fmt: skip
SETTLED: Final = 1_500
"""Milliseconds after a page is there in which what it does by itself is looked at."""
LARGE: Final = 200
"""Nodes of the large flow."""
KEYS: Final = 30
CHANGES: Final = 20
WATCH: Final = """
  window.seen = {tasks: [], keys: []};
  const watch = (type, into, more) => new PerformanceObserver((list) => into.push(...list.getEntries().map(
    ({startTime, duration}) => [startTime, duration]))).observe({type, buffered: true, ...more});
  watch('longtask', window.seen.tasks);
  watch('event', window.seen.keys, {durationThreshold: 16});
"""
PAINTED: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
CHANGE: Final = """async ([order, words, selector]) => {
  const began = performance.now();
  const there = () => document.querySelector(selector)?.textContent.includes(words);
  const seen = new Promise((done) => new MutationObserver((_, watcher) => {
    if (!there()) return;
    watcher.disconnect();
    done(performance.now() - began);
  }).observe(document.body, {subtree: true, childList: true, characterData: true}));
  const token = document.querySelector('meta[name=csrf-token]').content;
  const headers = {'Content-Type': 'application/json', 'X-CSRF-Token': token};
  const body = order === 'ready' ? {} : {body: '{}'};
  await fetch(`/api/v1/agents/1001/${order}`, {method: 'POST', headers, ...body});
  return seen;
}"""

Row = tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=5, help="visits of each page")
    parser.add_argument("--only", nargs="*", default=[], help="pages")
    options = parser.parse_args()
    with visitor() as page:
        each = [visited(page, path, options.times) for path in options.only or PAGES]
        show("Pages", ("page", "first paint, ms", "first visit", "longest task", "in processor time"), each)
        if options.only:
            return
        show("Editor", ("what", "ms"), [*typed(page), *drawn(page, options.times)])
        show("An agent's change", ("page", "median, ms", "95 %", "longest"), list(changes(page)))


@contextmanager
def visitor() -> Iterator[Any]:
    """A page in a house, with somebody who is let in."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        house = House(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            context = browser.new_context(
                base_url=house.url, locale="en-US", viewport={"width": 1440, "height": 900}
            )
            page = context.new_page()
            page.goto(house.link)
            page.click("button.primary")
            page.wait_for_url(f"{house.url}/")
            page.add_init_script(WATCH)
            yield page
            browser.close()
        finally:
            house.close()


def visited(page: Any, path: str, times: int) -> Row:
    """A page, some times."""
    paints, longest, worked = [], [], []
    for _ in range(times):
        with traced(page) as tasks:
            page.goto(path)
            page.wait_for_timeout(SETTLED)
        paints.append(page.evaluate(PAINTED))
        longest.append(max((duration for _, duration in page.evaluate("window.seen.tasks")), default=0.0))
        worked.append(max(tasks, default=0.0))
    return (
        path,
        ms(statistics.median(paints)),
        ms(paints[0]),
        ms(statistics.median(longest)),
        ms(statistics.median(worked)),
    )


@contextmanager
def traced(page: Any) -> Iterator[list[float]]:
    """What the page's own thread works meanwhile: processor milliseconds of each task, there at the end."""
    tasks: list[float] = []
    browser = page.context.browser
    page.goto("about:blank")
    browser.start_tracing(page=page, categories=["toplevel"])
    try:
        yield tasks
    finally:
        events = json.loads(browser.stop_tracing())["traceEvents"]
    named = {
        (one["pid"], one["tid"]): one["args"].get("name") for one in events if one["name"] == "thread_name"
    }
    tasks += [
        one["tdur"] / 1000
        for one in events
        if "tdur" in one
        and "RunTask" in one["name"]
        and named.get((one["pid"], one["tid"])) == "CrRendererMain"
    ]


def typed(page: Any) -> list[Row]:
    """Keys into the hotline's editor."""
    page.goto("/flows/hotline")
    page.wait_for_selector(".cm-content")
    page.wait_for_timeout(SETTLED)
    page.click(".cm-line >> nth=20")
    page.keyboard.press("End")
    page.evaluate("void (window.seen.tasks.length = window.seen.keys.length = 0)")
    page.keyboard.type("  # why it is so is said here.."[:KEYS].ljust(KEYS, "."), delay=60)
    page.wait_for_timeout(SETTLED)
    tasks = [duration for _, duration in page.evaluate("window.seen.tasks")]
    keys = [duration for _, duration in page.evaluate("window.seen.keys")]
    return [
        (f"{KEYS} keys: longest task", ms(max(tasks, default=0.0))),
        (f"{KEYS} keys: slowest from key to paint", ms(max(keys, default=0.0))),
    ]


def drawn(page: Any, times: int) -> list[Row]:
    """A large flow's picture, from the page's begin."""
    nodes = "".join(
        f"  n{number}:\n    type: menu\n    prompt: 'Press one or two, at {number}.'\n    options:\n"
        f"      1: n{(number * 2 + 1) % LARGE}\n      2: n{(number * 2 + 2) % LARGE}\n"
        for number in range(LARGE)
    )
    text = f"id: large\nlanguages: [en-US]\nnodes:\n{nodes}"
    put = """async (text) => {
      const token = document.querySelector('meta[name=csrf-token]').content;
      const headers = {'Content-Type': 'application/json', 'X-CSRF-Token': token, 'If-None-Match': '*'};
      const body = JSON.stringify({text});
      return (await fetch('/api/v1/flows/large', {method: 'PUT', headers, body})).status;
    }"""
    status = page.evaluate(put, text)
    assert status < 300, status
    shown, longest, worked = [], [], []
    for _ in range(times):
        with traced(page) as tasks:
            page.goto("/flows/large")
            page.wait_for_selector("ivory-graph svg [data-node]", timeout=30_000)
            shown.append(page.evaluate("performance.now()"))
            page.wait_for_timeout(SETTLED)
        worked.append(max(tasks, default=0.0))
        longest.append(max((duration for _, duration in page.evaluate("window.seen.tasks")), default=0.0))
    return [
        (f"{LARGE} nodes: picture is there", ms(statistics.median(shown))),
        (f"{LARGE} nodes: longest task", " ".join(ms(one) for one in sorted(longest))),
        (f"{LARGE} nodes: the same in processor time", " ".join(ms(one) for one in sorted(worked))),
    ]


def changes(page: Any) -> Iterator[Row]:
    """Ready, on break, ready …, each until it is seen."""
    page.goto("/agents")
    page.evaluate(CHANGE, ["sign-in", "ready", "#agents"])
    for path, selector in (("/agents", "#agents"), ("/groups", "main"), ("/agent?as=1001", ".desk-word")):
        page.goto(path)
        page.wait_for_timeout(SETTLED)
        took = []
        for number in range(CHANGES):
            order, words = ("ready", "ready") if number % 2 else ("break", "on break")
            took.append(page.evaluate(CHANGE, [order, words, selector]))
            page.wait_for_timeout(700)
        took.sort()
        yield path, ms(statistics.median(took)), ms(took[int(len(took) * 0.95) - 1]), ms(took[-1])


def ms(value: float) -> str:
    """Milliseconds; – for what was too short to be seen."""
    return f"{value:.0f}" if value else "–"


def show(title: str, heads: tuple[str, ...], rows: list[Row]) -> None:
    table = Table(title=title, title_justify="left")
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
