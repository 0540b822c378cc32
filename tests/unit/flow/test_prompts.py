"""What designers write for a prompt, and the pieces of sound it becomes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from ivr.call import Audio, Piece, Silence, Speech, Tone
from ivr.flow import phrases
from ivr.flow.prompts import Prompt, PromptModel, Reprompt
from ivr.flow.speaker import Speaker, constant_speech

SCOPE: dict[str, Any] = {
    "amount": Decimal("12.50"),
    "name": "Ada",
    "nothing": None,
    "items": [{"m": 1}, {"m": "x"}, {"m": 3}],
    "many": list(range(500)),
    "table": {"a": 1},
    "vip": True,
}


def prompt(written: Any) -> PromptModel:
    parsed: PromptModel = TypeAdapter(Prompt).validate_python(written)
    return parsed


def speaker(language: str = "en-US", **named: Any) -> Speaker:
    prompts = {name: prompt(written) for name, written in named.items()}
    return Speaker(language, SCOPE, {}, phrases.filters, prompts)


def pieces(written: Any, language: str = "en-US", **named: Any) -> list[Piece]:
    return speaker(language, **named).pieces(prompt(written))[0]


def said(written: Any, language: str = "en-US", **named: Any) -> str:
    return "|".join(piece.text for piece in pieces(written, language, **named) if isinstance(piece, Speech))


def errors(written: Any, **named: Any) -> list[str]:
    return [error.code for error in speaker(**named).pieces(prompt(written))[1]]


# Mixes ------------------------------------------------------------------------------------------------


def test_a_prompt_mixes_texts_sounds_pauses_and_tones() -> None:
    mix = ["Hello.", {"audio": "thanks.wav"}, {"pause": "500ms"}, {"tone": "%(200,0,640)"}, {"say": "Bye."}]
    assert pieces(mix) == [
        Speech("Hello.", "en-US"),
        Audio("thanks.wav"),
        Silence(0.5),
        Tone("%(200,0,640)"),
        Speech("Bye.", "en-US"),
    ]


def test_a_sentence_is_cut_so_that_only_its_values_are_fresh() -> None:
    assert pieces("You owe {{ amount | money('USD') }}, {{ name }}.") == [
        Speech("You owe", "en-US", fresh=False),
        Speech("twelve dollars and fifty cents,", "en-US", fresh=True),
        Speech("Ada.", "en-US", fresh=True),
    ]


def test_a_condition_decides_whether_an_item_is_heard() -> None:
    assert said([{"say": "Yes.", "when": "vip"}, {"say": "No.", "when": "not vip"}]) == "Yes."
    assert pieces([{"audio": "x.wav", "when": "amount > 100"}]) == []


def test_a_list_is_read_item_by_item_and_what_fails_costs_its_sentence() -> None:
    each = {"each": "items", "as": "one", "say": "{{ one.m | month }}!"}
    assert said([each, "Done."]) == "January!|March!|Done."
    assert errors([each, "Done."]) == ["E014"] or len(errors([each, "Done."])) == 1


def test_at_most_fifty_items_are_read() -> None:
    assert len(pieces({"each": "many", "say": "{{ item }}"})) == 50


@pytest.mark.parametrize("source", ["table", "name", "amount", "vip"])
def test_what_is_no_list_is_not_read(source: str) -> None:
    assert errors([{"each": source, "say": "{{ item }}"}]) == ["E012"]


def test_a_list_that_is_null_or_empty_is_silence() -> None:
    assert pieces({"each": "nothing", "say": "x"}) == []
    assert pieces({"each": "[]", "say": "x"}) == []


@pytest.mark.parametrize(
    "broken", ["{{ nothing + 1 }}", "{{ unknown }}", "{{ name | money }}", "{{ table }}"]
)
def test_a_value_that_fails_costs_its_sentence_only(broken: str) -> None:
    assert said(["Before.", f"You owe {broken} euro.", "After."]) == "Before.|After."
    assert len(errors(broken)) == 1


def test_a_condition_that_fails_costs_its_item_only() -> None:
    assert said([{"say": "No.", "when": "nothing > 1"}, "Yes."]) == "Yes."


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{{ amount }}", "twelve point five"),
        ("{{ 7 }}", "seven"),
        ("{{ name }}", "Ada"),
        ("{{ date('2026-12-01') }}", "December first, two thousand twenty-six"),
        ("{{ ['a', 'b'] }}", "a and b"),
        ("{{ nothing }}", ""),
        ("{{ vip }}", "true"),
    ],
)
def test_a_bare_value_is_said_as_a_native_would(written: str, words: str) -> None:
    assert said(written) == words


def test_signs_alone_are_not_spoken() -> None:
    assert pieces("… {{ name }} —!") == [Speech("Ada", "en-US", fresh=True)]


# Languages --------------------------------------------------------------------------------------------

BOTH = {"zh-CN": "余额{{ amount | money('CNY') }}。", "en-US": "You owe {{ amount | money('USD') }}."}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-CN", "余额|十二元五角。"),
        ("en-US", "You owe|twelve dollars and fifty cents."),
        ("en-GB", "You owe|twelve dollars and fifty cents."),
        ("fr-FR", "余额|十二元五角。"),
    ],
)
def test_the_nearest_language_is_spoken_with_its_own_numbers(language: str, words: str) -> None:
    assert said(BOTH, language) == words


def test_a_text_of_another_language_is_spoken_in_that_one() -> None:
    assert {piece.language for piece in pieces(BOTH, "fr-FR") if isinstance(piece, Speech)} == {"zh-CN"}


def test_a_text_for_all_is_spoken_in_the_callers_language() -> None:
    assert pieces("OK", "zh-CN") == [Speech("OK", "zh-CN")]


def test_one_sentence_may_be_in_another_language() -> None:
    mixed = {"zh-CN": ["您好。", {"say": "For English press {{ 1 }}.", "language": "en-US"}]}
    assert pieces(mixed, "zh-CN") == [
        Speech("您好。", "zh-CN"),
        Speech("For English press", "en-US"),
        Speech("one.", "en-US", fresh=True),
    ]


# Named prompts ----------------------------------------------------------------------------------------


def test_a_text_may_name_a_prompt_of_the_flow() -> None:
    named: dict[str, Any] = {"bye": {"en-US": ["Goodbye, {{ name }}.", {"pause": "1s"}], "zh-CN": "再见。"}}
    assert pieces(["Well.", "bye"], **named) == [
        Speech("Well.", "en-US"),
        Speech("Goodbye,", "en-US"),
        Speech("Ada.", "en-US", fresh=True),
        Silence(1.0),
    ]
    assert said([{"say": "bye", "language": "zh-CN"}], **named) == "再见。"


def test_a_prompt_may_name_another_and_be_named_twice() -> None:
    assert said(["a", "a"], a=["One.", "b"], b="Two.") == "One.|Two.|One.|Two."


def test_prompts_that_name_each_other_end() -> None:
    assert said(["a"], a=["One.", "b"], b=["Two.", "a"]) == "One.|Two."
    assert errors(["a"], a=["One.", "b"], b=["Two.", "a"]) == ["F220"]


def test_a_value_that_happens_to_be_a_name_names_no_prompt() -> None:
    assert said("{{ name }}", Ada="Not this.") == "Ada"


# Reprompts --------------------------------------------------------------------------------------------


def reprompt(written: Any, number: int, language: str = "en-US") -> list[Piece]:
    return speaker(language).pieces(TypeAdapter(Reprompt).validate_python(written).attempt(number))[0]


def test_each_attempt_has_its_text_and_the_last_serves_all_others() -> None:
    written = {"en-US": ["One.", ["Two.", {"audio": "x.wav"}]], "zh-CN": "一。"}
    assert reprompt(written, 1) == [Speech("One.", "en-US")]
    assert reprompt(written, 2) == reprompt(written, 7) == [Speech("Two.", "en-US"), Audio("x.wav")]
    assert reprompt(written, 3, "zh-CN") == [Speech("一。", "zh-CN")]


# What is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "F122"),
        ([], "F122"),
        ({}, "F122"),
        (None, "F122"),
        ({"zh_CN": "x"}, "F123"),
        ({"EN": "x"}, "F123"),
        ({"en-US": "x", "english": "y"}, "F123"),
        ([{"say": "x", "language": "english"}], "F123"),
        ([{"audio": "../x.wav"}], "F120"),
        ([{"audio": "a/../../x.wav"}], "F120"),
        ([{"audio": "file_string://x"}], "F120"),
        ([{"audio": "${x}.wav"}], "F120"),
        ([{"audio": "x\n.wav"}], "F120"),
        ([{"tone": "%(1,2,3);loops=-1"}], "F121"),
        ([{"tone": "%(1,2,3);loops = -1"}], "F121"),
        ([{"tone": "{x=y}"}], "F121"),
        (["{{"], "E020"),
    ],
)
def test_what_cannot_be_a_prompt_is_refused(written: Any, code: str) -> None:
    with pytest.raises(ValidationError) as raised:
        prompt(written)
    assert raised.value.errors()[0]["ctx"]["code"] == code


@pytest.mark.parametrize("name", ["thanks.wav", "zh/你好.wav", "a b/c-d_1.wav"])
def test_sounds_lie_in_the_sounds_folder_or_below(name: str) -> None:
    assert pieces([{"audio": name}]) == [Audio(name)]


def test_a_lone_item_is_no_language() -> None:
    assert pieces({"say": "Hello."}) == [Speech("Hello.", "en-US")]


# Rendering ahead --------------------------------------------------------------------------------------


def test_all_constant_parts_are_known_before_any_call() -> None:
    written = [
        "You owe {{ amount }} euro.",
        {"each": "items", "say": "In {{ item.m }}."},
        {"pause": "1s"},
        "bye",
    ]
    known = set(constant_speech(prompt(written), ["en-US", "zh-CN"], {"bye"}))
    assert known == {
        Speech(text, language) for text in ("You owe", "euro.", "In") for language in ("en-US", "zh-CN")
    }


def test_what_is_rendered_ahead_is_what_is_said() -> None:
    for written in (BOTH, ["Hello {{ name }}, good day.", {"say": "再见。", "language": "zh-CN"}]):
        ahead = set(constant_speech(prompt(written), ["en-US", "zh-CN"]))
        for language in ("en-US", "zh-CN"):
            now = [
                piece for piece in pieces(written, language) if isinstance(piece, Speech) and not piece.fresh
            ]
            assert now
            assert ahead.issuperset(now)
