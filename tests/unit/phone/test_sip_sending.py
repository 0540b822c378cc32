"""What a telephone sends: sound at its pace, and keys in place of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.phone.sip.keypad import Keypad
from ivr.phone.sip.outgoing import CUSHION, MOST, Outgoing
from ivr.voip import rtp
from ivr.voip.messages import SILENCE


def frame(number: int) -> bytes:
    return number.to_bytes(2, "little") * 160


def test_sound_begins_when_there_is_a_cushion() -> None:
    out = Outgoing()
    out.put(frame(1))
    assert out.next() == SILENCE
    out.put(frame(2))
    assert [out.next(), out.next(), out.next()] == [frame(1), frame(2), SILENCE]


def test_a_burst_loses_what_is_oldest() -> None:
    out = Outgoing()
    for number in range(MOST + 5):
        out.put(frame(number))
    assert out.next() == frame(5)
    assert out.lost == 5


def test_what_always_waits_is_delay_and_goes() -> None:
    out = Outgoing()
    for number in range(MOST):
        out.put(frame(number))
    for number in range(200):
        out.next()
        out.put(frame(number))
    assert len(out._frames) <= CUSHION + 1


@given(st.lists(st.booleans(), max_size=300))
def test_whatever_comes_it_never_holds_more_than_it_may(comes: list[bool]) -> None:
    out = Outgoing()
    for each in comes:
        if each:
            out.put(frame(1))
        else:
            assert len(out.next()) == 320
        assert len(out._frames) <= MOST


def test_a_key_is_held_let_go_three_times_and_followed_by_a_pause() -> None:
    pad = Keypad()
    pad.press("5")
    sent = [pad.next(160 * step) for step in range(12)]
    told = [rtp.pressed(each.payload) if each else None for each in sent]
    assert told == [("5", False)] * 5 + [("5", True)] * 3 + [None] * 4
    presses = [each for each in sent if each]
    assert {each.time for each in presses} == {0}
    assert [each.first for each in presses] == [True] + [False] * 7
    assert [each.over for each in presses] == [False] * 7 + [True]


def test_keys_follow_each_other() -> None:
    pad = Keypad()
    pad.press("12")
    sent = [pad.next(160 * step) for step in range(20)]
    assert [each.key for each in sent if each and each.over] == ["1", "2"]
    assert len({each.time for each in sent if each}) == 2
