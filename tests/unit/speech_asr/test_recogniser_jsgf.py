"""JSGF grammars without the words that cannot be pronounced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import RecognitionError
from ivr.speech.asr.jsgf import cut, of_phrases

HEAD = "#JSGF V1.0;\ngrammar ivory;"
KNOWN = {"pay", "my", "bill", "now", "one", "two", "yes"}.__contains__


def rules(text: str) -> list[str]:
    return cut(f"#JSGF V1.0 UTF-8 en;\ngrammar any.name;\n{text}", KNOWN).text.split("\n")[2:]


def test_a_grammar_of_known_words_stays_as_it_is() -> None:
    grammar = f"{HEAD}\npublic <said> = (pay | /2/ my bill) [now] <n>*;\n<n> = one | two+;"
    assert cut(grammar, KNOWN).text == grammar


def test_an_alternative_with_an_unknown_word_is_taken_out() -> None:
    assert rules("public <said> = pay frobs | my bill;") == ["public <said> = my bill;"]


def test_an_unknown_option_is_left_out_and_its_sentence_stays() -> None:
    assert rules("public <said> = pay [frobs] now | my frobs* bill;") == [
        "public <said> = pay now | my bill;"
    ]


def test_a_rule_of_which_nothing_is_left_takes_what_needs_it_along() -> None:
    text = "public <said> = yes | pay <what>; <what> = <frob>; <frob> = frobs;"
    assert rules(text) == ["public <said> = yes;"]


def test_nothing_is_left_of_a_grammar_of_strangers() -> None:
    what = cut(f"{HEAD} public <said> = frobs | frobs again;", KNOWN)
    assert what.text == ""
    assert what.strangers == {"frobs", "again"}


def test_words_are_told_apart_and_in_lower_case() -> None:
    what = cut(f'{HEAD} public <said> = Pay "BILL" frobs {{tag; = |}} // comment ;\n;', KNOWN)
    assert what.words == {"pay", "bill"}
    assert what.strangers == {"frobs"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no JSGF grammar"),
        ("<html>", "no JSGF grammar"),
        (f"{HEAD} public <said> = (pay;", 'has ";" where "\\)"'),
        (f"{HEAD} public <said> pay;", 'has "pay" where "="'),
        (f"{HEAD} public <said> = pay", 'where ";"'),
        (f"{HEAD} public <said> = pay )", 'has "\\)" where ";"'),
        (f"{HEAD} public <said> = * pay;", '"\\*" where nothing'),
        (f'{HEAD} public <said> = "pay;', "cannot be read from"),
        (f"{HEAD} public <said> = {'(' * 60}pay{')' * 60};", "more than 50 deep"),
    ],
)
def test_what_is_no_grammar_is_refused(text: str, says: str) -> None:
    with pytest.raises(RecognitionError, match=says):
        cut(text, KNOWN)


@given(st.text('<>[]()|*+;="/{} paymybill\n', max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        what = cut(f"{HEAD} public <said> = {text};", KNOWN)
    except RecognitionError:
        return
    assert not what.text or cut(what.text, KNOWN).strangers == set()


def test_phrases_become_a_grammar() -> None:
    assert cut(of_phrases(["Pay my bill!", "", "yes; now"]), KNOWN).text.endswith(
        "public <said> = pay my bill | yes now;"
    )
