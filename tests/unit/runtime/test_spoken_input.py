"""What is said in answer to a question, beside the keys, on a virtual clock.

The prompt lasts four seconds, silence after it counts after five. An utterance that is whole is over after
half a second of silence, any other after one second.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ivr.call import Deaf, Hearing, Hypothesis, Piece, Silence, SpeechBegan
from ivr.flow.script import Pause, Press, Speak, Step
from ivr.flow.scripted import ScriptedCall
from ivr.flow.spoken import Said
from ivr.runtime.ear import UNTIL, Heard
from ivr.runtime.input import Input, Patience
from ivr.runtime.keys import Choice, Entry, Grammar

PROMPT: list[Piece] = [Silence(4.0)]
MENU = Choice(["1", "2", "12"])
HEARING = Hearing("en-US", silence=0.5, patience=1.0, longest=10.0, whole=lambda words: words == "bill")


class Bills:
    """Understands one word, and is not sure of another."""

    hearing = HEARING

    def __init__(self, *, alone: bool = False) -> None:
        self.alone = alone

    def judge(self, hypotheses: Sequence[Hypothesis]) -> Heard:
        words = hypotheses[0].words
        kinds = {"bill": "spoken", "pill": "unsure"}
        said = Said("bill", {}, 1.0, words) if words in kinds else None
        return Heard(kinds.get(words, "nomatch"), said=said, words=words)


class Caller:
    """A scripted caller, asked one question."""

    def __init__(self, *steps: Step, deaf: str = "") -> None:
        self.call = ScriptedCall(steps, deaf=deaf)
        self.input = Input(self.call)

    def ask(
        self,
        barge_in: str = "any",
        grammar: Grammar = MENU,
        prompt: Sequence[Piece] = PROMPT,
        alone: bool = False,
    ) -> tuple[Heard, float]:
        heard = self.input.ask(prompt, grammar, Patience(5.0, 3.0, barge_in), Bills(alone=alone))
        return heard, round(self.call.monotonic(), 3)


BILL = Heard("spoken", said=Said("bill", {}, 1.0, "bill"), words="bill")


@pytest.mark.parametrize("barge_in", ["any", "speech"])
def test_who_speaks_stops_the_prompt_and_is_understood(barge_in: str) -> None:
    caller = Caller(Pause(1), Speak(1, "bill"))
    assert caller.ask(barge_in) == (BILL, 2.5)


def test_an_utterance_that_could_go_on_is_waited_for_longer() -> None:
    heard, at = Caller(Pause(1), Speak(1, "a pill or bill")).ask()
    assert (heard.kind, heard.words, at) == ("nomatch", "a pill or bill", 3.0)


@pytest.mark.parametrize("barge_in", ["none", "digits"])
def test_where_speech_stops_no_prompt_it_counts_after_it(barge_in: str) -> None:
    assert Caller(Pause(1), Speak(1, "bill"), Pause(3), Speak(1, "bill")).ask(barge_in) == (BILL, 6.5)


def test_where_only_a_match_stops_the_prompt_nothing_else_does() -> None:
    caller = Caller(Speak(0.5, "hello"), Pause(1), Speak(0.5), Pause(1), Speak(0.5, "bill"))
    assert caller.ask("match") == (BILL, 4.0)


def test_what_is_no_match_after_the_prompt_is_one() -> None:
    assert Caller(Pause(4.5), Speak(0.5, "hello")).ask("match")[0].kind == "nomatch"


def test_who_is_not_understood_well_is_to_be_asked_back() -> None:
    heard, _ = Caller(Pause(1), Speak(1, "pill")).ask()
    assert (heard.kind, heard.said) == ("unsure", Said("bill", {}, 1.0, "pill"))


def test_a_noise_is_no_word() -> None:
    assert Caller(Pause(1), Speak(2)).ask() == (Heard("noise"), 4.0)


def test_who_does_not_come_to_an_end_is_cut() -> None:
    assert Caller(Pause(1), Speak(30, "bill")).ask() == (Heard("too_long"), 11.0)


def test_silence_counts_from_the_end_of_the_prompt_and_not_while_somebody_speaks() -> None:
    assert Caller().ask() == (Heard("noinput"), 9.0)
    assert Caller(Pause(8.9), Speak(1, "bill")).ask() == (BILL, 10.4)


def test_keys_come_before_what_is_said() -> None:
    assert Caller(Pause(1), Press("2"), Speak(1, "bill")).ask() == (Heard("entry", "2"), 1.0)


def test_from_the_first_key_on_nothing_that_is_said_counts() -> None:
    caller = Caller(Pause(5), Press("12"), Speak(1, "bill"))
    heard, at = caller.ask(grammar=Entry(4, 4))
    assert (heard, at) == (Heard("nomatch", "12"), 8.2)


def test_a_caller_who_speaks_and_then_presses_is_taken_by_the_key() -> None:
    caller = Caller(Pause(1), Speak(0.2, "bill"), Press("2"))
    assert caller.ask()[0] == Heard("entry", "2")


def test_who_cannot_be_listened_to_is_told_so_once() -> None:
    caller = Caller(Pause(1), Press("2"), deaf="the engine died")
    assert caller.ask() == (Heard("deaf", words="the engine died"), 0.0)
    caller.input.deaf_told = True
    assert caller.ask() == (Heard("entry", "2"), 1.0)


def test_where_no_key_answers_it_is_told_each_time() -> None:
    caller = Caller(deaf="the engine died")
    caller.input.deaf_told = True
    assert caller.ask(grammar=Choice([]), alone=True)[0].kind == "deaf"


def test_a_language_that_no_engine_is_there_for_is_no_failure() -> None:
    caller = Caller(Pause(1), Press("2"))
    caller.call.listen = lambda hearing: _deaf_to_it(caller.call)  # type: ignore[method-assign]
    assert caller.ask() == (Heard("entry", "2"), 1.0)


def _deaf_to_it(call: ScriptedCall) -> int:
    call._at(call.monotonic(), lambda: Deaf(7, "nobody knows Danish", failed=False))
    return 7


def test_an_end_that_never_comes_is_not_waited_for_for_ever() -> None:
    caller = Caller()
    caller.call.listen = lambda hearing: _begins_and_never_ends(caller.call)  # type: ignore[method-assign]
    heard, at = caller.ask()
    assert heard == Heard("noinput")
    assert at == 1.0 + HEARING.longest + UNTIL + 5.0


def _begins_and_never_ends(call: ScriptedCall) -> int:
    call._at(1.0, lambda: SpeechBegan(7, 1.0))
    return 7


def test_what_belongs_to_an_earlier_question_is_not_heard() -> None:
    caller = Caller(Pause(1), Speak(1, "bill"), Pause(9), Press("2"))
    caller.input.ask(PROMPT, Choice(["9"]), Patience(0.1, 3.0, "none"), None)
    caller.call.listen(HEARING)
    caller.call.stop_listening()
    assert caller.ask()[0].kind in ("noinput", "entry")
