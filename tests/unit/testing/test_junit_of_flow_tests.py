"""Results for build servers: valid by the JUnit schema, whatever is in names and words."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ivr.testing import Report, data, junit
from ivr.testing.junit import _safe
from tests.flow_tests import report

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[2] / "corpus/flow-tests/junit.xsd"))
FLOW = "nodes: {hello: {type: hangup, prompt: Welcome & <goodbye>.}}"
CASES = """
- {name: "good & <well>", steps: [{hear: Welcome}]}
- {name: bad, expect: {end: transfer, heard: "Good ]]> morning"}}
"""


def tree(found: Report) -> etree._Element:
    root = etree.fromstring(junit.document(found, datetime(2026, 11, 23, 10, tzinfo=UTC)))
    SCHEMA.assertValid(root)
    return root


def test_results_are_valid_and_complete(tmp_path: Path) -> None:
    found = report(tmp_path, FLOW, CASES)
    skipped = dataclasses.replace(found.outcomes[0], skipped="takes 300 s")
    (suite,) = tree(dataclasses.replace(found, outcomes=(*found.outcomes, skipped)))
    told = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "timestamp")}
    assert told == {
        "tests": "3",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
        "timestamp": "2026-11-23T10:00:00",
    }
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert len(cases["good & <well>"]) == 1  # the last of that name, which was skipped
    (failure,) = cases["bad"].iter("failure")
    assert failure.get("message") == "expected end transfer; it was completed"
    assert "Welcome & <goodbye>." in (failure.text or "")
    assert f"{tmp_path}/t.yaml:4 “Good ]]> morning” was not heard" in (failure.text or "")


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (suite,) = tree(report(tmp_path, FLOW, "- {nme: x}"))
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
    (error,) = suite.iter("error")
    assert "F10" in (error.get("message") or "")


@given(st.text(max_size=50))
def test_whatever_is_said_can_be_written(text: str) -> None:
    element = etree.Element("e", message=_safe(text))
    element.text = _safe(text)
    read = etree.fromstring(etree.tostring(element, encoding="UTF-8"))
    assert read.tag == "e"


def test_results_are_data_too(tmp_path: Path) -> None:
    told = data.data(report(tmp_path, FLOW, CASES))
    assert (told["ok"], told["passed"], told["failed"]) == (False, 1, 1)
    good, bad = told["cases"]
    assert (good["result"], good["journey"], good["line"]) == ("passed", ["hello=next"], 3)
    assert [one["line"] for one in bad["failures"]] == [4, 4]
    assert bad["transcript"][0] == {"at": 0.0, "who": "ivr", "text": "Welcome & <goodbye>."}
    assert told["coverage"][0]["percent"] == 100.0
