"""The live centre: all there is, then each change; nothing is made for nobody, nobody slow costs anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import gevent
import pytest

from ivr.acd.plan import load
from ivr.clock import VirtualClock
from ivr.ops import centre_live, stream
from ivr.ops.centre_live import ANOTHER, NEW_PLAN, CentreBoard
from ivr.ops.stream import MAX_LINES, SLOW, Reader
from tests.centre import NOW, Centre
from tests.unit.ops.journeys import START


@pytest.fixture
def centre() -> Iterator[Centre]:
    made = Centre()
    yield made
    made.stop()


@pytest.fixture
def board(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Iterator[CentreBoard]:
    for module in (centre_live, stream):
        monkeypatch.setattr(module, "BEAT", 0.01)
    made = CentreBoard(
        VirtualClock(START),
        centre.desk,
        lambda: centre.give("acd.status"),
        lambda contact, _customer: {"number": f"number of {contact}"},
    )
    yield made
    made.stop()


def opened(board: CentreBoard) -> tuple[Iterator[bytes], dict[str, Any]]:
    """A reader who has read the snapshot."""
    lines = iter(Reader(board))
    text = b""
    while not text.endswith(b"\n"):
        text += next(lines)
    return lines, json.loads(text)


def changes(lines: Iterator[bytes], count: int) -> list[dict[str, Any]]:
    """The next lines but beats and figures of groups."""
    told = (json.loads(line) for line in lines)
    return list(islice((one for one in told if one["event"] not in ("beat", "groups")), count))


def test_first_comes_all_there_is(board: CentreBoard, centre: Centre) -> None:
    centre.give("agent.sign_in", agent="1002")
    centre.waits("c")
    _, first = opened(board)
    assert first["event"] == "snapshot"
    assert first["agents"]["1002"]["state"] == "available"
    assert first["groups"]["billing"]["waiting"] == 1
    assert first["contacts"]["c:1"]["group"] == "billing"


def test_then_each_change_of_agents_and_contacts(board: CentreBoard, centre: Centre) -> None:
    lines, _ = opened(board)
    place = centre.waits("c", customer="li")
    (arrived,) = changes(lines, 1)
    assert (arrived["event"], arrived["contact"]["id"], arrived["contact"]["customer"]) == (
        "contact", "c:1", "li",
    )  # fmt: skip
    assert arrived["contact"]["number"] == "number of c:1"
    centre.give("agent.sign_in", agent="1002")
    (agent,) = changes(lines, 1)
    assert (agent["event"], agent["agent"]["id"], agent["agent"]["state"]) == ("agent", "1002", "available")
    place.give_up("abandoned")
    (gone,) = changes(lines, 1)
    assert (gone["event"], gone["contact"], gone["disposition"]) == ("gone", "c:1", "abandoned")


def test_an_offer_says_whom_it_is_for_and_until_when(board: CentreBoard, centre: Centre) -> None:
    lines, _ = opened(board)
    centre.give("agent.sign_in", agent="1001")
    centre.waits("c")
    offer = next(one for one in changes(lines, 4) if one["event"] == "offer")
    assert (offer["agent"], offer["contact"]["id"], offer["expires"]) == ("1001", "c:1", NOW + 20)
    assert offer["contact"]["number"] == "number of c:1"


def test_figures_of_groups_are_told_when_they_changed(board: CentreBoard, centre: Centre) -> None:
    lines, _ = opened(board)
    told = (json.loads(line) for line in lines)
    first = next(one for one in told if one["event"] == "groups")
    assert set(first["groups"]) == {"billing", "vip"}
    centre.give("agent.sign_in", agent="1002")
    second = next(one for one in told if one["event"] == "groups")
    assert second["groups"]["vip"]["available"] == 1


def test_where_nothing_changes_it_still_says_that_it_lives(board: CentreBoard) -> None:
    lines, _ = opened(board)
    assert any(json.loads(line)["event"] == "beat" for line in islice(lines, 5))


def test_who_does_not_read_is_told_so_and_let_go(board: CentreBoard, centre: Centre) -> None:
    lines, _ = opened(board)
    for number in range(MAX_LINES + 1):
        board.described(f"c{number}")
    *_, last = map(json.loads, lines)
    assert (last["event"], last["why"], board.dropped) == ("dropped", SLOW, 1)


@pytest.mark.parametrize("why", [NEW_PLAN, ANOTHER])
def test_what_is_no_longer_true_has_to_be_read_anew(board: CentreBoard, centre: Centre, why: str) -> None:
    lines, _ = opened(board)
    if why == NEW_PLAN:
        centre.desk.plan(load("groups: {sales: {}}").plan)
    else:
        centre.desk.let_go()
    *_, last = map(json.loads, lines)
    assert (last["event"], last["why"]) == ("dropped", why)


def test_while_nobody_reads_nothing_is_made(board: CentreBoard, centre: Centre) -> None:
    made: list[str] = []
    board.line = lambda event, **_: made.append(event) or b""  # type: ignore[method-assign,func-returns-value]
    centre.give("agent.sign_in", agent="1001")
    centre.waits("c")
    assert made == []


def test_the_clock_of_the_figures_stops_with_the_last_reader(board: CentreBoard) -> None:
    lines, _ = opened(board)
    lines.close()  # type: ignore[attr-defined]
    ticker = board._ticker
    assert ticker is not None
    gevent.joinall([ticker], timeout=5)
    assert ticker.dead


def test_what_an_agent_does_on_the_telephone_is_told_of_the_agent(centre: Centre) -> None:
    board = CentreBoard(
        VirtualClock(START),
        centre.desk,
        lambda: centre.give("acd.status"),
        beside=lambda agent: {"on_hold": agent == "1001"},
    )
    lines, _ = opened(board)
    board.busied("1001")
    (told,) = changes(lines, 1)
    assert told["agent"] == {"id": "1001", "on_hold": True}
    board.stop()
