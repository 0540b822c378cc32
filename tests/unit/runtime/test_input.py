"""The input rules of the flow language, one by one, on a virtual clock.

The prompt lasts four seconds, silence after it counts after five, and another digit is awaited for three.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import Key, Piece, PlayEnded, Silence
from ivr.errors import CallEnded
from ivr.flow.scripted import HangUp, Pause, Press, ScriptedCall, Step
from ivr.runtime.ear import Heard
from ivr.runtime.input import MAX_TYPED_AHEAD, Input, Patience
from ivr.runtime.keys import Choice, Entry, Grammar

PROMPT: list[Piece] = [Silence(4.0)]
MENU = Choice(["1", "2", "12"])
FOUR = Entry(4, 4)


class Caller:
    """A scripted caller and the input that hears them."""

    def __init__(self, *steps: Step) -> None:
        self.call = ScriptedCall(steps)
        self.input = Input(self.call)

    def ask(
        self, grammar: Grammar = MENU, barge_in: str = "any", prompt: Sequence[Piece] = PROMPT
    ) -> tuple[Heard, float]:
        """What was heard, and when."""
        heard = self.input.ask(prompt, grammar, Patience(5.0, 3.0, barge_in))
        return heard, round(self.call.monotonic(), 3)

    def play(self, barge_in: str = "any") -> tuple[bool, float]:
        return self.input.play(PROMPT, barge_in), round(self.call.monotonic(), 3)


# Time-outs --------------------------------------------------------------------------------------------


def test_silence_counts_from_the_end_of_the_prompt() -> None:
    assert Caller().ask() == (Heard("noinput"), 9.0)


def test_silence_counts_at_once_where_there_is_no_prompt() -> None:
    assert Caller().ask(prompt=[]) == (Heard("noinput"), 5.0)


def test_an_unambiguous_key_acts_at_once() -> None:
    assert Caller(Pause(1), Press("2")).ask() == (Heard("entry", "2"), 1.0)


def test_a_key_that_can_grow_waits_for_another() -> None:
    assert Caller(Pause(1), Press("1")).ask() == (Heard("entry", "1"), 4.0)


def test_a_key_that_can_grow_acts_at_once_when_it_has_grown() -> None:
    assert Caller(Pause(1), Press("1"), Pause(1), Press("2")).ask() == (Heard("entry", "12"), 2.2)


def test_each_digit_is_waited_for_anew() -> None:
    steps: list[Step] = [Press("1"), Pause(2.5), Press("2"), Pause(2.5), Press("3")]
    assert Caller(*steps).ask(FOUR) == (Heard("nomatch", "123"), 8.4)


def test_a_wrong_key_is_a_nomatch_at_once() -> None:
    assert Caller(Pause(1), Press("9")).ask() == (Heard("nomatch", "9"), 1.0)


def test_keys_that_could_not_grow_are_a_nomatch_after_the_wait() -> None:
    assert Caller(Pause(1), Press("3")).ask(Choice(["34"])) == (Heard("nomatch", "3"), 4.0)


@pytest.mark.parametrize("key", "*#ABCD")
def test_every_key_of_a_telephone_can_be_an_option(key: str) -> None:
    assert Caller(Press(key)).ask(Choice([key]))[0] == Heard("entry", key)


# Barge-in ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("barge_in", ["any", "digits", "match"])
def test_a_key_stops_the_prompt(barge_in: str) -> None:
    assert Caller(Pause(1), Press("2")).ask(barge_in=barge_in)[1] == 1.0


@pytest.mark.parametrize("barge_in", ["none", "speech"])
def test_where_keys_do_not_stop_the_prompt_they_wait_until_it_ends(barge_in: str) -> None:
    assert Caller(Pause(1), Press("2")).ask(barge_in=barge_in) == (Heard("entry", "2"), 4.0)


def test_a_key_that_may_grow_waits_from_the_end_of_a_prompt_it_could_not_stop() -> None:
    assert Caller(Pause(1), Press("1")).ask(barge_in="none") == (Heard("entry", "1"), 7.0)


def test_with_match_a_wrong_key_neither_stops_the_prompt_nor_counts() -> None:
    assert Caller(Pause(1), Press("9"), Pause(1), Press("2")).ask(barge_in="match") == (
        Heard("entry", "2"),
        2.2,
    )


def test_with_match_a_wrong_key_after_the_prompt_counts() -> None:
    assert Caller(Pause(5), Press("9")).ask(barge_in="match") == (Heard("nomatch", "9"), 5.0)


def test_with_match_keys_that_come_to_nothing_are_forgotten_while_the_prompt_plays() -> None:
    assert Caller(Press("3")).ask(Choice(["34"]), barge_in="match") == (Heard("noinput"), 9.0)


def test_with_match_a_choice_that_was_typed_ahead_needs_no_prompt() -> None:
    caller = Caller(Press("2"))
    caller.input.wait(1)
    caller.ask(barge_in="match")
    assert [line.text for line in caller.call.transcript] == ["2"]


# Type-ahead -------------------------------------------------------------------------------------------


def test_keys_typed_in_an_earlier_prompt_are_used() -> None:
    caller = Caller(Pause(1), Press("22"))
    assert caller.play() == (False, 1.0)
    assert caller.ask() == (Heard("entry", "2"), 1.0)
    assert caller.ask() == (Heard("entry", "2"), 1.2)


def test_keys_typed_ahead_skip_the_next_prompts() -> None:
    caller = Caller(Pause(1), Press("2"))
    caller.play()
    assert caller.play() == (False, 1.0)
    assert caller.ask() == (Heard("entry", "2"), 1.0)


def test_keys_typed_in_a_prompt_that_cannot_be_stopped_are_kept() -> None:
    caller = Caller(Pause(1), Press("2"))
    assert caller.play("none") == (True, 4.0)
    assert caller.ask() == (Heard("entry", "2"), 4.0)


def test_keys_behind_an_entry_are_kept_for_the_next() -> None:
    caller = Caller(Press("12345"))
    caller.play("none")
    assert caller.ask(FOUR)[0] == Heard("entry", "1234")
    assert caller.input.typed == "5"


def test_a_nomatch_forgets_what_was_typed_ahead() -> None:
    caller = Caller(Press("922"))
    caller.play("none")
    assert caller.ask() == (Heard("nomatch", "922"), 4.0)
    assert caller.input.typed == ""


def test_a_flush_forgets_what_was_typed_ahead() -> None:
    caller = Caller(Press("2"))
    caller.play("none")
    caller.input.flush()
    assert caller.ask()[0] == Heard("noinput")


def test_of_too_many_keys_the_first_are_kept() -> None:
    caller = Caller(Press("1" * MAX_TYPED_AHEAD + "2" * 50))
    caller.input.wait(0)
    while caller.input.wait(1):
        pass
    assert caller.input.typed == "1" * MAX_TYPED_AHEAD


# Terminators ------------------------------------------------------------------------------------------


def test_a_terminator_behind_a_complete_entry_is_swallowed() -> None:
    caller = Caller(Press("1234"), Pause(1), Press("#"), Pause(1), Press("2"))
    assert caller.ask(FOUR)[0] == Heard("entry", "1234")
    assert caller.ask() == (Heard("entry", "2"), 3.0)


def test_a_terminator_that_was_typed_ahead_with_its_entry_is_swallowed() -> None:
    caller = Caller(Press("1234#2"))
    caller.play("none")
    assert caller.ask(FOUR)[0] == Heard("entry", "1234")
    assert caller.ask()[0] == Heard("entry", "2")


def test_a_terminator_that_comes_late_counts_for_what_is_asked_next() -> None:
    caller = Caller(Press("1234"), Pause(4), Press("#"))
    caller.ask(FOUR)
    assert caller.ask()[0] == Heard("nomatch", "#")


def test_only_one_terminator_is_swallowed() -> None:
    caller = Caller(Press("1234##"))
    caller.ask(FOUR)
    assert caller.ask()[0] == Heard("nomatch", "#")


def test_a_terminator_behind_another_key_is_not_swallowed() -> None:
    caller = Caller(Press("12342#"))
    caller.ask(FOUR)
    assert caller.ask(Choice(["2"]))[0] == Heard("entry", "2")
    assert caller.ask()[0] == Heard("nomatch", "#")


def test_a_terminator_that_ended_the_entry_is_not_awaited_again() -> None:
    caller = Caller(Press("12#"), Pause(1), Press("#"))
    assert caller.ask(Entry(2, 4))[0] == Heard("entry", "12")
    assert caller.ask()[0] == Heard("nomatch", "#")


# What callers type is never lost ----------------------------------------------------------------------


@given(
    st.text(st.sampled_from("1239#"), min_size=1, max_size=12),
    st.lists(st.floats(0, 2.3), min_size=12, max_size=12),
    st.sampled_from([MENU, FOUR, Entry(1, 3), Choice(["1", "123", "9#"])]),
)
def test_how_keys_are_spread_in_time_does_not_change_what_they_mean(
    typed: str, gaps: list[float], grammar: Grammar
) -> None:
    """However the keys come, below the digit time-out and two gaps below the wait for a first key, the same
    entries come out and the rest is kept."""

    def entries(*steps: Step) -> list[str]:
        caller = Caller(*steps)
        entries = []
        while (heard := caller.ask(grammar, prompt=[])[0]).kind == "entry":
            entries.append(heard.keys)
        return [*entries, heard.kind]

    spread = [step for key, gap in zip(typed, gaps, strict=False) for step in (Press(key), Pause(gap))]
    assert entries(*spread) == entries(Press(typed))


@given(st.text(st.sampled_from("123#"), min_size=1, max_size=20), st.floats(0, 6))
def test_no_key_is_lost_behind_an_entry(typed: str, pause: float) -> None:
    caller = Caller(Press(typed))
    caller.play("none")
    heard, _ = caller.ask(Entry(2, 2, ""))
    caller.input.wait(pause)
    if heard.kind == "entry":
        assert (heard.keys + caller.input.typed) == typed


def test_an_event_of_an_older_prompt_does_not_end_the_present_one() -> None:
    caller = Caller()
    caller.input.start(PROMPT)
    caller.input.start([Silence(8)])
    event = caller.input.wait(None)
    assert isinstance(event, PlayEnded)
    assert caller.call.monotonic() == 8.0


def test_keys_are_not_shown_in_what_was_heard() -> None:
    assert "1234" not in repr(Heard("entry", "1234"))


def test_who_hangs_up_while_asked_ends_the_call() -> None:
    caller = Caller(Pause(1), HangUp("ORIGINATOR_CANCEL"))
    with pytest.raises(CallEnded, match="ORIGINATOR_CANCEL"):
        caller.ask()


def test_a_key_is_passed_on_to_a_node_that_waits_for_something_else() -> None:
    caller = Caller(Pause(1), Press("2"))
    assert caller.input.wait(5) == Key("2", 1.0)
    assert caller.input.typed == "2"
