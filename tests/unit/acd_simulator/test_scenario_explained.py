"""Every code of a scenario is explained, and its examples are what they are said to be."""

from __future__ import annotations

import pytest

from ivr.acd.simulator.document import CODES, load
from ivr.acd.simulator.explained import entries
from ivr.errors import FlowError
from ivr.flow.explained import Entry


def test_every_code_is_explained_and_nothing_else() -> None:
    assert entries().keys() == CODES.keys()


@pytest.mark.parametrize("entry", entries().values(), ids=lambda entry: entry.code)
def test_the_wrong_example_has_just_that_finding(entry: Entry) -> None:
    for example in entry.examples(right=False):
        with pytest.raises(FlowError) as refused:
            load(example.text, "scenario.yaml")
        assert [finding.code for finding in refused.value.findings] == [entry.code]


@pytest.mark.parametrize("entry", entries().values(), ids=lambda entry: entry.code)
def test_the_right_example_is_a_scenario(entry: Entry) -> None:
    assert all(load(example.text, "scenario.yaml").loads for example in entry.examples(right=True))
