"""A house that is open (`ivr demo`), and a real browser that visits it.

Playwright's own loop and gevent's patches do not go together, and the rest of the tests needs the patches: so
these run in a pytest of their own, `make test-browser`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gevent import monkey

from tests.browser.furniture import furnish

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PROJECT = Path(__file__).parents[2]
SHOTS = os.environ.get("IVORY_SHOTS", "")
"""A folder for pictures of what was seen last."""
OPENS = 120.0
"""Seconds until the house is open: the sentences of its flows may have to be rendered."""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
]  # fmt: skip

collect_ignore_glob = ["test_*.py"] if monkey.is_module_patched("socket") else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        missing = pytest.mark.skip(reason="no Chromium here: apt-get install chromium")
        for item in items:
            item.add_marker(missing)
    items.sort(key=lambda item: item.path.name != "test_pages.py")  # looked at before others write in them


DEMO = ("demo", "--no-tour", "--stay", "--set", "web.listen=127.0.0.1:0")


class House:
    """An `ivr demo` that stays open, or another command that serves pages until it is told to end.

    `link` lets one in, once. `opened` is in the line by which one knows that it is there.
    """

    def __init__(self, folder: Path, *command: str, home: Path = PROJECT, opened: str = "Ctrl-C") -> None:
        self._opened = opened
        environ = {name: value for name, value in os.environ.items() if not name.startswith("IVR_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ivr", *(command or DEMO)],
            cwd=home,
            env={**environ, "XDG_DATA_HOME": str(folder), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = ""
        self._there = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._there.wait(OPENS):
            self.close()
            raise AssertionError(f"the house did not open: {self.said}")
        found = re.search(r"http://\S+/welcome\?link=[\w-]+", self.said)
        assert found is not None, self.said
        self.link = found[0]
        self.url = self.link.partition("/welcome")[0]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if self._opened in line:
                self._there.set()
        self._there.set()

    def close(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self._reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = House(tmp_path_factory.mktemp("house"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def new_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An `ivr web` that nobody has come to yet, with nothing in it."""
    folder = tmp_path_factory.mktemp("new")
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = f"web.listen=127.0.0.1:{free.getsockname()[1]}"
    store, key = f"store.url=sqlite:///{folder}/ivory.db", f"web.key={folder}/web.key"
    command = ("web", "--flows", str(folder / "flows"), "--set", listen, "--set", store, "--set", key)
    opened = House(folder, *command, home=folder, opened="first_admin")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Any]]:
    """Start a browser with flags of its own beside `FLAGS`; whoever starts one closes it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield lambda *flags: playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])


@pytest.fixture(scope="session")
def chromium(launch: Callable[..., Any]) -> Iterator[Any]:
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def pass_(house: House, chromium: Any) -> Any:
    """What a browser keeps once somebody is in: cookies, to be given to others."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(house.link)
    page.click("button.primary")
    page.wait_for_url(f"{house.url}/")
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture(scope="session")
def lived_in(house: House, chromium: Any, pass_: Any) -> dict[str, str]:
    """A house with one thing of each kind in it; what its pages are called by."""
    context = chromium.new_context(base_url=house.url, storage_state=pass_)
    page = context.new_page()
    page.goto("/")
    made = {"call": furnish(page)}
    context.close()
    return made


class Visit:
    """A page that notes what the browser complains about."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._said(said))

    def _said(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)


@pytest.fixture(scope="module")
def stroll(house: House, chromium: Any, pass_: Any) -> Iterator[Callable[..., Visit]]:
    """Go from page to page in one tab for each language: `stroll("/flows", locale="zh-CN",
    color_scheme="dark")`. A tab of its own for each page, as `visit` has it, costs as much as the page."""
    tabs: dict[str, Visit] = {}

    def go(path: str, *, locale: str, color_scheme: str) -> Visit:
        if locale not in tabs:
            context = chromium.new_context(base_url=house.url, storage_state=pass_, locale=locale)
            tabs[locale] = Visit(context.new_page())
        tab = tabs[locale]
        tab.complaints.clear()
        tab.page.set_viewport_size({"width": 1280, "height": 800})
        tab.page.emulate_media(color_scheme=color_scheme, reduced_motion="null")
        tab.page.goto(path)
        return tab

    yield go
    for tab in tabs.values():
        tab.page.context.close()


@pytest.fixture
def visit(house: House, chromium: Any, pass_: Any) -> Iterator[Callable[..., Visit]]:
    """Visit the house: `visit("/flows", locale="zh-CN", color_scheme="dark", width=360)`."""
    contexts = []

    def go(path: str, *, width: int = 1280, height: int = 800, **how: Any) -> Visit:
        context = chromium.new_context(
            base_url=house.url, storage_state=pass_, viewport={"width": width, "height": height}, **how
        )
        contexts.append(context)
        visited = Visit(context.new_page())
        visited.page.goto(path)
        return visited

    yield go
    for number, context in enumerate(contexts):
        if SHOTS and context.pages:
            context.pages[0].screenshot(path=f"{SHOTS}/last-{number}.png")
        context.close()
