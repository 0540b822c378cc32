from __future__ import annotations

import itertools

from ivr.flow.spoken import Digits, OneOf, SlotType
from ivr.speech.trial.question import Sentence
from ivr.speech.trial.sentences import sentences, strangers, untaken, wordings
from tests.unit.speech_trial.trials import TODAY, question


def texts(found: list[Sentence], choice: str) -> list[str]:
    return [each.text for each in found if each.choice == choice]


def test_every_phrase_of_every_choice_is_said() -> None:
    said = sentences(question(), 1, 1, TODAY)
    assert texts(said, "bill") == ["billing", "my bill"]
    assert texts(said, "outage") == ["outage", "no power"]


def test_of_many_wordings_so_many_are_said_as_are_wanted_and_all_differ() -> None:
    many = question(choices={"bill": ["[please] [show me] (my|the) {month} (bill|account)"]})
    said = texts(sentences(many, 9, 1, TODAY), "bill")
    assert len(said) == len(set(said)) == 9


def test_each_option_of_a_phrase_is_said_before_any_is_said_twice() -> None:
    one = question(choices={"x": ["(red|green|blue|white) (car|house)"]})
    pattern = one.choices["x"][0]
    first = list(itertools.islice(wordings(one, pattern, "7"), 4))
    assert {each.split()[0] for each in first} == {"red", "green", "blue", "white"}


def test_the_same_seed_says_the_same_and_another_one_something_else() -> None:
    many = question(choices={"bill": ["[show me] my {month} bill"]})
    first, again, other = (sentences(many, 5, seed, TODAY) for seed in (1, 1, 2))
    assert first == again != other


def test_values_are_said_in_words_and_known_by_what_they_mean() -> None:
    said = sentences(question(choices={"bill": ["my {month} bill"]}), 12, 1, TODAY)
    meaning = {each.text: each.slots for each in said}
    assert meaning["my may bill"] == {"month": 5}
    assert meaning["my last month bill"] == {"month": 10}


def test_a_word_that_a_value_ends_with_is_not_said_twice() -> None:
    said = sentences(question("zh-CN", {"bill": ["查{month}月的账单"]}), 13, 1, TODAY)
    assert "查五月的账单" in texts(said, "bill")
    assert not any("月月" in each.text for each in said)


def test_digits_have_their_length_and_a_list_its_names() -> None:
    kinds: dict[str, SlotType] = {
        "pin": Digits(4, 4),
        "plan": OneOf({"gold": ["gold", "golden"], "basic": ["basic"]}),
    }
    said = sentences(question(choices={"a": ["{pin}"], "b": ["the {plan} plan"]}, slots=kinds), 4, 1, TODAY)
    assert all(len(each.slots["pin"]) == 4 for each in said if each.choice == "a")
    assert {each.slots["plan"] for each in said if each.choice == "b"} == {"gold", "basic"}


def test_a_slot_nobody_has_words_for_leaves_its_phrase_out() -> None:
    french = question("fr-FR", {"bill": ["ma facture de {month}", "ma facture"]})
    assert [each.text for each in sentences(french, 6, 1, TODAY)] == ["ma facture"]


def test_a_phrase_that_two_choices_have_is_said_for_neither_and_told() -> None:
    both = question(choices={"bill": ["my account", "bill"], "profile": ["my account"]})
    assert [each.text for each in sentences(both, 3, 1, TODAY)] == ["bill"]
    assert untaken(both, 1, TODAY) == [("bill", "my account"), ("profile", "my account")]


def test_a_choice_whose_every_wording_is_anothers_comes_to_an_end() -> None:
    both = question(choices={"a": ["pay {number}"], "b": ["pay {number}"]})
    assert sentences(both, 3, 1, TODAY) == []


def test_strangers_are_said_elsewhere_or_to_nobody_and_none_is_expected_here() -> None:
    others = [Sentence("my bill", "x"), Sentence("a new contract", "y")]
    odd = [each.text for each in strangers(question(), others, 5, 1, TODAY)]
    assert len(odd) == 5
    assert "a new contract" in odd
    assert "my bill" not in odd
    assert all(each.choice is None for each in strangers(question(), others, 5, 1, TODAY))
