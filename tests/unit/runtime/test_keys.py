"""The grammars of keys: what is enough, what may grow, what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import KEYS
from ivr.runtime.keys import Choice, Entry, Verdict

keys = st.text(st.sampled_from(KEYS), max_size=12)


@pytest.mark.parametrize(
    ("options", "typed", "verdict", "entry"),
    [
        (["1", "2"], "", Verdict.EMPTY, ""),
        (["1", "2"], "1", Verdict.COMPLETE, "1"),
        (["1", "2"], "3", Verdict.WRONG, "3"),
        (["1", "12"], "1", Verdict.GROWING, "1"),
        (["1", "12"], "12", Verdict.COMPLETE, "12"),
        (["1", "12"], "13", Verdict.COMPLETE, "1"),
        (["12", "13"], "1", Verdict.PARTIAL, "1"),
        (["12", "13"], "14", Verdict.WRONG, "1"),
        (["1", "123"], "12", Verdict.GROWING, "1"),
        (["1", "123"], "124", Verdict.COMPLETE, "1"),
        (["*", "#", "D"], "D", Verdict.COMPLETE, "D"),
    ],
)
def test_a_menu_takes_its_longest_sequence(
    options: list[str], typed: str, verdict: Verdict, entry: str
) -> None:
    judgement = Choice(options).judge(typed)
    assert (judgement.verdict, judgement.entry) == (verdict, entry)


@pytest.mark.parametrize(
    ("entry", "typed", "verdict", "digits"),
    [
        (Entry(4, 4), "", Verdict.EMPTY, ""),
        (Entry(4, 4), "123", Verdict.PARTIAL, "123"),
        (Entry(4, 4), "1234", Verdict.COMPLETE, "1234"),
        (Entry(4, 4), "1234#", Verdict.COMPLETE, "1234"),
        (Entry(4, 4), "12#", Verdict.WRONG, "12"),
        (Entry(4, 4), "12345", Verdict.COMPLETE, "1234"),
        (Entry(2, 4), "12", Verdict.GROWING, "12"),
        (Entry(2, 4), "12#", Verdict.COMPLETE, "12"),
        (Entry(2, 4, "*"), "12*", Verdict.COMPLETE, "12"),
        (Entry(2, 4, ""), "12#", Verdict.GROWING, "12#"),
        (Entry(0, 4), "#", Verdict.COMPLETE, ""),
        (Entry(1, 4), "#", Verdict.WRONG, ""),
    ],
)
def test_an_entry_ends_at_its_length_or_its_terminator(
    entry: Entry, typed: str, verdict: Verdict, digits: str
) -> None:
    judgement = entry.judge(typed)
    assert (judgement.verdict, judgement.entry) == (verdict, digits)


@given(st.lists(st.text(st.sampled_from(KEYS), min_size=1, max_size=4), min_size=1, max_size=8), keys)
def test_a_menu_never_takes_what_was_not_typed(options: list[str], typed: str) -> None:
    judgement = Choice(options).judge(typed)
    assert judgement.length <= len(typed)
    assert judgement.entry == typed[: judgement.length]
    if judgement.verdict in (Verdict.COMPLETE, Verdict.GROWING):
        assert judgement.entry in options


@given(st.lists(st.text(st.sampled_from(KEYS), min_size=1, max_size=4), min_size=1, max_size=8), keys, keys)
def test_what_a_menu_is_sure_of_no_further_key_changes(options: list[str], typed: str, more: str) -> None:
    before, after = Choice(options).judge(typed), Choice(options).judge(typed + more)
    if before.verdict in (Verdict.COMPLETE, Verdict.WRONG):
        assert (before.verdict, before.entry) == (after.verdict, after.entry)


@given(st.integers(0, 6), st.integers(1, 6), st.sampled_from(["", "#", "*"]), keys, keys)
def test_what_an_entry_is_sure_of_no_further_key_changes(
    least: int, more_at_most: int, terminator: str, typed: str, more: str
) -> None:
    entry = Entry(least, least + more_at_most, terminator)
    before, after = entry.judge(typed), entry.judge(typed + more)
    if before.verdict in (Verdict.COMPLETE, Verdict.WRONG):
        assert (before.verdict, before.entry) == (after.verdict, after.entry)
        assert before.length <= len(typed)
