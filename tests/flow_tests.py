"""Tests of flows, for tests: a flow and its cases in a few lines, and what came of them."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from ivr import testing
from ivr.errors import FlowError
from ivr.flow.model import LoadedFlow
from ivr.testing import Outcome, Report, reading
from tests.calls import load

HEAD = "flow: t\ncases:\n"


def written(folder: Path, cases: str, head: str = HEAD) -> Path:
    """A file of tests with these cases."""
    path = folder / "t.yaml"
    path.write_text(head + textwrap.indent(textwrap.dedent(cases).strip(), "  ") + "\n", encoding="utf-8")
    return path


def report(folder: Path, flow: str, cases: str, **options: Any) -> Report:
    """What comes of `cases` for `flow`."""
    head = options.pop("head", HEAD)
    return testing.run([written(folder, cases, head)], load(flow), **options)


def only(folder: Path, flow: str, case: str, **options: Any) -> Outcome:
    """What comes of one case; its file has no mistakes."""
    found = report(folder, flow, case, **options)
    assert not found.findings, found.findings
    (outcome,) = found.outcomes
    return outcome


def messages(outcome: Outcome) -> list[str]:
    """The failures as `LINE message`."""
    return [f"{one.place.line} {one.message}" for one in outcome.failures]


def findings(flows: dict[str, LoadedFlow], text: str) -> list[str]:
    """What is wrong with a file of tests, as `LINE:COLUMN CODE`."""
    try:
        _, found = reading.parse(textwrap.dedent(text).lstrip().encode(), "t.yaml", flows)
    except FlowError as error:
        found = list(error.findings)
    return [f"{one.place.line}:{one.place.column} {one.code}" for one in found]
