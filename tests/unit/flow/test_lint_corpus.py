"""Flows that are right, and for each thing that can be wrong one that is, with the places where it says so.

A bad flow's first line is `# expected: line:column code, …`; a folder holds flows that are wrong together.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr import registry, settings
from ivr.acd.plan import load
from ivr.errors import Finding, FlowError
from ivr.flow import codes, expressions, lint, loader, spoken, template, yaml
from ivr.runtime.people import PlannedPeople

CORPUS = Path(__file__).parents[2] / "corpus/flows"
SOURCES = Path(codes.__file__).parents[1]
BAD = sorted((CORPUS / "bad").iterdir())
MISSING_SOUNDS = ("missing.wav", "gone.wav")
HTTP = settings.Http(services={"crm": "https://crm.example"}, allow=["api.example", "10.0.0.5"])
PLAN = """
breaks: {lunch: Lunch, training: Training}
dispositions: {solved: Solved}
skills: [billing]
groups: {billing: {require: {billing: 5}}}
agents: {ann: {groups: [billing], skills: {billing: 7, zh-CN: 5, en-US: 5}}, "1001": {groups: [billing]}}
"""
PEOPLE = PlannedPeople(load(PLAN))
POPULAR = {"x": {"wanted": {"1": 0.2, "3": 0.25, "*": 0.55}}}

IN_CALLS = {"E010", "E011", "E012", "E013", "E014", "E015", "E016", "E023"}
"""Codes of what depends on the values of a call."""


def findings(files: list[Path]) -> list[Finding]:
    types = registry.load_all("ivr.nodes")
    sources: dict[str, lint.Source] = {}
    found: list[Finding] = []
    for file in files:
        try:
            sources[str(file)] = lint.Source(*loader.load(file.read_bytes(), str(file), types))
        except FlowError as error:
            found += error.findings
    return found + lint.lint(
        sources, lambda name: name not in MISSING_SOUNDS, http=HTTP, popular=POPULAR, people=PEOPLE
    )


def expected(file: Path) -> list[str]:
    head = file.read_bytes().split(b"\n", 1)[0].decode()
    return [one.strip() for one in head.removeprefix("# expected:").split(",") if one.strip()]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_flow_says_what_is_wrong_and_where(path: Path) -> None:
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    found = findings(files)
    for file in files:
        here = [one for one in found if one.place.file == str(file)]
        assert [f"{one.place.line}:{one.place.column} {one.code}" for one in here] == expected(file)
        assert all(one.message and not one.message.endswith(".") for one in here)
        assert all(one.hint for one in here if one.code != "F103")


def test_each_code_has_a_flow_that_earns_it() -> None:
    earned = {one.split()[1] for file in (CORPUS / "bad").rglob("*.yaml") for one in expected(file)}
    every = {
        **yaml.CODES,
        **codes.CODES,
        **lint.CODES,
        **expressions.CODES,
        **template.CODES,
        **spoken.CODES,
    }.keys()
    assert earned == every - IN_CALLS - {"F001", "F099"}  # a file of a MiB, and one without rights


def test_each_code_has_a_flow_named_after_it() -> None:
    for path in BAD:
        if match := re.match(r"[ef]\d{3}(?=_)", path.name):
            files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
            earned = {one.split()[1] for file in files for one in expected(file)}
            assert match[0].upper() in earned, path.name


def test_each_code_that_is_used_is_in_a_table_and_each_in_a_table_is_used() -> None:
    files = [
        *(SOURCES / "flow").rglob("*.py"),
        *(SOURCES / "nodes").glob("*.py"),
        SOURCES / "runtime/reading.py",
    ]
    used = {
        code
        for file in files
        if file.name != "codes.py"
        for code in re.findall(r'"(F(?:099|[123]\d\d))"', file.read_text(encoding="utf-8"))
    }
    assert used == codes.CODES.keys() | spoken.CODES.keys() | lint.CODES.keys()


def test_tables_of_codes_do_not_overlap_and_are_in_order() -> None:
    assert not codes.CODES.keys() & lint.CODES.keys()
    assert list(codes.CODES) == sorted(codes.CODES)
    assert list(lint.CODES) == sorted(lint.CODES)
    assert all(text and text[0].islower() for text in {**codes.CODES, **lint.CODES}.values())


def test_good_flows_have_no_finding_at_all() -> None:
    assert findings(sorted((CORPUS / "good").glob("*.yaml"))) == []
