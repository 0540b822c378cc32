"""Text is measured on the wide side, and never cut within a sign."""

from __future__ import annotations

import pytest
from wcwidth import iter_graphemes

from ivr.drawing.text import clean, fit, width, wrap

FAMILY = "👩‍👩‍👧‍👦"


def test_a_chinese_sign_is_as_wide_as_it_is_high() -> None:
    assert width("电费", 12) == 24
    assert width("ab", 12) < width("电费", 12)


def test_what_fits_is_left_as_it_is() -> None:
    assert fit("查询电费", 60, 12) == "查询电费"


@pytest.mark.parametrize(
    "text", ["查询电费请按一故障报修请按二", FAMILY * 9, "e\u0301" * 60, "🇨🇳🇩🇪" * 9, "a" * 99, "مرحبا" * 20]
)
@pytest.mark.parametrize("room", [31.0, 60.0, 100.0])
def test_what_does_not_fit_ends_with_an_ellipsis_at_a_whole_sign(text: str, room: float) -> None:
    cut = fit(text, room, 12)
    assert cut.endswith("…")
    assert width(cut, 12) <= room
    signs = list(iter_graphemes(cut[:-1]))
    assert signs == list(iter_graphemes(text))[: len(signs)]


def test_lines_break_between_words_and_around_chinese_signs() -> None:
    assert wrap("Please enter your number", 100, 12, 3) == ["Please enter", "your number"]
    assert wrap("请输入您的户号", 48, 12, 3) == ["请输入您", "的户号"]


def test_a_line_does_not_begin_with_a_closing_mark() -> None:
    assert wrap("请输入户号，谢谢", 60, 12, 3) == ["请输入户", "号，谢谢"]


def test_no_line_is_wider_than_its_room() -> None:
    text = "Bitte geben Sie Ihre Donaudampfschifffahrtsgesellschaftsnummer ein，谢谢您的来电。"
    for room in (40.0, 75.0, 130.0):
        assert all(width(line, 12) <= room for line in wrap(text, room, 12, 30))


def test_signs_that_nobody_sees_or_that_turn_the_line_are_gone() -> None:
    assert clean("a\u202eb\u0000c\n\td\u2066e\ufefff\ud800g") == "a b c d e f g"


def test_a_family_of_four_stays_together() -> None:
    assert clean(FAMILY) == FAMILY


def test_ten_thousand_signs_cost_no_more_than_a_few_hundred() -> None:
    assert wrap("很" * 10_000, 100, 12, 2) == ["很" * 8, "很" * 7 + "…"]
