"""The claim on a switch: one owner, whoever asks and whoever dies."""

from __future__ import annotations

import pytest

from ivr.errors import CommandFailed, ConnectionLost
from ivr.esl.commands import ApiCall
from ivr.runtime.claim import SILENCE, Claim


class Switch:
    """mod_hash, as its source has it."""

    def __init__(self) -> None:
        self.store: dict[str, str] = {}

    def api(self, call: ApiCall) -> str:
        action, _, key, *value = call.removeprefix("hash ").split("/", 3)
        match action:
            case "insert":
                self.store[key] = value[0]
            case "insert_ifempty":
                if key in self.store:
                    raise CommandFailed("-ERR key already exists")
                self.store[key] = value[0]
            case "delete_ifmatch":
                if self.store.get(key) != value[0]:
                    raise CommandFailed("-ERR Doesn't match")
                del self.store[key]
            case "delete":
                if self.store.pop(key, None) is None:
                    raise CommandFailed("-ERR Not found")
            case "select":
                return self.store.get(key, "")
        return "+OK"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def switch() -> Switch:
    return Switch()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_has_it_and_a_second_has_not(switch: Switch, clock: Clock) -> None:
    one, two = Claim(switch.api, "one", clock), Claim(switch.api, "two", clock)
    assert one.take()
    assert not two.take()
    assert (one.mine, two.mine) == (True, False)


def test_a_successor_of_the_same_name_has_it_at_once(switch: Switch, clock: Clock) -> None:
    assert Claim(switch.api, "one", clock).take()
    assert Claim(switch.api, "one", clock).take()


def test_an_owner_who_beats_keeps_it(switch: Switch, clock: Clock) -> None:
    one, two = Claim(switch.api, "one", clock), Claim(switch.api, "two", clock)
    one.take()
    for _ in range(20):
        clock.now += 1.0
        one.beat()
        assert not two.take()


def test_an_owner_who_is_silent_loses_it_and_learns_of_it(switch: Switch, clock: Clock) -> None:
    one, two = Claim(switch.api, "one", clock), Claim(switch.api, "two", clock)
    one.take()
    assert not two.take()
    clock.now += SILENCE - 0.1
    assert not two.take()
    clock.now += 0.2
    assert two.take()
    assert one.lost()
    assert not two.lost()


def test_of_two_who_wait_one_gets_it(switch: Switch, clock: Clock) -> None:
    Claim(switch.api, "one", clock).take()
    others = [Claim(switch.api, name, clock) for name in ("two", "three")]
    for _ in range(3):
        clock.now += SILENCE
        for other in others:
            other.take()
    assert [other.mine and not other.lost() for other in others].count(True) == 1


def test_one_who_leaves_gives_it_away_and_says_that_it_still_lives(switch: Switch, clock: Clock) -> None:
    one, two = Claim(switch.api, "one", clock), Claim(switch.api, "two", clock)
    one.take()
    one.leave()
    assert two.take()
    assert two.leaver() == "one"
    clock.now += SILENCE
    one.beat()
    assert two.leaver() == "one"
    one.end()
    assert two.leaver() == ""
    assert two.mine
    assert not two.lost()


def test_one_who_left_and_died_is_not_waited_for(switch: Switch, clock: Clock) -> None:
    one, two = Claim(switch.api, "one", clock), Claim(switch.api, "two", clock)
    one.take()
    one.leave()
    two.take()
    assert two.leaver() == "one"
    clock.now += SILENCE
    assert two.leaver() == ""


def test_after_its_end_anybody_may_have_it(switch: Switch, clock: Clock) -> None:
    one, two = Claim(switch.api, "one", clock), Claim(switch.api, "two", clock)
    one.take()
    one.end()
    assert two.take()
    one.end()
    assert not two.lost()


def test_a_switch_that_forgot_everything_is_claimed_again(switch: Switch, clock: Clock) -> None:
    one = Claim(switch.api, "one", clock)
    one.take()
    switch.store.clear()
    assert one.lost()
    assert one.take()


def test_a_switch_without_mod_hash_is_driven_without_a_claim() -> None:
    def api(call: ApiCall) -> str:
        raise CommandFailed("FreeSWITCH answered '-ERR hash Command not found!'")

    one = Claim(api, "one")
    assert one.take()
    one.beat()
    assert not one.lost()
    one.leave()
    one.end()
    assert not one.mine


def test_a_switch_that_does_not_answer_is_not_ours(switch: Switch, clock: Clock) -> None:
    away = False

    def api(call: ApiCall) -> str:
        if away:
            raise ConnectionLost("away")
        return switch.api(call)

    one = Claim(api, "one", clock)
    assert one.take()
    away = True
    with pytest.raises(ConnectionLost):
        one.take()
    assert not one.mine


def test_who_leaves_sees_its_successor(switch: Switch, clock: Clock) -> None:
    one, two = Claim(switch.api, "one", clock), Claim(switch.api, "two", clock)
    one.take()
    assert not one.succeeded()
    one.leave()
    assert not one.succeeded()
    two.take()
    assert one.succeeded()
    assert not two.succeeded()
