"""`ivr calls watch`: what it shows of the worker's lines, in a terminal of any width."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from ivr.cli.watch import Feed, View, Wish
from ivr.errors import IvoryError
from ivr.settings import Ops
from tests.freeswitch.instance import free_port
from tests.unit.ops.journeys import START


def call(name: str, **more: Any) -> dict[str, Any]:
    entered = more.pop("entered", START)
    return {
        "id": name,
        "flow": "hotline",
        "ani": "13800001234",
        "dnis": "95598",
        "language": "zh-CN",
        "node": "main",
        "type": "menu",
        "visit": 1,
        "input": "",
        "started": START.isoformat(),
        "entered": entered.isoformat(),
        **more,
    }


def line(event: str, **more: Any) -> dict[str, Any]:
    return {"event": event, "at": START.isoformat(), **more}


def drawn(view: View, now: datetime, width: int = 120, height: int = 100) -> list[str]:
    out = StringIO()
    Console(file=out, width=width, color_system=None, force_terminal=False).print(view.picture(now, height))
    return [text.rstrip() for text in out.getvalue().splitlines()]


@pytest.fixture
def view() -> View:
    view = View(Wish())
    totals = {"active": 2, "last_minute": 5, "ends": {"completed": 7, "abandoned": 1}}
    later = call("b", started=(START + timedelta(seconds=5)).isoformat(), ani="", node="查询电费")
    view.take(line("snapshot", calls=[later, call("a")], totals=totals), START)
    return view


def test_the_longest_call_comes_first_and_a_line_sums_up(view: View) -> None:
    head, first, second, last = drawn(view, START + timedelta(seconds=65))
    assert head.split() == ["age", "from", "to", "flow", "node", "here", "last", "input", "lang"]
    assert first.split() == ["1:05", "13800001234", "95598", "hotline", "main", "1:05", "zh-CN"]
    assert second.split()[:3] == ["1:00", "withheld", "95598"]
    assert last == "2 calls · 5 in the last minute · 1 abandoned · 7 completed"


def test_steps_move_calls_and_ends_take_them_away(view: View) -> None:
    view.take(line("left", outcome="1", call=call("a", input="1")), START)
    view.take(line("entered", call=call("a", node="account", input="1")), START)
    view.take(line("finished", end="abandoned", cause="X", call=call("b")), START)
    _, only, _ = drawn(view, START)
    assert only.split() == ["0:00", "13800001234", "95598", "hotline", "account", "0:00", "1", "zh-CN"]


def test_a_clock_that_differs_from_the_workers_does_not_change_ages() -> None:
    view = View(Wish())
    here = START + timedelta(hours=3)
    view.take(line("snapshot", calls=[call("a")], totals={}), here)
    assert "0:10" in drawn(view, here + timedelta(seconds=10))[1]


@pytest.mark.parametrize("width", [80, 140])
def test_every_line_fits_the_terminal_and_columns_stand_below_each_other(view: View, width: int) -> None:
    view.take(line("entered", call=call("c", node="主菜单请选择您需要的服务项目" * 3, input="1" * 40)), START)
    lines = drawn(view, START, width)
    assert all(cell_len(text) <= width for text in lines)
    places = {cell_len(text[: text.rindex("zh-CN")]) for text in lines[1:4]}
    assert len(places) == 1


def test_what_does_not_fit_below_each_other_is_counted(view: View) -> None:
    for number in range(50):
        view.take(line("started", call=call(f"n{number}")), START)
    lines = drawn(view, START, height=12)
    assert len(lines) <= 12
    assert lines[-2] == "… and 43 more"


def test_names_of_strangers_cannot_command_the_terminal(view: View) -> None:
    view.take(line("started", call=call("x", ani="\x1b[2J[red]1\n2")), START)
    assert not any("\x1b" in text for text in drawn(view, START))
    assert any("[red]1" in text for text in drawn(view, START))


def test_a_worker_that_went_is_waited_for_and_said_so(view: View) -> None:
    view.take(line("trouble", why="it is gone"), START)
    assert drawn(view, START)[-1] == "waiting for the worker: it is gone"
    view.take(line("beat", totals={"active": 0, "last_minute": 0, "ends": {}}), START)
    assert "waiting" not in drawn(view, START)[-1]


@pytest.mark.parametrize(
    ("wish", "fits"),
    [
        (Wish(), True),
        (Wish(flow="hotline"), True),
        (Wish(flow="other"), False),
        (Wish(number="1234"), True),
        (Wish(number="598"), True),
        (Wish(number="77"), False),
    ],
)
def test_calls_can_be_chosen_by_flow_and_number(wish: Wish, fits: bool) -> None:
    assert wish.fits(call("a")) is fits
    snapshot = wish.narrowed(line("snapshot", calls=[call("a")], totals={}))
    assert snapshot is not None
    assert len(snapshot["calls"]) == fits
    assert (wish.narrowed(line("left", call=call("a"))) is not None) is fits
    assert wish.narrowed(line("beat", totals={})) is None


def test_nobody_there_is_said_with_a_way_out() -> None:
    with pytest.raises(IvoryError, match=r"no calls to be seen.*is `ivr serve` running"):
        Feed(Ops(listen=f"127.0.0.1:{free_port()}")).once()
    with pytest.raises(IvoryError, match=r"nothing to watch; ops\.listen is empty"):
        Feed(Ops(listen=""))
