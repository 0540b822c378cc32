"""Digits as regular expressions mean the same in a flow as in FreeSWITCH."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.importers.freeswitch.patterns import read
from tests.calls import findings

WORDS = ["".join(word) for length in range(1, 5) for word in product("0125*", repeat=length)]
ATOM = st.sampled_from(["0", "1", "5", "\\d", "[0-2]", "[15]", "\\*", "."])
PIECE = st.builds(str.__add__, ATOM, st.sampled_from(["", "", "", "?", "+", "*", "{2}", "{1,2}", "{2,}"]))
BRANCH = st.lists(PIECE, min_size=1, max_size=4).map("".join)
GROUP = st.lists(BRANCH, min_size=1, max_size=3).map("|".join).map(lambda inner: f"({inner})")
SOURCE = st.builds(
    lambda start, before, group, behind, end: start + before + group + behind + end,
    st.sampled_from(["^", ""]),
    st.sampled_from(["", "1", "\\d"]),
    GROUP,
    st.sampled_from(["", "0", "[0-2]"]),
    st.sampled_from(["$", ""]),
)


@pytest.mark.parametrize(
    ("bind", "pattern"),
    [
        ("/^(10[01][0-9])$/", "10[01][0-9]"),
        ("/^10\\d{2}$/", "10[0-9]{2}"),
        ("/^(?:1|2)5$/", "15|25"),
        ("/^(11|22)$/", "11|22"),
        ("/^\\*9$/", "[*]9"),
        ("/^(\\d+)$/", "[0-9]+"),
        ("/^1.$/", "1[0-9*#A-D]"),
        ("/^$/", None),
        ("/^(1)+$/", None),
        ("/^1(?=2)2$/", None),
        ("/^(.)\\1$/", None),
        ("/^1|2$/", None),
        ("/^1*?2$/", None),
        ("/(/", None),
        ("/[9-1]/", None),
        ("/^" + "1" * 300 + "$/", None),
        ("/^" + "(1|2)" * 20 + "$/", None),
    ],
)
def test_expressions_become_patterns(bind: str, pattern: str | None) -> None:
    found = read(bind)
    assert (None if found is None else str(found)) == pattern


@settings(max_examples=150, deadline=None)
@given(SOURCE)
def test_a_pattern_matches_what_the_expression_did(source: str) -> None:
    found = read(f"/{source}/")
    if found is None:
        return
    before, after = re.compile(source), re.compile(str(found))
    for word in WORDS:
        assert bool(before.search(word)) == bool(after.fullmatch(word)), word
    words = found.words()
    if words is not None:
        assert set(words) & set(WORDS) == {word for word in WORDS if before.search(word)}


@settings(max_examples=60, deadline=None)
@given(SOURCE)
def test_patterns_are_such_as_a_flow_takes(source: str) -> None:
    found = read(f"/{source}/")
    if found is not None and len(str(found)) <= 200:
        rest = "next: end, outcomes: {exhausted: end}"
        node = f'{{type: collect, prompt: x, into: v, pattern: "{found}", {rest}}}'
        told = findings(f"vars: {{v: null}}\nnodes: {{c: {node}}}")
        assert [one for one in told if one.severity == "error"] == []


@pytest.mark.parametrize(
    ("bind", "group", "value"),
    [
        ("/^(10[01][0-9])$/", 1, "k"),
        ("/^8(\\d{3})$/", 1, "k | last(3)"),
        ("/^(\\d\\d)9$/", 1, "k | first(2)"),
        ("/^8(\\d\\d)9$/", 1, None),
        ("/^8(\\d+)$/", 1, None),
        ("/^(1(2)3)$/", 1, "k"),
        ("/^(1(2)3)$/", 2, None),
        ("/^(11|22)$/", 1, "k"),
        ("/^(1|2)5$/", 1, None),
        ("/^12$/", 1, None),
        ("/^12$/", 0, "k"),
    ],
)
def test_groups_are_parts_of_what_was_pressed(bind: str, group: int, value: str | None) -> None:
    found = read(bind)
    assert found is not None
    assert found.value(group, "k") == value


@pytest.mark.parametrize(
    ("bind", "condition"),
    [
        ("/^12$/", "k == '12'"),
        ("/^1[23]$/", "k in ['12', '13']"),
        ("/^1\\d{3}$/", "starts_with(k, '1') and length(k) == 4"),
        ("/^1\\d{2,4}$/", "starts_with(k, '1') and length(k) >= 3 and length(k) <= 5"),
        ("/^[2-9]\\d{7}$/", None),
    ],
)
def test_conditions_tell_patterns_apart(bind: str, condition: str | None) -> None:
    found = read(bind)
    assert found is not None
    assert found.condition("k") == condition
