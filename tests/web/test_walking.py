"""What the page beside a web phone is told of its call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gevent
import pytest

from ivr.control_client import Control
from ivr.errors import NoWorker
from ivr.phone.bridge import Bridge, Role
from ivr.web.walking import Walk

NUMBER = "web-li"


class _Control(Control):
    """A worker that knows a variable of each call."""

    def __init__(self) -> None:
        self.there = True

    def give(self, order: str, **arguments: Any) -> dict[str, Any]:
        if not self.there:
            raise NoWorker("there is none")
        return {"variables": {"of": arguments["call"]}}


class _Bridge(Bridge):
    """The way to the page, of which only what is told beside is looked at."""

    def __init__(self, told: list[dict[str, Any]]) -> None:
        super().__init__(Role.CALLER, lambda _: True, lambda: 0.0)
        self._beside = told

    def tell(self, message: dict[str, Any]) -> None:
        self._beside.append(message)


class Page:
    """The page, and the worker whose lines it is told of."""

    def __init__(self) -> None:
        self.control = _Control()
        self.told: list[dict[str, Any]] = []
        self.walk = Walk(_Bridge(self.told), NUMBER, self.control)

    def line(self, event: str, visit: int = 0, node: str = "", call: str = "c1", **more: Any) -> None:
        self.walk.told({"event": event, "call": _call(visit, node, call, more.pop("ani", NUMBER)), **more})

    def snapshot(self, *calls: dict[str, Any]) -> None:
        self.walk.told({"event": "snapshot", "calls": list(calls)})

    def steps(self) -> list[tuple[str, str]]:
        """Nodes, and the outcomes by which the call came to them."""
        gevent.sleep(0)
        return [(each["node"], each["outcome"]) for each in self.told if each["event"] == "step"]


def _call(visit: int, node: str, call: str = "c1", ani: str = NUMBER) -> dict[str, Any]:
    return {"id": call, "ani": ani, "flow": "hotline", "node": node, "type": "menu", "visit": visit}


@pytest.fixture
def page() -> Iterator[Page]:
    page = Page()
    teller = gevent.spawn(page.walk.run)
    yield page
    teller.kill()


def test_the_page_is_told_each_node_with_the_outcome_before_it_and_the_variables(page: Page) -> None:
    page.line("started")
    page.line("entered", 1, "main")
    page.line("left", 1, "main", outcome="1")
    page.line("entered", 2, "bill")
    assert page.steps() == [("main", ""), ("bill", "1")]
    assert page.told[-1]["variables"] == {"of": "c1"}


def test_calls_of_others_are_nothing_to_it(page: Page) -> None:
    page.line("started", call="c2", ani="web-han")
    page.line("entered", 1, "main", call="c2", ani="web-han")
    page.snapshot(_call(1, "main", "c2", "web-han"))
    assert page.steps() == []


def test_a_step_that_was_taken_while_workers_changed_is_told_and_none_twice(page: Page) -> None:
    page.line("started")
    page.line("entered", 1, "main")
    page.snapshot(_call(1, "main"))
    page.line("started")
    page.line("entered", 1, "main")
    page.snapshot(_call(2, "bill"))
    assert page.steps() == [("main", ""), ("bill", "")]


def test_a_call_that_began_before_the_worker_was_heard_is_walked_with(page: Page) -> None:
    page.snapshot(_call(2, "bill", "earlier"), _call(1, "main"), _call(5, "sales", "c9", "web-han"))
    page.line("left", 1, "main", outcome="1")
    page.line("entered", 2, "bill")
    assert page.steps() == [("main", ""), ("bill", "1")]


def test_the_call_it_walks_with_is_kept_whatever_began_since(page: Page) -> None:
    page.line("started")
    page.line("entered", 1, "main")
    page.snapshot(_call(2, "bill"), _call(1, "main", "c2"))
    assert page.steps() == [("main", ""), ("bill", "")]


def test_a_node_is_told_again_when_the_call_comes_back_to_it(page: Page) -> None:
    page.line("started")
    page.line("entered", 1, "main")
    page.line("entered", 2, "main")
    assert page.steps() == [("main", ""), ("main", "")]


def test_the_next_call_begins_anew(page: Page) -> None:
    for call in ("c1", "c2"):
        page.line("started", call=call)
        page.line("entered", 1, "main", call=call)
    assert page.steps() == [("main", ""), ("main", "")]


def test_without_a_worker_the_node_is_told_all_the_same(page: Page) -> None:
    page.control.there = False
    page.line("started")
    page.line("entered", 1, "main")
    assert page.steps() == [("main", "")]
    assert page.told[-1]["variables"] == {}


def test_what_the_caller_did_is_told_once_each_and_silence_is_not(page: Page) -> None:
    page.line("started")
    page.line("left", 1, "main", outcome="1", input="(silence) 7? 1")
    page.line("left", 2, "note", outcome="next", input="")
    page.line("left", 3, "ask", outcome="bill", input="“my bill” ••••")
    page.steps()
    done = [each["input"] for each in page.told if each["event"] == "input"]
    assert done == ["7?", "1", "“my bill”", "••••"]
