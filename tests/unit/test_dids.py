"""Which flow answers a called number: rows before wishes, the exact before the vague."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dids import Did, Table, covers, is_pattern, spell
from ivr.numbers import normalise


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("010-5555 1234", "+861055551234"),
        ("+86 10 5555 1234", "+861055551234"),
        ("９５５９８", "95598"),
        ("8001", "8001"),
        ("*98", "*98"),
        ("hotline", "hotline"),
        ("sip:95598@ivr.example", "95598"),
        ("80xx", "80XX"),
        ("010 5555 12XX", "+8610555512XX"),
        ("+86 10 5555 !", "+86105555!"),
        ("!", "!"),
    ],
)
def test_a_number_is_spelled_in_one_way(text: str, number: str) -> None:
    assert spell(text) == number
    assert spell(number) == number


@pytest.mark.parametrize("text", ["", " ", "+", "a b", "../etc", "${x}", "8!0", "X" * 65, "\n", "95598\0"])
def test_what_nobody_could_call_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no number that could be called"):
        spell(text)


@given(st.text(max_size=70))
def test_whatever_is_written_is_spelled_for_good_or_refused(text: str) -> None:
    try:
        number = spell(text)
    except ValueError:
        return
    assert spell(number) == number
    assert number.isprintable()
    assert number.isascii()


@given(st.from_regex(r"(\+?86|0)?10[0-9X]{8}", fullmatch=True))
def test_a_pattern_in_national_spelling_is_for_the_same_numbers(text: str) -> None:
    pattern = spell(text)
    example = text.replace("X", "7")
    assert (
        covers(pattern, example)
        if is_pattern(pattern)
        else pattern == normalise(example) or pattern == example
    )


def test_the_exact_row_goes_before_patterns_and_the_most_exact_pattern_before_others() -> None:
    table = Table(
        [Did("!", "rest"), Did("8!", "all"), Did("8XXX", "block"), Did("80XX", "ten"), Did("8001", "one")]
    )
    answers = {
        dnis: [one.flow for one in table.candidates(dnis)] for dnis in ("8001", "8002", "8102", "81", "7")
    }
    assert answers == {
        "8001": ["one", "ten", "block", "all", "rest"],
        "8002": ["ten", "block", "all", "rest"],
        "8102": ["block", "all", "rest"],
        "81": ["all", "rest"],
        "7": ["rest"],
    }


def test_a_row_goes_before_a_wish_and_a_wish_before_the_row_for_all_others() -> None:
    wishes = {"010-55551234": "wished", "8001": "extension"}
    table = Table([Did("80XX", "block"), Did("!", "rest")])
    assert [one.rule for one in table.candidates("8001", wishes)] == ["pattern", "wish", "others"]
    chosen = table.choose("+861055551234", wishes)
    assert chosen is not None
    assert (chosen.flow, chosen.rule, chosen.number) == ("wished", "wish", "010-55551234")


def test_a_row_that_is_off_leaves_the_number_to_nobody() -> None:
    chosen = Table([Did("95598", "hotline", enabled=False)]).choose("95598", {"95598": "hotline"})
    assert chosen is not None
    assert (chosen.flow, chosen.rule) == ("", "row")


def test_a_number_that_nobody_knows_has_no_answer() -> None:
    assert Table([Did("95598", "hotline")]).choose("95599", {"1": "a"}) is None


def test_a_row_is_found_however_the_network_spells_the_number() -> None:
    table = Table([Did("+861055551234", "hotline", "en-US")])
    for dnis in ("01055551234", "+861055551234", "861055551234", "010-5555-1234"):
        chosen = table.choose(dnis)
        assert chosen is not None
        assert chosen.language == "en-US"


def test_a_name_that_is_dialled_is_a_row_like_any_other() -> None:
    chosen = Table([Did("hotline", "main")]).choose("hotline")
    assert chosen is not None
    assert chosen.flow == "main"


rows = st.lists(
    st.builds(
        Did,
        st.one_of(st.from_regex(r"8[0-2X]{0,3}!?", fullmatch=True), st.just("!")),
        st.sampled_from(["a", "b", "c"]),
        enabled=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda row: row.number,
)


@given(rows, st.from_regex(r"8[0-2]{0,3}", fullmatch=True), st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(given_rows: list[Did], dnis: str, random: object) -> None:
    mixed = list(given_rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert Table(given_rows).choose(dnis) == Table(mixed).choose(dnis)


@given(rows, st.from_regex(r"8[0-2]{0,3}", fullmatch=True))
def test_who_answers_has_a_row_for_the_number(given_rows: list[Did], dnis: str) -> None:
    for one in Table(given_rows).candidates(dnis):
        assert one.number in (dnis, "!") or covers(one.number, dnis)
