"""What an editor offers in expressions is what expressions know."""

from __future__ import annotations

from ivr.flow import phrases
from ivr.flow.expressions import FILTERS, FUNCTIONS
from ivr.flow.scope import FUNCTIONS as OF_FLOWS
from ivr.flow.scope import NAMES
from ivr.flow.vocabulary import vocabulary


def test_every_function_and_filter_is_offered_with_words() -> None:
    found = vocabulary()
    assert {one.name for one in found.functions} == {*FUNCTIONS, *OF_FLOWS}
    assert {one.name for one in found.filters} == {*FILTERS, *phrases.NAMES}
    assert all(one.words for one in (*found.functions, *found.filters))


def test_every_name_is_offered_with_what_stands_behind_its_dot() -> None:
    names = vocabulary().names
    assert set(names) == set(NAMES)
    assert "ani" in names["call"]


def test_a_filter_is_shown_without_the_value_in_front_of_it() -> None:
    filters = {one.name: one.takes for one in vocabulary().filters}
    assert filters["replace"] == "old, new"
    assert filters["upper"] == ""
    assert filters["number"] == "places"
