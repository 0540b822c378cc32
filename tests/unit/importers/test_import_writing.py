"""What comes from a stranger's file stays a text, a comment or a name in the YAML."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import yaml
from ivr.flow.template import Template
from ivr.flow.types import pressed
from ivr.importers.writing import Names, above, beside, duration, keys, scalar, spoken

TEXT = st.text(max_size=60)
ODD = [
    "",
    "null",
    "no",
    "true",
    "0123",
    "1",
    "- a",
    "a: b",
    "a #b",
    "#",
    "*x",
    "&x",
    "{",
    "[a, b]",
    "a\nb",
    "\t",
    '"',
    "'",
]


@given(TEXT | st.sampled_from(ODD))
def test_a_text_is_the_same_text_again(text: str) -> None:
    seen = re.sub("[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", " ", text)
    document = yaml.parse(f"a: {scalar(text)}\nb: [{scalar(text)}, 1]\nc: {{d: {scalar(text)}}}\n", "t.yaml")
    assert document.data == {"a": seen, "b": [seen, 1], "c": {"d": seen}}


@given(TEXT)
def test_a_comment_stays_on_its_line(text: str) -> None:
    lines = ["a: 1", *above([text], 2), beside("b: 2", text)]
    assert yaml.parse("\n".join(lines) + "\n", "t.yaml").data == {"a": 1, "b": 2}


@given(TEXT | st.sampled_from(["{{ call.ani }}", "{% if %}", "{#", "{{{{", "}}", "{{"]))
def test_nothing_that_is_spoken_is_calculated(text: str) -> None:
    template = Template.parse(spoken(text))
    assert template.names == frozenset()


@given(st.lists(TEXT, max_size=20))
def test_names_are_names_and_each_is_given_once(wishes: list[str]) -> None:
    names = Names()
    given_names = [names.take(wish) for wish in wishes]
    assert len(set(given_names)) == len(given_names)
    for name in given_names:
        assert re.fullmatch(r"[a-z_][a-z0-9_]{0,63}", name)
        assert name not in ("end", "back", "repeat", "return", "next")


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(500, "500ms"), (2000, "2s"), (7500, "7500ms"), (120_000, "120s")]
)
def test_times_have_their_unit(milliseconds: int, text: str) -> None:
    assert duration(milliseconds) == text


@pytest.mark.parametrize("sequence", ["1", "12", "01", "*", "#", "1*", "##", "A", "0" * 10])
def test_keys_are_read_as_the_keys_they_were(sequence: str) -> None:
    (key,) = yaml.parse(f"{keys(sequence)}: x\n", "t.yaml").data
    assert pressed(key) == sequence
