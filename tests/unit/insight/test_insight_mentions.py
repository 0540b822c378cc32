"""Which words of a prompt speak of which key, in both languages and in every way people write menus."""

from __future__ import annotations

import pytest

from ivr.flow.phrases import estimate_seconds
from ivr.flow.prompts import PromptModel
from ivr.insight.mentions import Menuful, clauses, split
from tests.calls import load


def said(text: str, language: str) -> list[tuple[str, str]]:
    return [(clause.key, clause.text) for clause in split(text, language)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("查询电费请按1，人工服务请按0，也可以直接说出您的需求。",
         [("1", "查询电费请按1，"), ("0", "人工服务请按0，"), ("", "也可以直接说出您的需求。")]),
        ("按1查询电费，按二报修，人工请按零。",
         [("1", "按1查询电费，"), ("2", "按二报修，"), ("0", "人工请按零。")]),
        ("重听请按星号键，返回请按#键。", [("*", "重听请按星号键，"), ("#", "返回请按#键。")]),
        ("您好，欢迎致电。查余额，请按12。", [("", "您好，欢迎致电。"), ("12", "查余额，请按12。")]),
    ],
)  # fmt: skip
def test_a_chinese_menu_is_taken_apart(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text, "zh-CN") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Welcome to the bank. For billing, press 1, for outages, press two.",
         [("", "Welcome to the bank."), ("1", "For billing, press 1,"), ("2", "for outages, press two.")]),
        ("Press 3 for loans, cards, or savings, or press 4 for the rest.",
         [("3", "Press 3 for loans, cards, or savings,"), ("4", "or press 4 for the rest.")]),
        ("To hear this again press the star key. To go back dial pound now.",
         [("*", "To hear this again press the star key."), ("#", "To go back dial pound now.")]),
        ("Please press nothing yet, and hold.", [("", "Please press nothing yet, and hold.")]),
    ],
)  # fmt: skip
def test_an_english_menu_is_taken_apart(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text, "en-US") == found


def test_no_word_of_a_text_is_lost() -> None:
    text = "Hello; you know us. For a, press 1: for b, press 2! Or hold?"
    assert " ".join(words for _, words in said(text, "en-US")) == text


def test_a_clause_takes_as_long_as_it_is_estimated_to_take_as_a_part_of_the_whole() -> None:
    text = "查询电费请按1，故障报修请按2，人工服务请按0"
    whole = sum(clause.seconds for clause in split(text, "zh-CN"))
    assert whole == pytest.approx(estimate_seconds(text, "zh-CN") + 0.33)


def menu(prompt: str, language: str = "en-US") -> Menuful:
    text = f"""
        languages: [en-US, zh-CN]
        prompts: {{bills: For bills press 1.}}
        vars: {{name: null}}
        nodes:
          main: {{type: menu, prompt: {prompt}, options: {{1: end, 2: end}}}}
    """
    flow = load(text, checked=False)["t"].flow
    prompt_model: PromptModel = flow.nodes["main"].prompt  # type: ignore[attr-defined]
    return clauses(prompt_model, language, flow.prompts)


def test_pauses_named_prompts_and_offers_of_another_language_are_part_of_it() -> None:
    found = menu("[bills, {pause: 500ms}, For cards press 2., {say: 中文请按井号键。, language: zh-CN}]")
    assert [clause.key for clause in found.clauses] == ["1", "2", ""]
    assert found.clauses[0].seconds == pytest.approx(
        sum(clause.seconds for clause in split("For bills press 1.", "en-US")) + 0.5
    )
    assert found.unclear == ""


@pytest.mark.parametrize(
    ("prompt", "why"),
    [
        ("[{audio: a.wav}, For cards press 2.]", "recorded"),
        ('["Dear {{ name }}, for bills press 1."]', "from caller to caller"),
        ("[{say: For bills press 1., when: name == 'x'}]", "sometimes"),
    ],
)
def test_what_cannot_be_timed_is_said_to_be_so(prompt: str, why: str) -> None:
    assert why in menu(prompt).unclear


def test_each_language_is_heard_as_it_is_written() -> None:
    found = menu("{en-US: For bills press 1., zh-CN: [电费请按2，, 报修请按1。]}", "zh-CN")
    assert list(found.heard()) == ["2", "1"]
