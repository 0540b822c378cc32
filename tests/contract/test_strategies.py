"""What every member of the group `ivr.strategies` must keep, built in or not."""

from __future__ import annotations

from random import Random

import pytest

from ivr import registry
from ivr.acd.model import Agent, Contact, Group
from ivr.acd.seats import Seat
from ivr.acd.strategies import GROUP, TABLE, choosing
from ivr.acd.strategies.base import Strategy

NOW = 1_700_000_000.0


@pytest.fixture(params=registry.names(GROUP))
def strategy(request: pytest.FixtureRequest) -> Strategy:
    return choosing(request.param)


def seats(count: int) -> list[Seat]:
    return [Seat(Agent(f"agent{number:02}", skills={"billing": number}), NOW) for number in range(count)]


def choices(strategy: Strategy, seed: int, count: int = 7) -> list[str]:
    chance, group, contact = Random(seed), Group("support"), Contact("c1", "support", NOW)
    return [strategy.choose(seats(count), contact, group, NOW, chance).id for _ in range(50)]


def test_one_of_the_candidates_is_chosen(strategy: Strategy) -> None:
    assert set(choices(strategy, 1)) <= {seat.id for seat in seats(7)}
    assert set(choices(strategy, 1, count=1)) == {"agent00"}


def test_the_same_chance_brings_the_same_choices(strategy: Strategy) -> None:
    assert choices(strategy, 5) == choices(strategy, 5)


def test_candidates_are_left_as_they_are(strategy: Strategy) -> None:
    there = seats(5)
    before = [(seat.id, seat.tallies.as_mapping(), seat.used) for seat in there]
    strategy.choose(there, Contact("c1", "support", NOW), Group("support"), NOW, Random(1))
    assert [(seat.id, seat.tallies.as_mapping(), seat.used) for seat in there] == before


def test_it_does_not_hide_a_strategy_of_the_table() -> None:
    assert not set(registry.names(GROUP)) & set(TABLE)
