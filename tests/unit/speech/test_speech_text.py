from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import SpeechError
from ivr.speech.text import MAX_CHARACTERS, clean, sentences


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("您好，欢迎致电。", "您好，欢迎致电。"),
        ("  one \n\t two\r\n", "one two"),
        ("a\x00b\x1bc", "a b c"),
        ("e\u0301", "\u00e9"),
        ("a\ud800b", "ab"),
        ("\u202eevil\u200b", "evil"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("50%", "50%"),
        ("😀", "😀"),
    ],
)
def test_only_what_can_be_spoken_is_left(text: str, kept: str) -> None:
    assert clean(text) == kept


@pytest.mark.parametrize("text", ["", " ", "。，！", "...", "\x00\ud800", "—（）"])
def test_a_text_without_words_is_empty(text: str) -> None:
    assert clean(text) == ""


def test_a_text_that_is_too_long_is_refused_with_the_way_out() -> None:
    assert clean("很" * MAX_CHARACTERS)
    with pytest.raises(SpeechError, match=r"2001 characters is too long.*several pieces"):
        clean("很" * (MAX_CHARACTERS + 1))


@given(st.text(st.characters(), max_size=200))
def test_nothing_that_could_harm_an_engine_comes_through(text: str) -> None:
    result = clean(text)
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} for character in result)
    assert clean(result) == result
    result.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("您好。欢迎致电！请按1，或按2？", ("您好。", "欢迎致电！", "请按1，或按2？")),
        ("他说：“不行。”再见。", ("他说：“不行。”", "再见。")),
        ("Hello there. Press 1! Well? Bye", ("Hello there.", "Press 1!", "Well?", "Bye")),
        ("Dr. Smith pays 12.50 at No. 5 Main St. today.", ("Dr. Smith pays 12.50 at No. 5 Main St. today.",)),
        ("You pay 12. Thank you.", ("You pay 12.", "Thank you.")),
        ("Hello there. ! ?", ("Hello there.!?",)),
        ("one", ("one",)),
    ],
)
def test_a_text_falls_into_sentences(text: str, parts: tuple[str, ...]) -> None:
    assert sentences(text) == parts


@given(st.text(max_size=200))
def test_no_word_is_lost_between_sentences(text: str) -> None:
    words = clean(text)
    assert "".join("".join(sentences(words)).split()) == "".join(words.split())
