"""What callers say at `listen`, `menu` and `collect`, and where it takes them."""

from __future__ import annotations

import pytest

from ivr.flow.script import Hear, Pause, Press, Speak, Step
from tests.calls import Walk, walk

WISH = """
vars: {month: null, plan: null, words: null}
defaults: {outcomes: {exhausted: end, unavailable: sorry, error: end}}
always: {"0": person}
nodes:
  wish:
    type: listen
    prompt: What can I do for you?
    intents:
      bill:
        say: {en-US: ["[show me] my bill for {month}", "[the] {month} bill"]}
        label: your bill
        next: told
      plan: {say: {en-US: "(change|switch) to [the] {plan} [plan]"}, next: told}
      outage: {say: {en-US: [no power, outage]}, key: 2, next: told}
    slots: {month: month, plan: {one_of: {basic: {en-US: [basic, small]}, gold: {en-US: [gold, golden]}}}}
    noinput: [Nothing., Still nothing.]
    nomatch: [Sorry., Sorry again.]
    too_long: Briefly.
    into: words
  told: {type: play, prompt: Done., next: end}
  person: {type: play, prompt: A person., next: end}
  sorry: {type: play, prompt: Nobody listens., next: end}
"""
QUESTION = Hear("What can I do for you")


def wish(*steps: Step, deaf: str = "", flow: str = WISH) -> Walk:
    return walk(flow, QUESTION, *steps, deaf=deaf)


def test_a_wish_brings_its_values() -> None:
    walked = wish(Pause(0.5), Speak(2, "show me my bill for May"))
    assert walked.path == ["wish:bill", "told:next"]
    assert (walked.variables["month"], walked.variables["words"]) == (5, "show me my bill for May")


@pytest.mark.parametrize("word", ["golden", "gold"])
def test_a_value_of_a_list_has_many_names(word: str) -> None:
    assert wish(Speak(2, f"change to the {word} plan")).variables["plan"] == "gold"


def test_a_key_means_the_same() -> None:
    assert wish(Press("2")).path[0] == "wish:outage"


def test_the_keys_that_always_work_do() -> None:
    assert wish(Press("0")).path == ["wish:0", "person:next"]


def test_what_is_not_understood_is_asked_again_with_other_words_each_time() -> None:
    steps: list[Step] = [Speak(1, "mumble"), Hear("Sorry."), QUESTION]
    steps += [Speak(1, "mumble"), Hear("Sorry again."), QUESTION]
    walked = wish(*steps, Speak(1, "no power"))
    assert walked.path[0] == "wish:outage"
    assert walked.inputs[0] == "“mumble”? “mumble”? “no power”"


def test_silence_and_what_was_not_understood_use_up_the_same_tries() -> None:
    walked = wish(Speak(1, "mumble"), Pause(60))
    assert walked.path == ["wish:exhausted"]
    assert "Nothing." in walked.heard


def test_who_does_not_come_to_an_end_is_told_so() -> None:
    assert "Briefly." in wish(Speak(30, "my bill for May"), Pause(3)).heard


def test_a_noise_costs_no_try_once() -> None:
    steps: list[Step] = [Speak(1), QUESTION, Speak(1), Hear("Sorry."), QUESTION]
    steps += [Speak(1, "mumble"), Pause(30)]
    walked = wish(*steps)
    assert walked.path == ["wish:exhausted"]
    assert walked.inputs[0] == "(noise) (noise) “mumble”? (silence)"


@pytest.mark.parametrize(("answer", "path"), [(Speak(0.5, "yes"), "wish:bill"), (Press("1"), "wish:bill")])
def test_who_was_not_understood_well_is_asked_back(answer: Step, path: str) -> None:
    walked = wish(Speak(2, "my bill for May", 0.4), Hear("your bill, is that right?"), answer)
    assert walked.path[0] == path
    assert walked.variables["month"] == 5


@pytest.mark.parametrize("answer", [Speak(0.5, "no"), Press("2"), Pause(20)])
def test_who_denies_it_is_asked_anew(answer: Step) -> None:
    walked = wish(
        Speak(2, "my bill for May", 0.4), Hear("is that right?"), answer, QUESTION, Speak(1, "outage")
    )
    assert walked.path[0] == "wish:outage"
    assert walked.variables["month"] is None


def test_what_is_hardly_understood_is_not_even_asked_back() -> None:
    assert "Sorry." in wish(Speak(2, "my bill for May", 0.1), Pause(3)).heard


def test_where_nobody_listens_keys_do() -> None:
    walked = walk(WISH, Hear("use the keys"), QUESTION, Press("2"), deaf="it died")
    assert walked.path[0] == "wish:outage"
    assert walked.left[0].detail["deaf"] == "it died"


def test_where_nobody_listens_and_no_key_answers_there_is_a_way_out() -> None:
    walked = walk(
        WISH.replace("key: 2, ", "").replace('always: {"0": person}', ""), Pause(60), deaf="it died"
    )
    assert walked.path == ["wish:unavailable", "sorry:next"]


FREE = """
vars: {words: null}
defaults: {outcomes: {exhausted: end, unavailable: end}}
nodes:
  ask: {type: listen, prompt: Say anything., into: words, next: end}
"""


def test_without_intents_whatever_is_said_is_taken() -> None:
    walked = walk(FREE, Hear("anything"), Speak(2, "the lamp on my street is broken"))
    assert walked.path == ["ask:next"]
    assert walked.variables["words"] == "the lamp on my street is broken"


MENU = """
languages: [zh-CN]
nodes:
  main:
    type: menu
    prompt: 查询电费请按1，故障报修请按2。
    options:
      1: {say: {zh-CN: [电费, 账单, 查询电费]}, next: end, label: 电费}
      2: {say: {zh-CN: [停电, 报修]}, next: end}
    outcomes: {exhausted: end}
"""


def test_an_option_of_a_menu_can_be_said() -> None:
    walked = walk(MENU, Pause(1), Speak(1, "报 修"))
    assert walked.path == ["main:2"]
    assert walked.call.monotonic() < 4.0


def test_an_option_that_is_doubtful_is_asked_back_by_its_name() -> None:
    assert walk(MENU, Pause(1), Speak(1, "账单", 0.4), Hear("电费，对吗"), Speak(0.5, "是的")).path == [
        "main:1"
    ]


DIGITS = """
vars: {account: null}
nodes:
  ask:
    type: collect
    prompt: Your account.
    into: account
    digits: {length: 4}
    spoken: true
    invalid: Four digits.
    next: end
    outcomes: {exhausted: end}
"""


def test_digits_can_be_said() -> None:
    walked = walk(DIGITS, Hear("account"), Speak(2, "one two oh double four"), Hear("Four digits"), Pause(3))
    assert walked.variables["account"] is None
    assert walk(DIGITS, Hear("account"), Speak(2, "one two double four")).variables["account"] == "1244"


def test_digits_are_read_back_one_by_one_where_they_are_doubtful() -> None:
    walked = walk(
        DIGITS,
        Hear("account"),
        Speak(2, "one two three four", 0.4),
        Hear("one two three four, is"),
        Press("1"),
    )
    assert walked.variables["account"] == "1234"
