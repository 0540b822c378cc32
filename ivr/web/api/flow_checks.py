"""The API for writing flows: checks, repairs, pictures, and what an editor completes and explains."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

from flask import Response
from pydantic import BaseModel, Field

from ivr import registry
from ivr.drawing.data import data
from ivr.drawing.mermaid import mermaid
from ivr.drawing.png import png
from ivr.drawing.scene import scene
from ivr.errors import FlowError, NotFound
from ivr.flow import json_schema
from ivr.flow.explained import Example
from ivr.flow.graph import Graph
from ivr.flow.json_schema.translated import translated
from ivr.flow.vocabulary import Vocabulary, vocabulary
from ivr.registry import did_you_mean
from ivr.testing import explained
from ivr.testing import json_schema as of_tests
from ivr.web.api.answer import Answer
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.flows import LONGEST, Name, Text
from ivr.web.flows.findings import FindingOut, shown
from ivr.web.flows.graphs import kept
from ivr.web.flows.workshop import Workshop, picture, spans
from ivr.web.languages import TAGS, chosen
from ivr.web.site import Site

resource = Resource("flow-writing", "What an editor of flows asks while somebody writes.")

MOST_SOUNDS: Final = 2_000
TYPES: Final = {
    "svg": "image/svg+xml", "png": "image/png", "mmd": "text/plain", "json": "application/json",
}  # fmt: skip

UNREADABLE: Final = {409: "The flow has mistakes, and so no picture; or there is no such version."}


class Draft(In):
    """A text, before it is saved."""

    text: Text


class Span(BaseModel):
    """Where a node stands in the text."""

    id: str
    type: str
    line_from: int
    line_to: int


class Drawn(BaseModel):
    """The picture of a text."""

    nodes: list[Span]
    svg: str


class Check(BaseModel):
    """What is wrong with a text, and its picture."""

    findings: list[FindingOut]
    graph: Drawn | None = Field(None, description="Missing while the text cannot be read.")


class Repaired(BaseModel):
    """A text with what has one safe way to be repaired."""

    text: str
    repaired: int = Field(description="Findings that are gone.")
    refused: int = Field(description="Findings whose repair would have brought others.")
    findings: list[FindingOut] = Field(description="What is left.")


class View(In):
    """Which graph is wanted, and how."""

    version: str = Field("", max_length=64, description="A version that was published; empty: the draft.")
    language: str = Field("", max_length=20, description="Of what is said in it; empty: the flow's first.")
    theme: Literal["page", "auto", "light", "dark"] = Field(
        "auto", description="`page`: without a style sheet, for a page that has it."
    )


class Names(BaseModel):
    """What a flow may name."""

    flows: list[str]
    skills: list[str]
    agents: list[str]
    sounds: list[str]
    expressions: Vocabulary = Field(description="What `{{ }}` and `when:` may say.")


class Explained(BaseModel):
    """What a code means."""

    code: str
    title: str
    text: str = Field(description="Markdown, with examples.")


class Wish(In):
    """Of what the schema is wanted."""

    tests: bool = Field(False, description="Of files of tests, in place of flows.")


@resource.post("/flows/<name>/check", needs="flows:write", returns=Check, max_body=LONGEST)
def check(site: Site, name: Name, body: Draft) -> Check:
    """Check a text as this flow among the others, and draw it."""
    return site.apart(_checked, site.part(Workshop), name, body.text, chosen())


@resource.post("/flows/<name>/fix", needs="flows:write", returns=Repaired, max_body=LONGEST)
def fix(site: Site, name: Name, body: Draft) -> Repaired:
    """Repair a text where there is one safe way to. Nothing is saved."""
    return site.apart(_repaired, site.part(Workshop), name, body.text, chosen())


@resource.get("/flows/<name>/graph.<kind>", needs="flows:read", gives=tuple(TYPES.values()), also=UNREADABLE)
def graph(site: Site, name: Name, kind: Literal["svg", "png", "mmd", "json"], query: View) -> Response:
    """The picture of a flow: as SVG, PNG, Mermaid, or as data."""
    if query.version:
        drawn = site.ask(kept, name, query.version, query.language)
    else:
        drawn = site.apart(_drawn, site.part(Workshop), name, query.language)
    return Response(site.apart(_written, drawn, kind, query.theme, chosen()), mimetype=TYPES[kind])


@resource.get("/flow-schema", needs="flows:read", returns=dict[str, Any])
def schema(site: Site, query: Wish) -> Answer:
    """The JSON Schema of flow files, with which editors complete and explain, in the reader's language."""
    return site.apart(_schema, query.tests, chosen())


@resource.get("/flow-names", needs="flows:read")
def names(site: Site) -> Names:
    """What a flow may name: other flows, skill groups, agents, sounds."""
    return site.apart(_names, site.part(Workshop), chosen())


@resource.get("/flow-codes/<code>", needs="flows:read")
def explain(site: Site, code: str) -> Explained:
    """What an error code means, and how to write it right, in the reader's language."""
    reads = chosen()
    words = {one: text for family in explained.families(reads) for one, text in family.codes.items()}
    if code not in words:
        raise NotFound(f'there is no code "{code[:20]}"', hint=did_you_mean(code, list(words)))
    parts = [_part(part, reads) for part in explained.entries(reads)[code].parts]
    return Explained(code=code, title=words[code], text="\n\n".join(parts))


def _checked(workshop: Workshop, name: str, text: str, reads: str) -> Check:
    checked = workshop.check(name, text)
    found = shown(checked.findings, text.encode("utf-8", "replace"), reads)
    if checked.graph is None:
        return Check(findings=found)
    lines = [
        Span(id=node, type=kind, line_from=first, line_to=last)
        for node, kind, first, last in spans(checked.graph, text.count("\n") + 1)
    ]
    return Check(findings=found, graph=Drawn(nodes=lines, svg=picture(checked.graph, reads=reads)))


def _repaired(workshop: Workshop, name: str, text: str, reads: str) -> Repaired:
    done = workshop.fixed(name, text)
    return Repaired(
        text=done.content.decode("utf-8", "replace"),
        repaired=len(done.repaired),
        refused=len(done.refused),
        findings=shown(done.left, done.content, reads),
    )


def _drawn(workshop: Workshop, name: str, language: str) -> Graph:
    checked = workshop.check(name, workshop.flows.get(name).text, language)
    if checked.graph is None:
        raise FlowError(tuple(checked.findings))
    return checked.graph


def _written(drawn: Graph, kind: str, theme: str, reads: str) -> bytes:
    if kind == "json":
        return json.dumps(data(drawn), ensure_ascii=False).encode()
    if kind == "mmd":
        return mermaid(drawn).encode()
    if kind == "png":
        return png(scene(drawn, reads), theme=theme)
    return picture(drawn, theme, reads).encode()


@cache
def _schema(tests: bool, language: str) -> Answer:
    """Made once: it changes with what is installed. A browser keeps it, and asks whether it is still that."""
    made = of_tests.schema() if tests else json_schema.schema(registry.load_all("ivr.nodes"))
    content = translated(made, language)
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Language": TAGS[language],
        "Vary": "Accept-Language, Cookie",
    }
    return Answer(content, etag=sha256(json_schema.dumps(content).encode()).hexdigest()[:16], headers=headers)


def _names(workshop: Workshop, language: str) -> Names:
    people, sounds = workshop.people(), workshop.settings.flows.sounds
    return Names(
        flows=sorted(workshop.flows.names()),
        skills=sorted(people.groups) if people else [],
        agents=sorted(people.agents) if people else [],
        sounds=_files(sounds),
        expressions=vocabulary(language),
    )


def _files(folder: Path) -> list[str]:
    found: list[str] = []
    for path in folder.rglob("*") if folder.is_dir() else ():
        if len(found) >= MOST_SOUNDS:
            break
        if path.is_file() and not path.name.startswith("."):
            found.append(path.relative_to(folder).as_posix())
    return sorted(found)


def _part(part: str | Example, reads: str) -> str:
    if isinstance(part, str):
        return part
    return f"{part.label(reads)}\n\n```{part.language}\n{part.text}```"
