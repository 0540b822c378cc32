"""Every code of a routing plan has an entry, and the entry is true."""

from __future__ import annotations

import pytest

from ivr.acd.plan import explained, load
from ivr.acd.plan.codes import CODES
from ivr.errors import Finding, FlowError
from ivr.flow.explained import Entry

ENTRIES = explained.entries()
NOTHING_TO_SHOW = {"A219"}
"""What only a store can say."""


def findings(text: str) -> list[Finding]:
    try:
        return list(load(text).findings)
    except FlowError as error:
        return list(error.findings)


def test_every_code_has_an_entry_and_every_entry_a_code() -> None:
    assert ENTRIES.keys() == CODES.keys()
    assert {code for code in CODES if not ENTRIES[code].examples(right=False)} == NOTHING_TO_SHOW


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.code)
def test_an_entry_says_something_before_it_shows_something(entry: Entry) -> None:
    assert isinstance(entry.parts[0], str)
    assert len(entry.parts[0]) > 40


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.code)
def test_the_wrong_example_earns_its_code_alone(entry: Entry) -> None:
    for example in entry.examples(right=False):
        assert {found.code for found in findings(example.text)} == {entry.code}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.code)
def test_the_right_example_is_right(entry: Entry) -> None:
    for example in entry.examples(right=True):
        assert findings(example.text) == []
