"""What recognisers are told: lists of phrases that hold every word, and grammars in JSGF."""

from __future__ import annotations

import datetime as dt
import itertools
import re

import pytest

from ivr.call import Hypothesis
from ivr.flow.spoken import SLOTS, Digits, Expected, OneOf, Pattern, SlotType, yes_or_no
from ivr.flow.spoken.told import MOST_PHRASES

TODAY = dt.date(2026, 11, 22)
ZH, EN = "zh-CN", "en-US"


def listening(*said: str, language: str = EN, **slots: SlotType) -> Expected:
    return Expected(language, {"it": [Pattern.parse(each) for each in said]}, slots)


def rules(jsgf: str) -> dict[str, str]:
    """The rules of a grammar by their names."""
    header, grammar, *lines = jsgf.strip().split("\n")
    assert (header, grammar) == ("#JSGF V1.0;", "grammar ivory;")
    return {
        match[1]: match[2]
        for line in lines
        if (match := re.fullmatch(r"(?:public )?<(\w+)> = (.+);", line)) or pytest.fail(line)
    }


def wordings(text: str, known: dict[str, str]) -> set[str]:
    """All that a rule of JSGF stands for, by a reader of its own: alternatives, options, rules."""
    signs = re.findall(r"[()\[\]|]|<\w+>|[^\s()\[\]|<>]+", text)

    def options(at: int) -> tuple[set[str], int]:
        found: set[str] = set()
        row = {""}
        while at < len(signs) and signs[at] not in ")]":
            sign = signs[at]
            at += 1
            if sign == "|":
                found, row = found | row, {""}
                continue
            if sign in "([":
                inner, at = options(at)
                inner |= {""} if sign == "[" else set()
                at += 1
            elif sign.startswith("<"):
                inner = wordings(known[sign[1:-1]], known)
            else:
                inner = {sign}
            row = {f"{left} {right}".strip() for left in row for right in inner}
        return found | row, at

    return options(0)[0]


def test_a_phrase_of_few_wordings_is_written_out_in_full() -> None:
    expected = listening("[please] (show|check) my bill")
    assert set(expected.phrases) == {
        f"{please}{verb} my bill" for please in ("", "please ") for verb in ("show", "check")
    }


def test_chinese_is_written_without_spaces_and_english_with() -> None:
    assert set(listening("查[一下]电费", "VIP服务", language=ZH).phrases) == {
        "查电费",
        "查一下电费",
        "vip 服务",
    }


def test_every_month_is_written_out() -> None:
    phrases = listening("{month} bill").phrases
    assert {"january bill", "december bill", "last month bill"} <= set(phrases)
    assert len(phrases) == 15


@pytest.mark.parametrize("language", [ZH, EN])
@pytest.mark.parametrize("kind", [*SLOTS])
def test_what_is_written_of_a_slot_is_understood_as_that_slot(kind: str, language: str) -> None:
    expected = listening(f"{{{kind}}}", language=language)
    assert 0 < len(expected.phrases) <= MOST_PHRASES
    strangers = [
        phrase
        for phrase in expected.phrases
        if not (best := expected.understand([Hypothesis(phrase, 1.0)], TODAY).best) or best.confidence < 1
    ]
    # Recognisers learn neighbours from these phrases, and may be told of a 31 February for it.
    assert len(strangers) < len(expected.phrases) * (0.2 if kind == "date" else 0.001)


def test_any_digit_may_follow_any_other() -> None:
    phrases = listening("my number is {digits} please", digits=Digits(10, 10)).phrases
    pairs = {pair for phrase in phrases for pair in itertools.pairwise(phrase.split())}
    words = ["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    assert set(itertools.product(words, words)) <= pairs
    assert {("is", word) for word in words} <= pairs
    assert {(word, "please") for word in words} <= pairs
    assert len(phrases) < 60


@pytest.mark.parametrize(
    ("language", "most", "words"),
    [
        (ZH, 130, [*"零一二三四五六七八九十百千万两"]),
        (EN, 150, ["zero", "nine", "ninety", "nineteen", "hundred", "and", "thousand"]),
    ],
)
def test_every_word_of_numbers_is_in_a_phrase(language: str, most: int, words: list[str]) -> None:
    phrases = listening("{number}", language=language).phrases
    text = " ".join(phrases)
    assert [word for word in words if word not in text] == []
    assert len(phrases) <= most


def test_words_are_told_before_room_runs_out() -> None:
    cities = OneOf({f"c{number}": {EN: [f"town{number:c}"]} for number in range(0x4E00 - 500, 0x4E00 - 100)})
    expected = listening("{n} to {m} {c}", n=SLOTS["number"], m=SLOTS["money"], c=cities)
    assert len(expected.phrases) <= MOST_PHRASES
    assert "ninety" in " ".join(expected.phrases)


def test_each_phrase_has_its_share_of_the_room() -> None:
    expected = listening("{money} a", "{date} b", "{number} c")
    assert {phrase[-1] for phrase in expected.phrases} == {"a", "b", "c"}


def test_a_grammar_stands_for_the_phrases_and_polite_words_around_them() -> None:
    known = rules(listening("[please] (show|check) my {month} bill", "public grammar").jsgf)
    said = wordings(known["said"], known)
    assert {"show my may bill", "please check my last month bill thank you", "i want public grammar"} <= said
    assert "my may bill" not in said


@pytest.mark.parametrize("language", [ZH, EN])
@pytest.mark.parametrize("kind", ["number", "date", "month", "money", "yes_no", "digits"])
def test_a_grammar_has_words_and_its_own_signs_alone(kind: str, language: str) -> None:
    known = rules(listening(f"pay {{{kind}}} now", language=language).jsgf)
    assert "said" in known
    for text in known.values():
        assert re.fullmatch(r"[\w' ()\[\]|<>+*]+", text)
        assert text.count("(") == text.count(")")
        assert not re.search(r"[0-9]", re.sub(r"<\w+>", "", text))
        for name in re.findall(r"<(\w+)>", text):
            assert name in known


def test_a_grammar_knows_how_many_digits_are_wanted() -> None:
    known = rules(listening("{digits}", language=ZH, digits=Digits(2, 3)).jsgf)
    assert known["digits_2_3"] == "<digit> <digit> [<digit>]"


def test_a_grammar_of_figures_alone_is_none() -> None:
    expected = listening("{number}", language="fr-FR")
    assert (expected.phrases, expected.jsgf) == ((), "")


def test_answers_are_told_once_each() -> None:
    assert {"是的", "不是", "对"} <= set(yes_or_no(ZH).phrases)
    assert "yes" in yes_or_no(EN).phrases
    assert "yes yes" not in yes_or_no(EN).phrases
