"""What callers hear while they wait: the plan's music and announcements, unless the flow says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pytest

from ivr.acd.plan import load as load_plan
from ivr.call import Call, Piece
from ivr.flow.scripted import ScriptedCall
from ivr.routing.plan_manners import PlanManners
from ivr.runtime.engine import Engine
from ivr.runtime.journey import Journey
from ivr.runtime.ports import Comfort, Wish
from ivr.testing.model import QueueModel
from ivr.testing.queues import ScriptedPlace, ScriptedQueues
from ivr.testing.world import JumpingSide
from tests.calls import Services, load

FLOW = """
nodes:
  go:
    {{type: transfer, skill: billing, max_wait: {wait}s, {options} next: end, outcomes: {{error: end,
      timeout: end, full: end, closed: end, no_agent: end, failed: end}}}}
"""
PLAN = """
groups:
  billing: {{agents: [1001], {options}}}
  sales: {{agents: [1001], {sales}}}
agents: {{1001: {{}}}}
"""


class Playing(ScriptedCall):
    """A call that tells what was played, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.played: list[tuple[float, str]] = []

    def play(self, pieces: Sequence[Piece]) -> int:
        self.played += [(round(self.monotonic(), 1), _name(piece)) for piece in pieces]
        return super().play(pieces)


def _name(piece: Piece) -> str:
    names = ("text", "file", "spec", "name", "seconds")
    return next(str(getattr(piece, name)) for name in names if hasattr(piece, name))


@dataclass
class Planned(ScriptedQueues):
    """The real manners of a plan; after `moves` seconds the caller is in sales."""

    manners: PlanManners
    moves: float
    wait: float

    def comfort(self, call: Call, wish: Wish) -> Comfort:
        return self.manners.comfort(wish.group, "x")

    def enter(self, call: Call, wish: Wish) -> ScriptedPlace:
        side = JumpingSide(cast(ScriptedCall, call))
        place = _Place(
            call.id, wish, QueueModel.model_validate({"wait": f"{self.wait:g}s", "agents": []}), side
        )
        if self.moves:
            side.after(self.moves, place.move)
        return place

    def waiting(self, group: str) -> int:
        return 0


class _Place(ScriptedPlace):
    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.now_in, self.came = "", 0.0

    def move(self) -> None:
        self.now_in, self.came = "sales", self._side.now()
        self._side.news()

    def group(self) -> str:
        return self.now_in or super().group()

    def waited(self) -> float:
        return self._side.now() - (self.came or self._since)

    def position(self) -> int:
        return 3


def waits(
    plan: str = "", flow: str = "", wait: int = 100, moves: float = 0.0, sales: str = ""
) -> list[tuple[float, str]]:
    """What a caller hears in `wait` seconds of waiting."""
    loaded = load_plan(PLAN.format(options=plan, sales=sales))
    call, services = Playing(), Services()
    services.__dict__["queues"] = Planned(PlanManners(lambda: loaded), moves, float(wait))
    Engine(call, load(FLOW.format(options=flow, wait=wait)), "t", services, Journey()).run()
    return call.played


def test_the_plans_announcements_are_made_at_their_times_and_music_goes_on_after_each() -> None:
    heard = waits("announcements: [{say: Soon., after: 10s, every: 30s}, {say: Once., after: 15s}]", wait=80)
    assert [line for line in heard if line[1] != "default"] == [
        (10.0, "Soon."),
        (15.0, "Once."),
        (40.0, "Soon."),
        (70.0, "Soon."),
    ]
    assert [name for _, name in heard].count("default") == 5


def test_an_announcement_tells_the_position_and_the_wait_that_is_expected() -> None:
    heard = waits("announcements: [{say: Please hold., after: 10s, position: true, wait: true}]", wait=70)
    assert [text for at, text in heard if at == 10.0] == [
        "Please hold.",
        "You are number 3 in line. It will be about a minute.",
    ]


def test_what_the_flow_announces_takes_the_place_of_the_plans() -> None:
    heard = waits(
        "announcements: [{say: Plan., after: 10s}]", "waiting: {announce: {position: true, every: 20s}},", 30
    )
    assert [text for _, text in heard if text != "default"] == ["You are number 3 in line."] * 2


@pytest.mark.parametrize(
    ("music", "heard"),
    [
        ("local_stream://jazz", "jazz"),
        ("jazz", "jazz"),
        ("jazz.wav", "jazz.wav"),
        ("tone_stream://%(500,500,440)", "%(500,500,440)"),
        ("silence_stream://-1", "3600.0"),
    ],
)
def test_the_music_of_a_plan_and_of_a_flow_is_written_alike(music: str, heard: str) -> None:
    assert waits(f"music: '{music}'", wait=3)[0] == (0.0, heard)
    assert waits("music: other.wav", f"waiting: {{music: '{music}'}},", 3)[0] == (0.0, heard)


def test_music_that_is_a_file_begins_anew_when_it_is_over() -> None:
    heard = waits("music: jazz.wav", wait=20)
    assert {name for _, name in heard} == {"jazz.wav"}
    assert len(heard) > 3


def test_the_flows_music_takes_the_place_of_the_plans() -> None:
    assert waits("music: jazz.wav", "waiting: {music: rock},", 3)[0] == (0.0, "rock")


def test_a_caller_who_overflows_hears_what_callers_of_that_group_hear() -> None:
    heard = waits(
        "music: 'local_stream://jazz', announcements: [{say: Billing., after: 10s, every: 10s}]",
        moves=15.0,
        sales="music: 'local_stream://rock', announcements: [{say: Sales., after: 8s}]",
        wait=40,
    )
    assert heard[:2] == [(0.0, "jazz"), (10.0, "Billing.")]
    assert (15.0, "rock") in heard
    assert [line for line in heard if line[1].endswith(".") and line[0] > 15] == [(23.0, "Sales.")]
