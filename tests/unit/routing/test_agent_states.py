"""What is kept of agents for the next worker: also of one who was rung the moment they signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from ivr.acd.actions import AgentChanged
from ivr.routing.states import States, _unpacked


@dataclass
class Store:
    """The switch's store."""

    kept: dict[str, str] = field(default_factory=dict)
    writes: int = 0

    def post(self, *calls: Any, failed: Any = None) -> None:
        for call in calls:
            agent, text = str(call).split("/", 2)[2].split("/")
            self.kept[agent] = _unpacked(text)[0].state
            self.writes += 1


@pytest.fixture
def store() -> Store:
    return Store()


def kept(store: Store, *states: str) -> str:
    """What is kept after these states, one after the other."""
    told = States(lambda: store)  # type: ignore[arg-type, return-value]
    for state in states:
        told.told(AgentChanged("1001", state, "", 100.0))
        told.stop()
    return store.kept["1001"]


def test_who_signs_in_and_is_rung_at_once_is_there_for_the_next_worker(store: Store) -> None:
    assert kept(store, "logged_out", "reserved") == "available"


def test_who_is_rung_right_after_a_talk_is_free_for_the_next_worker(store: Store) -> None:
    assert kept(store, "busy", "reserved") == "available"


def test_being_rung_is_no_news_of_somebody_who_was_free(store: Store) -> None:
    assert kept(store, "available", "reserved", "reserved") == "available"
    assert store.writes == 1


def test_a_talk_and_a_break_are_kept_as_they_are(store: Store) -> None:
    assert kept(store, "reserved", "busy") == "busy"
    assert kept(store, "on_break") == "on_break"


def test_what_was_asked_for_is_kept_before_it_is_answered_and_what_comes_with_talks_a_moment_later(
    store: Store,
) -> None:
    told = States(lambda: store)  # type: ignore[arg-type, return-value]
    for state in ("available", "busy", "wrap_up"):
        told.told(AgentChanged("1001", state, "", 100.0))
    assert store.kept == {"1001": "available"}
    told.told(AgentChanged("1001", "wrap_up", "", 100.0, then="on_break"))
    assert store.kept == {"1001": "wrap_up"}
    for state in ("on_break", "available", "logged_out"):
        told.told(AgentChanged("1001", state, "", 100.0))
        assert store.kept == {"1001": state}
    told.stop()
