"""Test results as the XML that build servers read: the common JUnit schema, one suite for each file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from lxml import etree

from ivr.testing.report import Outcome, Report
from ivr.testing.show import transcript_text

_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for, section 2.2."""


def document(report: Report, now: datetime | None = None) -> bytes:
    """The report as XML. `now` is the moment of the run, aware."""
    stamp = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    root = etree.Element("testsuites")
    suites: dict[str, list[Outcome]] = {}
    for outcome in report.outcomes:
        suites.setdefault(outcome.case.file, []).append(outcome)
    for file, outcomes in suites.items():
        suite = _suite(root, file, stamp, outcomes)
        for outcome in outcomes:
            _case(suite, outcome)
        for name in ("system-out", "system-err"):
            etree.SubElement(suite, name)
    broken: dict[str, list[str]] = {}
    for finding in report.findings:
        broken.setdefault(finding.place.file, []).append(str(finding))
    for file, findings in broken.items():
        suite = _suite(root, file, stamp, (), errors=1)
        case = etree.SubElement(
            suite, "testcase", name="reading the file", classname=_safe(file), time="0.000"
        )
        error = etree.SubElement(case, "error", message=_safe(findings[0]), type="unreadable")
        error.text = _safe("\n".join(findings))
        for name in ("system-out", "system-err"):
            etree.SubElement(suite, name)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _suite(
    root: etree._Element, file: str, stamp: str, outcomes: Iterable[Outcome], errors: int = 0
) -> etree._Element:
    outcomes = list(outcomes)
    suite = etree.SubElement(
        root,
        "testsuite",
        name=_safe(file),
        package="ivr.flow",
        id=str(len(root)),
        tests=str(len(outcomes) + errors),
        failures=str(sum(bool(outcome.failures) for outcome in outcomes)),
        errors=str(errors),
        skipped=str(sum(bool(outcome.skipped) for outcome in outcomes)),
        time=f"{sum(outcome.took for outcome in outcomes):.3f}",
        timestamp=stamp,
        hostname="localhost",
    )
    etree.SubElement(suite, "properties")
    return suite


def _case(suite: etree._Element, outcome: Outcome) -> None:
    case = outcome.case
    element = etree.SubElement(
        suite, "testcase", name=_safe(case.name), classname=_safe(case.flow), time=f"{outcome.took:.3f}"
    )
    if outcome.skipped:
        etree.SubElement(element, "skipped", message=_safe(outcome.skipped))
    elif outcome.failures:
        first = outcome.failures[0]
        failure = etree.SubElement(element, "failure", message=_safe(first.message), type="unexpected")
        lines = [str(one) for one in outcome.failures]
        if outcome.played:
            lines += ["", transcript_text(outcome.played)]
        failure.text = _safe("\n".join(lines))


def _safe(text: str) -> str:
    """`text` without what XML cannot hold; each such sign is shown as U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text)
