"""A report as plain data, for programs."""

from __future__ import annotations

from typing import Any

from ivr.testing.coverage import Coverage
from ivr.testing.report import Outcome, Report


def data(report: Report) -> dict[str, Any]:
    """The whole report; seconds with milliseconds."""
    return {
        "ok": report.ok,
        "passed": report.passed,
        "failed": len(report.failed),
        "skipped": len(report.skipped),
        "took": round(report.took, 3),
        "cases": [case(outcome) for outcome in report.outcomes],
        "coverage": [_coverage(covered) for covered in report.coverage.values()],
        "findings": [
            {
                "file": finding.place.file,
                "line": finding.place.line,
                "column": finding.place.column,
                "code": finding.code,
                "message": finding.message,
                "hint": finding.hint,
            }
            for finding in report.findings
        ],
    }


def case(outcome: Outcome) -> dict[str, Any]:
    """One case, and what came of it."""
    played, told = outcome.played, outcome.case
    place = told.place(("name",))
    row: dict[str, Any] = {
        "flow": told.flow,
        "name": told.name,
        "file": told.file,
        "line": place.line,
        "result": "skipped" if outcome.skipped else "failed" if outcome.failures else "passed",
        "took": round(outcome.took, 4),
    }
    if outcome.skipped:
        row["reason"] = outcome.skipped
    if played:
        row |= {
            "end": played.end,
            "cause": played.cause,
            "goals": list(played.goals),
            "seconds": round(played.seconds, 3),
            "journey": [f"{step.node}={step.outcome}" for step in played.steps],
        }
    if outcome.failures and played:
        row["transcript"] = [
            {"at": line.at, "who": line.who, "text": line.text} for line in played.transcript
        ]
    if outcome.failures:
        row["failures"] = [
            {"file": one.place.file, "line": one.place.line, "message": one.message, "hint": one.hint}
            for one in outcome.failures
        ]
    return row


def _coverage(covered: Coverage) -> dict[str, Any]:
    return {
        "flow": covered.flow,
        "nodes": dict(zip(("reached", "all"), covered.nodes, strict=True)),
        "ways": dict(zip(("reached", "all"), covered.edges, strict=True)),
        "percent": round(covered.percent, 2),
        "missed": [
            {"node": way.node, "outcome": way.outcome, "file": way.place.file, "line": way.place.line}
            for way in covered.missed
        ],
    }
