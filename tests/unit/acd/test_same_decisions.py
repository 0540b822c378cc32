"""The router decides as one that looks at everything every time."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from ivr.acd import events as e
from ivr.acd.router import Router
from tests.unit.acd.histories import SORTED, Told, a_plan, next_event
from tests.unit.acd.naive import Naive

EVENTS = 150


def plain(actions: list[Any]) -> list[tuple[Any, ...]]:
    """What the naive one says as well."""
    found: list[tuple[Any, ...]] = []
    for action in actions:
        match type(action).__name__:
            case "Offer":
                found.append(("offer", action.contact.id, action.agent, action.expires))
            case "Withdraw":
                found.append(("withdraw", action.contact, action.agent, action.why))
            case "Moved":
                found.append(("moved", action.contact, action.group, action.why))
            case "Send":
                found.append(("send", action.contact, action.to.kind, action.to.name, action.why))
            case "ContactEnded":
                ended = (action.contact, action.group, action.disposition, action.agent, action.reason)
                found.append(("ended", *ended))
    return found


def event_for(event: Any, told: Told) -> Any:
    if not isinstance(event, tuple):
        return event
    _, pair, how = event
    offer = told.offers[pair]
    if how not in ("accepted", "connected"):
        del told.offers[pair]
    if how == "accepted":
        return e.OfferAccepted(offer)
    return e.OfferConnected(offer) if how == "connected" else e.OfferFailed(offer, how)


def play(seed: int, strategies: tuple[str, ...], events: int = EVENTS) -> None:
    chance = Random(seed)
    plan = a_plan(chance, strategies)
    router, naive, told = Router(plan), Naive(plan), Told(plan)
    now = 1_700_000_000.0
    for number in range(events):
        # moments between which everything differs, so that no two deadlines fall together by chance
        now += round(chance.choice((0.001, 0.3, 2.0, 9.0)) * (0.5 + chance.random()), 6)
        while (due := router.due()) is not None and due <= now:
            step(router, naive, told, e.Tick(), due, f"seed {seed}, tick before event {number}")
        event = next_event(chance, told, number, now, strategies)
        step(router, naive, told, event, now, f"seed {seed}, event {number}: {event}")


def step(router: Router, naive: Naive, told: Told, event: Any, now: float, where: str) -> None:
    """Both take an event, and are compared."""
    actions = router.handle(event_for(event, told), now)
    told.hear(actions)
    assert sorted(map(repr, plain(actions))) == sorted(map(repr, naive.handle(event, now))), where
    assert router.check() == [], where
    states = {id: seat["state"] for id, seat in router.snapshot(now)["agents"].items()}
    assert states == {id: worker.state() for id, worker in naive.workers.items()}, where


@pytest.mark.parametrize("seed", range(40))
def test_strategies_by_sort_key_decide_as_a_full_search_does(seed: int) -> None:
    play(seed, SORTED)


@pytest.mark.parametrize("seed", range(1000, 1020))
def test_ringing_at_several_decides_as_a_full_search_does(seed: int) -> None:
    play(seed, ("ring_all", "ring_progressively", "longest_idle"))
