"""Every code has an entry, and the entry is true: its wrong example earns that code, its right one none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ivr import errors, registry, settings
from ivr.acd.plan import load
from ivr.errors import ExpressionError, Finding, FlowError, IvoryError, SettingsError
from ivr.flow import codes, explained, expressions, lint, loader, phrases, spoken, template, yaml
from ivr.flow.explained import Entry, Example
from ivr.runtime.people import PlannedPeople

FLOW_CODES = {
    **yaml.CODES,
    **codes.CODES,
    **lint.CODES,
    **expressions.CODES,
    **template.CODES,
    **spoken.CODES,
}
NOTHING_TO_SHOW = {
    "F001",  # more than a MiB
    "F002",  # bytes that are no text
    "F099",  # a file without rights
    "E016",  # what a plugin's code gave back
    "E023",  # ten thousand characters
}
ENTRIES = explained.entries()


def raised(kind: type[IvoryError]) -> set[str]:
    """The codes of an error and of all that are derived from it in the tree."""
    below = [one for one in kind.__subclasses__() if one.__module__ == errors.__name__]
    own = set() if kind in (FlowError, ExpressionError) else {kind.code}
    return own.union(*map(raised, below))


def test_every_code_has_an_entry_and_every_entry_a_code() -> None:
    assert ENTRIES.keys() == FLOW_CODES.keys() | raised(IvoryError)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.code)
def test_an_entry_says_something_before_it_shows_something(entry: Entry) -> None:
    assert isinstance(entry.parts[0], str)
    assert len(entry.parts[0]) > 40
    assert all(part.count("`") % 2 == 0 for part in entry.parts if isinstance(part, str))


def test_what_is_wrong_with_flows_is_shown_wherever_it_can_be() -> None:
    shown = {code for code in FLOW_CODES if ENTRIES[code].examples(right=False)}
    assert shown == FLOW_CODES.keys() - NOTHING_TO_SHOW
    assert shown == {code for code in FLOW_CODES if ENTRIES[code].examples(right=True)}


def flows(entry: Entry, *, right: bool) -> list[Example]:
    return [each for each in entry.examples(right=right) if each.language == "yaml"]


def findings(entry: Entry, examples: list[Example]) -> list[Finding]:
    sources: dict[str, lint.Source] = {}
    found: list[Finding] = []
    for number, example in enumerate(examples):
        file = f"{number}.yaml"
        try:
            loaded = loader.load(example.text, file, registry.load_all("ivr.nodes"))
        except FlowError as error:
            found += error.findings
        else:
            sources[file] = lint.Source(*loaded)
    http = settings.Http(**around(entry, "settings").get("http", {})) if around(entry, "settings") else None
    popular = {"shop": around(entry, "journeys")}
    plan = entry.examples(right=None, about="plan")
    people = PlannedPeople(load(plan[0].text)) if plan else None
    has_sound = {"missing.wav": False}.get
    return found + lint.lint(
        sources, lambda name: has_sound(name, True), http=http, popular=popular, people=people
    )


def around(entry: Entry, about: str) -> dict[str, Any]:
    """What an entry presupposes: settings, shares of callers, or values."""
    data: dict[str, Any] = {}
    for example in entry.examples(right=None, about=about):
        data |= yaml.parse(example.text, about).data
    return data


WITH_FLOWS = [entry for entry in ENTRIES.values() if flows(entry, right=False)]


@pytest.mark.parametrize("entry", WITH_FLOWS, ids=lambda entry: entry.code)
def test_the_wrong_flow_is_wrong_in_this_way_only(entry: Entry) -> None:
    found = findings(entry, flows(entry, right=False))
    assert {one.code for one in found} == {entry.code}, "\n".join(map(str, found))


@pytest.mark.parametrize("entry", WITH_FLOWS, ids=lambda entry: entry.code)
def test_the_right_flow_is_right(entry: Entry) -> None:
    assert flows(entry, right=True)
    assert not findings(entry, flows(entry, right=True))


WITH_EXPRESSIONS = [
    entry
    for entry in ENTRIES.values()
    if any(example.language == "expression" for example in entry.examples(right=False))
]


@pytest.mark.parametrize("entry", WITH_EXPRESSIONS, ids=lambda entry: entry.code)
def test_the_wrong_expressions_fail_in_this_way_and_the_right_ones_do_not(entry: Entry) -> None:
    for right in (False, True):
        for example in entry.examples(right=right):
            for line in example.text.splitlines():
                assert failure(line, around(entry, "values")) == ("" if right else entry.code), line


def failure(text: str, values: dict[str, Any]) -> str:
    try:
        expressions.parse(text).evaluate(values, {}, phrases.filters("en-US"))
    except ExpressionError as error:
        return error.code
    return ""


def test_settings_that_are_shown_as_wrong_are_refused(tmp_path: Path) -> None:
    for entry in ENTRIES.values():
        for right in (False, True):
            for example in entry.examples(right=right, about="settings"):
                file = tmp_path / "ivr.yaml"
                file.write_text(example.text, encoding="utf-8")
                assert refused(file) == ("" if right else entry.code)


def refused(file: Path) -> str:
    try:
        settings.load(environ={}, files=[file])
    except SettingsError as error:
        return error.code
    return ""
