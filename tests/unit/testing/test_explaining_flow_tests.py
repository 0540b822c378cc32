"""Every code of tests has an entry, and it is true: its wrong file earns that code, its right one none."""

from __future__ import annotations

import pytest

from ivr.flow.explained import Entry
from ivr.testing import explained
from ivr.testing.codes import CODES
from tests.calls import load
from tests.flow_tests import findings

SHOP = """
id: shop
languages: [en-US]
calendars: {shop: {timezone: Asia/Shanghai, mon-fri: "09:00-18:00"}}
vars: {orders: null}
nodes:
  main: {type: menu, prompt: Welcome. For hours press 1., options: {1: hours}, outcomes: {exhausted: desk}}
  desk: {type: transfer, skill: orders, next: end, outcomes: {error: end}}
  hours: {type: play, goal: hours_told, prompt: We are open from nine to six., next: end}
"""
ENTRIES = [entry for code, entry in explained.entries().items() if code in CODES]


def test_every_code_there_is_has_an_entry_and_is_in_one_family() -> None:
    codes = [code for family in explained.families() for code in family.codes]
    assert sorted(codes) == sorted(explained.entries())
    assert len(ENTRIES) == len(CODES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_an_entry_of_tests_says_why_and_shows_wrong_and_right(entry: Entry) -> None:
    assert isinstance(entry.parts[0], str)
    assert len(entry.parts[0]) > 40
    flows = load(SHOP)
    for right in (False, True):
        shown = entry.examples(right=right)
        assert shown
        for example in shown:
            found = {one.partition(" ")[2] for one in findings(flows, example.text)}
            assert found == (set() if right else {entry.code}), example.text
