"""What journeys tell of flows: calls of the day in the list, ways on the graph, where callers gave up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from ivr.settings import Settings
from ivr.store.records import CallRecord, Step
from ivr.store.rows import pack
from ivr.store.upsert import Upsert
from ivr.web.site import Site
from tests.web.conftest import NOW, Browser
from tests.web.flow_texts import HELLO


@pytest.fixture
def viewer(signed_in: Callable[[str], Browser], settings: Settings) -> Browser:
    settings.flows.dir.mkdir()
    (settings.flows.dir / "hello.yaml").write_text(HELLO)
    return signed_in("viewer")


def call(site: Site, name: str, end: str, *ways: tuple[str, str], ago: float = 60, **more: object) -> None:
    """A call that visited these nodes with these outcomes, a second each."""
    began = NOW - timedelta(seconds=ago)
    steps = [
        Step(name, visit, "hello", node, "menu", began + timedelta(seconds=visit),
             began + timedelta(seconds=visit + 1), outcome)
        for visit, (node, outcome) in enumerate(ways, 1)
    ]  # fmt: skip
    ended = began + timedelta(seconds=len(ways) + 1)
    record = CallRecord(name, began, flow="hello", end=end, ended=ended, **more)  # type: ignore[arg-type]
    refused = site.ask(lambda store: Upsert(store)([pack(record), *map(pack, steps)]))
    assert not refused


def test_ways_are_counted_by_node_and_outcome(viewer: Browser, site: Site) -> None:
    call(site, "a", "completed", ("main", "1"), ("hours", "next"), goals=("told",))
    call(site, "b", "abandoned", ("main", "hangup"))
    told = viewer.get("/api/v1/flows/hello/traffic").json
    assert told["calls"] == 2
    assert told["nodes"] == {"main": {"1": 1, "hangup": 1}, "hours": {"next": 1}}
    assert told["gave_up"] == {"main": 1}


def test_only_calls_of_the_window_count(viewer: Browser, site: Site) -> None:
    call(site, "a", "completed", ("main", "1"), ago=7200)
    assert viewer.get("/api/v1/flows/hello/traffic?hours=1").json["calls"] == 0
    assert viewer.get("/api/v1/flows/hello/traffic?hours=3").json["calls"] == 1


def test_the_list_has_todays_calls_and_who_was_helped(viewer: Browser, site: Site) -> None:
    call(site, "a", "completed", ("main", "1"), goals=("told",))
    call(site, "b", "transfer", ("main", "1"), goals=("told",))
    call(site, "c", "lost", ("main", "1"))
    call(site, "d", "completed", ("main", "1"), ago=2 * 86400)
    hello = viewer.get("/api/v1/flows").json[0]
    assert (hello["calls_today"], hello["contained"]) == (3, 0.5)


def test_the_whole_report_is_there(viewer: Browser, site: Site) -> None:
    call(site, "a", "abandoned", ("main", "hangup"))
    report = viewer.get("/api/v1/flows/hello/stats?hours=48").json
    assert report["nodes"][0]["gave_up"] == 1
    assert {"ways", "menus", "operations", "shares"} <= report.keys()


def test_nobody_asks_for_years(viewer: Browser) -> None:
    assert viewer.get("/api/v1/flows/hello/traffic?hours=100000").status_code == 422
