"""The API for tests of flows: what callers would do, and what came of it when it was played."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final

from flask import Response
from pydantic import BaseModel, Field

from ivr.errors import FlowError, IvoryError
from ivr.testing import reading
from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer, stream
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.flows import LONGEST, Name
from ivr.web.flows import drafts, noted, verdicts
from ivr.web.flows.drafts import Draft
from ivr.web.flows.findings import FindingOut, shown
from ivr.web.flows.rehearsal import Order, Rehearsal, cases, rehearse
from ivr.web.flows.workshop import Workshop
from ivr.web.languages import chosen
from ivr.web.site import Site
from ivr.web.wording import say

resource = Resource("flow-tests", "Callers' scripts, played to flows on a clock that jumps.")

Text = Annotated[str, Field(max_length=drafts.MOST_TEXT)]
LINES: Final = "application/x-ndjson"


class TestsText(BaseModel):
    """The tests of a flow in YAML; empty: there are none."""

    text: str
    version: str = Field(description="Of this text, and the ETag; empty where there are none.")


class TestsIn(In):
    """The tests as they should be."""

    text: Text
    version: str | None = Field(None, max_length=64, description="Not looked at.")


class TestsDraft(In):
    """Tests before they are saved."""

    text: Text


class TestsCheck(BaseModel):
    """What is wrong with a file of tests."""

    findings: list[FindingOut]
    cases: int


class Run(In):
    """What to play."""

    text: Text | None = Field(None, description="The flow as it would be; left out: as it is saved.")
    tests: Text | None = Field(None, description="The tests as they would be; left out: as they are saved.")
    pick: str = Field("", max_length=200, description="Words of the cases' names; empty: all cases.")
    stream: bool = Field(False, description="Whether each case is told as soon as it is over (NDJSON).")


class Report(BaseModel):
    """What came of it, as `ivr flow test --json` prints it."""

    ok: bool
    passed: int
    failed: int
    skipped: int
    took: float = Field(description="Seconds.")
    percent: float = Field(description="Of the flow's ways that callers can take, those that were taken.")
    cases: list[dict[str, Any]]
    coverage: list[dict[str, Any]]
    findings: list[dict[str, Any]]


@resource.get("/flows/<name>/tests", needs="flows:read", returns=TestsText)
def get(site: Site, name: Name) -> Answer:
    """The tests of a flow. Empty ones have no ETag."""
    workshop = site.part(Workshop)
    site.apart(workshop.flows.get, name)
    return _told(site.apart(workshop.tests.find, name))


@resource.put("/flows/<name>/tests", needs="flows:write", returns=TestsText, max_body=LONGEST)
def put(site: Site, who: Who, name: Name, body: TestsIn, match: str) -> Answer:
    """Save the tests of a flow."""
    before, after = site.apart(_saved, site.part(Workshop), name, body.text, match)
    if before is None or before.content != after.content:
        site.audited(who, "flow.tests", name, *noted.change(before, after))
    return _told(after)


@resource.delete("/flows/<name>/tests", needs="flows:write", status=204)
def remove(site: Site, who: Who, name: Name, match: str) -> Answer:
    """Delete the tests of a flow."""
    before = site.apart(site.part(Workshop).tests.remove, name, match)
    site.audited(who, "flow.tests", name, *noted.change(before, None))
    return NOTHING


@resource.post("/flows/<name>/tests/check", needs="flows:write", returns=TestsCheck, max_body=LONGEST)
def check(site: Site, name: Name, body: TestsDraft) -> TestsCheck:
    """Check tests, before they are saved or played."""
    return site.apart(_checked, site.part(Workshop), name, body.text, chosen())


@resource.post(
    "/flows/<name>/tests/run", needs="flows:write", returns=Report, gives=(LINES,), max_body=LONGEST
)
def run(site: Site, name: Name, body: Run) -> Response | Report:
    """Play the tests of a flow: as saved, or as they would be.

    With `stream` the answer has a line of JSON for each case (`{"case": …}`), and one for the whole in the
    end (`{"report": …}`, or `{"error": …, "hint": …}`).
    """
    order = Order(name, body.text, body.tests, body.pick)
    if body.stream:
        return stream(_lines(site, order, chosen()), LINES)
    return Report(**verdicts.report(rehearse(site, order).report, chosen()))


def _lines(site: Site, order: Order, reads: str) -> Iterator[str]:
    try:
        for row in cases(site, order):
            if isinstance(row, Rehearsal):
                told = {"report": verdicts.report({**row.report, "cases": []}, reads)}
            else:
                told = {"case": verdicts.case(row, reads)}
            yield json.dumps(told, ensure_ascii=False) + "\n"
    except IvoryError as error:
        words = {"error": say(error.message, reads), "hint": say(error.hint, reads)}
        yield json.dumps(words, ensure_ascii=False) + "\n"


def _saved(workshop: Workshop, name: str, text: str, match: str) -> tuple[Draft | None, Draft]:
    with workshop.writing:
        workshop.flows.get(name)
        there = workshop.tests.find(name) is not None
        return workshop.tests.write(name, text, match, new=not there)


def _told(draft: Draft | None) -> Answer:
    if draft is None:
        return Answer(TestsText(text="", version=""))
    return Answer(TestsText(text=draft.text, version=draft.version), etag=draft.version)


def _checked(workshop: Workshop, name: str, text: str, reads: str) -> TestsCheck:
    content = text.encode("utf-8", "replace")
    try:
        found, findings = reading.parse(content, f"{name}.yaml", workshop.reading().flows)
    except FlowError as error:
        found, findings = [], list(error.findings)
    return TestsCheck(findings=shown(findings, content, reads), cases=len(found))
