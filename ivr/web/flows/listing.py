"""One flow as the list of flows tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from ivr.flow.releases import Serving
from ivr.runtime.reading import Reading
from ivr.web.flows.figures import Day

State = Literal["ok", "warnings", "errors", "gone"]


class Canary(BaseModel):
    """A version that serves some of the callers."""

    version: str
    percent: int


class Listed(BaseModel):
    """A flow."""

    name: str
    title: dict[str, str] = Field(description="By language; `{}`: it has none, or cannot be read.")
    state: State = Field(description="What a check says of its file; `gone`: there is only what serves.")
    errors: int
    warnings: int
    languages: list[str]
    nodes: int
    tests: bool = Field(description="Whether it has tests.")
    draft: str = Field(description="The version it would be published as; empty: it has errors.")
    version: str = Field(description="The version in service; empty: none is.")
    canary: Canary | None
    published: bool = Field(description="Whether it was ever published; else it serves as its file is.")
    changed: bool = Field(description="Whether its draft is another than what serves.")
    numbers: list[str] = Field(description="That lead to it.")
    wishes: list[str] = Field(description="Numbers that the draft wishes for.")
    calls_today: int
    contained: float | None = Field(
        description="Of today's calls that ended, the share that was helped with nobody spoken with."
    )


def listed(
    name: str,
    file: Path | None,
    reading: Reading,
    drafts: Mapping[str, str],
    serving: Serving | None,
    numbers: Sequence[str],
    day: Day | None,
    *,
    tests: bool,
) -> Listed:
    """What is told of a flow, of all that is known."""
    flow = reading.flows[name].flow if name in reading.flows else None
    findings = [one for one in reading.findings if file is not None and one.place.file == str(file)]
    errors = sum(one.severity == "error" for one in findings)
    state: State = "gone" if file is None else "errors" if errors or flow is None else "ok"
    if state == "ok" and findings:
        state = "warnings"
    now, today, draft = serving or Serving(), day or Day(), drafts.get(name, "")
    title = flow.title if flow else ""
    return Listed(
        name=name,
        title=dict(title) if isinstance(title, Mapping) else {flow.languages[0]: title} if flow else {},
        state=state,
        errors=errors,
        warnings=len(findings) - errors,
        languages=list(flow.languages) if flow else [],
        nodes=len(flow.nodes) if flow else 0,
        tests=tests,
        draft=draft,
        version=now.version,
        canary=Canary(version=now.canary, percent=now.percent) if now.canary else None,
        published=serving is not None,
        changed=bool(draft) and bool(now.version) and draft != (now.canary or now.version),
        numbers=sorted(numbers),
        wishes=list(flow.numbers) if flow else [],
        calls_today=today.calls,
        contained=today.contained,
    )
