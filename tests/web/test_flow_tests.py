"""Tests of flows by the API: kept, checked, and played in a process of their own."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ivr.settings import Settings
from ivr.web.flows import rehearsal
from tests.web.conftest import Browser
from tests.web.flow_texts import FAILING, HELLO, TESTS

PATH = "/api/v1/flows/hello/tests"


@pytest.fixture
def designer(signed_in: Callable[[str], Browser], settings: Settings) -> Browser:
    (settings.flows.dir / "tests").mkdir(parents=True)
    (settings.flows.dir / "hello.yaml").write_text(HELLO)
    (settings.flows.dir / "tests" / "hello.yaml").write_text(TESTS)
    return signed_in("designer")


def test_tests_are_saved_only_over_what_was_looked_at(designer: Browser) -> None:
    before = designer.get(PATH)
    assert designer.send("PUT", PATH, {"text": FAILING}, If_Match=before.headers["ETag"]).status_code == 200
    assert designer.send("PUT", PATH, {"text": TESTS}, If_Match=before.headers["ETag"]).status_code == 412


def test_a_flow_may_have_no_tests(designer: Browser) -> None:
    assert designer.send("DELETE", PATH).status_code == 204
    assert designer.get(PATH).json == {"text": "", "version": ""}
    assert designer.send("PUT", PATH, {"text": TESTS}).status_code == 200


def test_what_a_test_names_and_the_flow_has_not_is_found(designer: Browser) -> None:
    told = designer.send("POST", f"{PATH}/check", {"text": TESTS.replace("[told]", "[tlod]")}).json
    assert [(one["code"], one["line"]) for one in told["findings"]] == [("T110", 5)]


def test_cases_are_played_and_ways_counted(designer: Browser) -> None:
    report = designer.send("POST", f"{PATH}/run", {}).json
    assert (report["ok"], report["passed"], report["failed"]) == (True, 1, 0)
    assert 0 < report["percent"] < 100
    assert "news" in {one["node"] for one in report["coverage"][0]["missed"]}


def test_what_is_not_saved_yet_can_be_played(designer: Browser) -> None:
    report = designer.send("POST", f"{PATH}/run", {"tests": FAILING}).json
    assert report["failed"] == 1
    assert report["cases"][0]["failures"][0]["file"] == "tests/hello.yaml"
    text = HELLO.replace("nine to five", "ten to four")
    assert designer.send("POST", f"{PATH}/run", {"text": text}).json["failed"] == 1
    assert designer.send("POST", f"{PATH}/run", {}).json["ok"]


def test_cases_are_told_as_they_end(designer: Browser) -> None:
    answer = designer.send("POST", f"{PATH}/run", {"stream": True})
    rows = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    assert [next(iter(row)) for row in rows] == ["case", "report"]


def test_the_tests_of_no_flow_cannot_be_played(designer: Browser) -> None:
    assert designer.send("POST", "/api/v1/flows/other/tests/run", {}).status_code == 404


def test_tests_that_take_too_long_are_ended(designer: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "SECONDS", 0.01)
    answer = designer.send("POST", f"{PATH}/run", {})
    assert (answer.status_code, answer.json["detail"]) == (409, "the tests of hello took more than 0.01 s")


def test_when_too_many_flows_are_tested_one_is_told_to_come_again(
    designer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "PATIENCE", 0.01)
    monkeypatch.setattr(rehearsal, "AT_ONCE", 0)
    assert designer.send("POST", f"{PATH}/run", {}).json["detail"] == "other flows are being tested"
