"""This moment: read from the worker once, told to every browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import gevent
import pytest
from gevent.queue import Queue

from ivr import http_server
from ivr.errors import IvoryError
from ivr.http_server import Reply, send
from ivr.settings import Settings
from ivr.web.live import feed as feeding
from ivr.web.live.feed import Feed
from ivr.web.live.picture import GONE, Picture
from ivr.web.site import Site

AT = "2026-03-02T09:30:00+00:00"
Ask = Callable[..., Any]
Lines = Queue[dict[str, Any] | None]


def call(name: str, node: str = "main") -> dict[str, Any]:
    return {"id": name, "flow": "hotline", "node": node, "started": AT, "entered": AT}


def snapshot(*calls: dict[str, Any]) -> dict[str, Any]:
    return {"event": "snapshot", "calls": list(calls), "totals": {"active": len(calls)}}


CENTRE = {
    "event": "snapshot",
    "groups": {"billing": {"waiting": 2, "longest": 41.2}},
    "agents": {"1001": {"state": "available"}, "1002": {"state": "logged_out"}},
    "contacts": {"c1:1": {"group": "billing", "waited": 41.2}},
}


# The picture ------------------------------------------------------------------------------------------


def test_only_what_changed_since_a_turn_is_told_and_what_is_gone_is_null() -> None:
    picture = Picture()
    picture.calls(snapshot(call("a"), call("b"), call("c")))
    seen = picture.turn
    picture.calls({"event": "entered", "call": call("a", "bill")})
    picture.calls({"event": "finished", "call": call("b")})
    changed = picture.since(seen)
    assert changed is not None
    assert changed["calls"] == {"a": call("a", "bill"), "b": None}
    assert "groups" not in changed
    assert picture.since(picture.turn) == {
        "worker": {"there": True, "why": ""}, "totals": {"active": 3}, "now": picture.figures(),
    }  # fmt: skip


def test_who_missed_a_snapshot_or_too_many_ends_begins_anew() -> None:
    picture = Picture()
    picture.calls(snapshot(call("a")))
    before = picture.turn
    picture.calls(snapshot(call("b")))
    assert picture.since(before) is None
    seen = picture.turn
    for number in range(GONE + 1):
        picture.calls({"event": "started", "call": call(f"x{number}")})
        picture.calls({"event": "finished", "call": call(f"x{number}")})
    assert picture.since(seen) is None


def test_agents_and_contacts_are_put_together_from_what_is_told_of_them() -> None:
    picture = Picture()
    picture.centre(CENTRE)
    assert picture.figures() == {
        "calls": 0, "waiting": 2, "longest": 41, "agents": {"available": 1, "logged_out": 1}, "signed_in": 1,
    }  # fmt: skip
    picture.centre({"event": "agent", "agent": {"id": "1001", "state": "busy"}})
    picture.centre({"event": "offer", "agent": "1001", "contact": {"id": "c1:1", "group": "billing"}})
    assert picture.things["contacts"]["c1:1"]["offered"] == "1001"
    picture.centre({"event": "withdrawn", "contact": "c1:1", "agent": "1001"})
    assert picture.things["contacts"]["c1:1"]["offered"] is None
    picture.centre({"event": "groups", "groups": {"billing": {"waiting": 0, "longest": 0}}})
    picture.centre({"event": "gone", "contact": "c1:1"})
    assert picture.things["contacts"] == {}
    assert picture.figures()["agents"] == {"busy": 1, "logged_out": 1}


def test_nothing_of_before_is_shown_as_now_while_the_worker_is_away() -> None:
    picture = Picture()
    picture.calls(snapshot(call("a")))
    picture.centre(CENTRE)
    picture.trouble("calls", "it is gone")
    picture.trouble("centre", "it is gone")
    whole = picture.whole()
    assert (whole["calls"], whole["groups"], whole["agents"]) == ({}, {}, {})
    assert whole["worker"] == {"there": False, "why": "it is gone"}


@pytest.mark.parametrize("line", [{}, {"event": "news"}, {"event": "gone", "contact": "nobody"}])
def test_what_is_not_known_changes_nothing(line: dict[str, Any]) -> None:
    picture = Picture()
    picture.calls(line)
    picture.centre(line)
    assert picture.whole()["calls"] == {}


# The feed, over a real socket -------------------------------------------------------------------------


class Told:
    """A worker's streams, line by line as a test puts them."""

    def __init__(self, path: str) -> None:
        self.asked: list[str] = []
        self.lines: dict[str, Queue[dict[str, Any] | None]] = {
            "/calls/stream": Queue(),
            "/acd/stream": Queue(),
        }
        self._server = http_server.Server(f"unix:{path}", self._application, "worker", 1 << 16)

    def close(self) -> None:
        self._server.stop()

    def _application(self, environ: Mapping[str, Any], start: http_server.Start) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        return send(Reply(self._told(path), kind="application/x-ndjson"), environ, start)

    def _told(self, path: str) -> Iterator[bytes]:
        while (line := self.lines[path].get()) is not None:
            yield json.dumps(line).encode() + b"\n"


@pytest.fixture
def told(settings: Settings) -> Iterator[Told]:
    made = Told(settings.acd.control)
    yield made
    for lines in made.lines.values():
        lines.put(None)
    made.close()


@pytest.fixture
def feed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Feed]:
    for name in ("GATHERED", "AGAIN"):
        monkeypatch.setattr(feeding, name, 0.01)
    made = Feed(settings)
    yield made
    made.stop()


def parsed(text: str) -> tuple[str, dict[str, Any]]:
    head, data, *_ = text.splitlines()
    return head.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_many_browsers_are_one_reader_to_the_worker(told: Told, feed: Feed) -> None:
    told.lines["/calls/stream"].put(snapshot(call("a")))
    told.lines["/acd/stream"].put(CENTRE)
    streams = [iter(feed.stream(f"user:{number}")) for number in range(5)]
    for stream in streams:
        name, data = parsed(next(stream))
        assert (name, list(data["calls"]), list(data["groups"])) == ("snapshot", ["a"], ["billing"])
    told.lines["/calls/stream"].put({"event": "entered", "call": call("a", "bill")})
    for stream in streams:
        name, data = parsed(next(stream))
        assert (name, data["calls"]["a"]["node"]) == ("change", "bill")
    assert sorted(told.asked) == ["/acd/stream", "/calls/stream"]


def test_a_worker_that_goes_is_told_and_its_successor_is_found(told: Told, feed: Feed) -> None:
    told.lines["/calls/stream"].put(snapshot(call("a")))
    told.lines["/acd/stream"].put(CENTRE)
    stream = iter(feed.stream("user:li"))
    next(stream)
    told.lines["/calls/stream"].put(None)
    told.lines["/acd/stream"].put(None)
    assert parsed(next(stream))[1]["worker"]["there"] is False
    told.lines["/calls/stream"].put(snapshot(call("b")))
    told.lines["/acd/stream"].put(CENTRE)
    with gevent.Timeout(10):
        data = next(data for _, data in map(parsed, stream) if data.get("groups") and data.get("calls"))
    assert (data["worker"]["there"], list(data["calls"])) == (True, ["b"])


def test_without_a_worker_a_look_says_so(site: Site, bearer: Callable[..., Ask]) -> None:
    answer = bearer("live:read")("GET", "/api/v1/live")
    assert (answer.status_code, answer.json["worker"]["there"]) == (200, False)
    assert "is `ivr serve` running" not in answer.json["worker"]["why"]
    site.part(Feed).stop()


def test_nobody_takes_all_the_streams(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "OF_ONE", 2)
    monkeypatch.setattr(feeding, "STREAMS", 3)
    first = feed.stream("user:li")
    feed.stream("user:li")
    with pytest.raises(IvoryError, match="too many"):
        feed.stream("user:li")
    feed.stream("user:wang")
    with pytest.raises(IvoryError, match="too many"):
        feed.stream("user:zhao")
    first.close()
    first.close()  # once is enough
    feed.stream("user:li")


def test_the_worker_is_let_go_when_nobody_looks(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "IDLE", 0.0)
    stream = feed.stream("user:li")
    reading = list(feed._readers)
    stream.close()
    gevent.joinall(reading, timeout=5)
    assert all(greenlet.dead for greenlet in reading)
    assert feed._readers == []
