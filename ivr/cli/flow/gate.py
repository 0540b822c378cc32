"""What stands between a draft and its callers: the flow's own tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.runtime.reading import Flows


SHOWN = 3
"""Failures that are shown in full."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a flow may go to its callers, and what its tests said, for the log."""

    passed: bool
    words: str


def test(name: str, flows: Flows, folder: Path, coverage: float) -> Verdict:
    """Run the tests of a flow, in the folder `tests` beside it, and say what fails.

    Args:
        coverage: percent of the ways through the flow that must have been taken.
    """
    from ivr import testing
    from ivr.cli import common
    from ivr.testing import show

    common.configure_log(common.load(), usual="critical")
    tests = folder / "tests"
    files = testing.files_of(name, [tests]) if tests.is_dir() else []
    if not files:
        common.talk().print(
            f"{name} has no tests; docs/flow-tests.md tells how to write some", style="yellow"
        )
        return Verdict(not coverage, "no tests")
    report = testing.run(files, flows)
    for finding in report.findings:
        common.out().print(str(finding), style="red", markup=False, soft_wrap=True)
    for outcome in report.failed[:SHOWN]:
        common.out().print(show.failure(outcome))
    if len(report.failed) > SHOWN:
        common.out().print(f"… and {len(report.failed) - SHOWN} more; `ivr flow test {name}` shows all")
    covered = report.coverage[name].percent if name in report.coverage else 0.0
    failed = f", {len(report.failed)} failed" if report.failed else ""
    words = f"{report.passed} passed{failed}"
    words = f"{words}, {covered:.0f} % covered"
    enough = covered >= coverage
    style = "green" if report.ok and enough else "red"
    wish = "" if enough else f", {coverage:g} % wanted"
    common.talk().print(f"{name}: {words}{wish}", style=style)
    return Verdict(report.ok and enough, words)
