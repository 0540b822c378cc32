"""The flows that come with Ivory: nothing wrong with them, nothing callers hate, tests in each language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from ivr import testing
from ivr.flow.model import walk
from ivr.flow.phrases import estimate_seconds
from ivr.flow.prompts import PauseItem, PromptModel, SayItem
from ivr.flow.template import Template
from ivr.runtime import reading
from ivr.testing.coverage import coverage

FLOWS = Path(__file__).parents[2] / "flows"
NAMES = sorted(path.stem for path in FLOWS.glob("*.yaml"))
LEAST = 95.0  # percent of the ways through a flow, in each language
LONGEST = 20.0  # seconds of a prompt


@cache
def flows() -> reading.Flows:
    found = reading.read(reading.files(FLOWS), FLOWS / "sounds")
    assert [str(finding) for finding in found.findings] == []
    return found.flows


@cache
def report() -> testing.Report:
    return testing.run([FLOWS], flows())


def test_lint_finds_nothing_and_no_two_want_the_same_number() -> None:
    assert sorted(flows()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_passes_its_tests(name: str) -> None:
    played = [outcome for outcome in report().outcomes if outcome.case.flow == name]
    assert played
    assert [f"{outcome.case.name}: {outcome.failures}" for outcome in played if not outcome.passed] == []
    assert report().findings == ()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("name", sorted({*NAMES} - {"hotline"}))
def test_its_tests_go_nearly_every_way_in_each_language(name: str, language: str) -> None:
    steps = [
        step
        for outcome in report().outcomes
        if outcome.case.flow == name and outcome.case.caller.language == language and outcome.played
        for step in outcome.played.steps
    ]
    covered = coverage(flows()[name], flows(), steps)
    assert covered.percent >= LEAST, [str(way) for way in covered.missed]


@pytest.mark.parametrize("name", NAMES)
def test_no_prompt_is_longer_than_anybody_listens(name: str) -> None:
    for part in walk(flows()[name].flow):
        if isinstance(part.value, PromptModel):
            for language, items in part.value.texts.items():
                assert sum(_seconds(item, language) for item in items) <= LONGEST, (name, part.path, language)


ASKER = """
id: asker
vars: {happy: null}
defaults: {outcomes: {error: bye}}
nodes:
  rate:
    type: subflow
    flow: survey
    save: {happy: rating}
    next: thanks
    outcomes: {declined: bye}
  thanks: {type: play, prompt: "{{ happy }}分。", next: bye}
  bye: {type: hangup, prompt: 再见。}
"""
ASKED = """
flow: asker
cases:
  - name: answers come back
    steps: [{press: 1519}, {hear: [五分, 再见]}]
    expect: {vars: {happy: 5}, ratings: {rating: 5, solved: 1, recommend: 9}}
  - name: who declines is left alone
    steps: [{press: 2}, {hear: 再见}]
    expect: {never: thanks, vars: {happy: null}, ratings: {rating: null}}
"""


def test_the_survey_comes_back_to_the_flow_that_asked(tmp_path: Path) -> None:
    (tmp_path / "asker.yaml").write_text(ASKER, encoding="utf-8")
    (tmp_path / "t.yaml").write_text(ASKED, encoding="utf-8")
    found = reading.read([tmp_path / "asker.yaml", FLOWS / "survey.yaml"])
    played = testing.run([tmp_path / "t.yaml"], found.flows)
    assert played.passed == 2
    assert played.ok


def _seconds(item: object, language: str) -> float:
    if isinstance(item, PauseItem):
        return item.pause
    if isinstance(item, SayItem):
        return estimate_seconds(item.say.source, item.language or language)
    return estimate_seconds(item.source, language) if isinstance(item, Template) else 0.0
