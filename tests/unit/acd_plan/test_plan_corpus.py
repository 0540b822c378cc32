"""Plans that are right, and for each thing that can be wrong one that is, with the places where it says so.

A bad plan's first line is `# expected: line:column code, …`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.acd.plan import load
from ivr.acd.plan.codes import CODES
from ivr.acd.plan.dump import dumps
from ivr.errors import Finding, FlowError

CORPUS = Path(__file__).parents[2] / "corpus/plans"
SOURCES = Path(__file__).parents[3] / "ivr/acd/plan"
STARTER = Path(__file__).parents[3] / "routing.yaml"
BAD = sorted((CORPUS / "bad").iterdir())
GOOD = [*sorted((CORPUS / "good").iterdir()), STARTER]


def findings(file: Path) -> list[Finding]:
    try:
        return list(load(file.read_bytes(), str(file)).findings)
    except FlowError as error:
        return list(error.findings)


def expected(file: Path) -> list[str]:
    head = file.read_text(encoding="utf-8").split("\n", 1)[0]
    return [one.strip() for one in head.removeprefix("# expected:").split(",")]


@pytest.mark.parametrize("file", BAD, ids=lambda path: path.stem)
def test_a_bad_plan_says_what_is_wrong_and_where(file: Path) -> None:
    found = findings(file)
    assert [f"{one.place.line}:{one.place.column} {one.code}" for one in found] == expected(file)
    assert all(one.message and one.hint and not one.message.endswith(".") for one in found)


@pytest.mark.parametrize("file", GOOD, ids=lambda path: path.stem)
def test_a_good_plan_has_no_finding(file: Path) -> None:
    assert findings(file) == []


@pytest.mark.parametrize("file", GOOD, ids=lambda path: path.stem)
def test_a_plan_that_is_written_anew_is_the_same_plan(file: Path) -> None:
    plan = load(file.read_bytes(), str(file))
    text = dumps(plan.data)
    again = load(text, str(file))
    assert (again.centre, again.plan) == (plan.centre, plan.plan)
    assert dumps(again.data) == text
    assert max(map(len, text.splitlines())) < 200


def test_each_code_has_a_plan_that_earns_it_and_is_named_after_it() -> None:
    earned = {one.split()[1] for file in BAD for one in expected(file)}
    assert CODES.keys() - earned == {"A219"}  # what only a store can say
    for file in BAD:
        if match := re.match(r"[af]\d{3}(?=_)", file.name):
            assert match[0].upper() in {one.split()[1] for one in expected(file)}, file.name


def test_each_code_that_is_used_is_in_the_table_and_each_in_the_table_is_used() -> None:
    files = [*SOURCES.glob("*.py"), SOURCES.parents[1] / "routing/turns.py"]
    used = {
        code
        for file in files
        if file.name != "codes.py"
        for code in re.findall(r'"(A\d{3})"', file.read_text(encoding="utf-8"))
    }
    assert used == CODES.keys()


def test_the_severity_of_a_group_nobody_serves_depends_on_whether_callers_leave() -> None:
    severities = {
        name: findings(CORPUS / f"bad/a211_{name}.yaml")[0].severity
        for name in ("no_agents", "but_they_leave")
    }
    assert severities == {"no_agents": "error", "but_they_leave": "warning"}
