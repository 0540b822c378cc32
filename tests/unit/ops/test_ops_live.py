"""The live view: where each call is, and readers that never cost more than their queue."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import pytest

from ivr.clock import VirtualClock
from ivr.ops.live import Board
from ivr.ops.stream import BEAT, MAX_LINES, MAX_READERS, SLOW, Reader
from ivr.runtime.journey import CallMeasured
from tests.unit.ops.journeys import START, entered, finished, left, started, whole


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
def board(clock: VirtualClock) -> Board:
    return Board(clock)


def read(lines: Any, count: int) -> list[dict[str, Any]]:
    return [json.loads(line) for line in islice(lines, count)]


def test_a_call_is_shown_where_it_is_with_what_was_pressed_last(board: Board) -> None:
    for event in (started(), entered(), left(heard="1"), entered(node="account", at=3, visit=2)):
        board.told(event)
    (call,) = board.snapshot()["calls"]
    assert (call["ani"], call["dnis"], call["flow"], call["node"]) == (
        "13800001234",
        "95598",
        "hotline",
        "account",
    )
    assert (call["input"], call["visit"], call["language"]) == ("1", 2, "zh-CN")


def test_a_caller_who_chose_another_language_is_shown_with_it(board: Board) -> None:
    for event in (started(), entered(), entered(node="english", at=3, visit=2, language="en-US")):
        board.told(event)
    assert board.snapshot()["calls"][0]["language"] == "en-US"


def test_how_well_a_caller_was_heard_makes_no_call(board: Board) -> None:
    board.told(CallMeasured("c1", START, 4.4, 12.5, 0.0))
    assert board.snapshot()["calls"] == []


def test_a_call_that_ended_is_not_shown_but_counted(board: Board) -> None:
    for event in whole():
        board.told(event)
    assert board.snapshot() == {
        "calls": [],
        "totals": {"active": 0, "last_minute": 1, "ends": {"completed": 1}},
    }


def test_calls_of_the_last_minute_are_counted_no_longer(board: Board, clock: VirtualClock) -> None:
    board.told(started("a"))
    clock.advance(50)
    board.told(started("b"))
    clock.advance(20)
    assert board.totals()["last_minute"] == 1


def test_a_call_whose_end_was_never_told_is_forgotten(board: Board) -> None:
    board.told(started("a"))
    board.told(started("b"))
    board.prune({"b"})
    assert [call["id"] for call in board.snapshot()["calls"]] == ["b"]


def test_a_call_that_was_taken_over_is_shown_from_its_next_step(board: Board) -> None:
    board.told(entered("old", node="pay"))
    (call,) = board.snapshot()["calls"]
    assert (call["node"], call["ani"]) == ("pay", "")
    board.told(finished("never seen"))
    assert board.totals()["active"] == 1


def test_a_reader_gets_all_calls_and_then_each_step(board: Board) -> None:
    board.told(started("a"))
    lines = iter(Reader(board))
    (first,) = read(lines, 1)
    assert (first["event"], [call["id"] for call in first["calls"]]) == ("snapshot", ["a"])
    for event in whole("b"):
        board.told(event)
    steps = read(lines, 4)
    assert [step["event"] for step in steps] == ["started", "entered", "left", "finished"]
    assert steps[2]["outcome"] == "1"
    assert (steps[3]["end"], steps[3]["cause"]) == ("completed", "NORMAL_CLEARING")
    assert all(step["call"]["id"] == "b" for step in steps)


def test_a_reader_hears_the_totals_now_and_then_however_much_happens(
    board: Board, clock: VirtualClock
) -> None:
    lines = iter(Reader(board))
    next(lines)
    board.told(started("a"))
    board.told(started("b"))
    assert [line["event"] for line in read(lines, 1)] == ["started"]
    clock.advance(BEAT)
    assert [line["event"] for line in read(lines, 2)] == ["beat", "started"]


def test_a_reader_that_goes_is_forgotten(board: Board) -> None:
    lines = iter(Reader(board))
    next(lines)
    assert board.readers == 1
    lines.close()  # type: ignore[attr-defined]
    assert board.readers == 0


def test_a_reader_that_does_not_keep_up_is_let_go_and_others_are_not(board: Board) -> None:
    slow, quick = iter(Reader(board)), iter(Reader(board))
    next(slow), next(quick)
    for number in range(MAX_LINES + 1):
        board.told(started(f"c{number}"))
        if number < MAX_LINES:
            next(quick)
    assert (board.readers, board.dropped) == (1, 1)
    *_, last = map(json.loads, slow)
    assert (last["event"], last["why"]) == ("dropped", SLOW)
    board.told(started("last"))
    assert json.loads(next(quick))["call"]["id"] == f"c{MAX_LINES}"


def test_there_is_room_for_so_many_readers(board: Board) -> None:
    readers = [iter(Reader(board)) for _ in range(MAX_READERS)]
    for reader in readers:
        assert not board.full
        next(reader)
    assert board.full


def test_words_that_are_no_utf8_do_not_break_a_line(board: Board) -> None:
    lines = iter(Reader(board))
    next(lines)
    board.told(started("a", ani="\udc80"))
    assert json.loads(next(lines))["call"]["ani"] == "?"
