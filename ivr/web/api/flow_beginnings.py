"""The API for flows that are not there yet: from a template, or of another system's menus."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, Field

from ivr.drawing import source
from ivr.errors import NotFound
from ivr.flow import starters
from ivr.flow.beginning import begin
from ivr.flow.graph import Graph
from ivr.flow.skeleton import LANGUAGES, skeleton
from ivr.flow.yaml import parse
from ivr.registry import did_you_mean
from ivr.web.accounts.who import Who
from ivr.web.api.answer import Answer, created
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.flows import FlowText, Name, told
from ivr.web.flows import imports, noted
from ivr.web.flows.drafts import Draft
from ivr.web.flows.findings import FindingOut
from ivr.web.flows.workshop import Workshop, picture
from ivr.web.languages import chosen
from ivr.web.site import Site
from ivr.web.wording import in_words

resource = Resource("flow-beginnings", "New flows: from templates, and of other systems' menus.")

SMALLEST = "smallest"
"""The template that is no starter flow: a greeting, opening hours, a person."""

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")]


class Template(BaseModel):
    """Something to begin with."""

    name: str
    title: dict[str, str]
    about: str = Field(description="What it does, in its own first words.")
    languages: list[str]
    nodes: int
    text: str


class Look(In):
    """How a picture looks."""

    theme: Literal["auto", "light", "dark"] = "auto"
    language: str = Field("", max_length=20, description="Of what is said; empty: its first.")


class NewFlow(In):
    """A flow that is not there yet."""

    name: Name
    template: str = Field(SMALLEST, max_length=64)
    languages: list[Language] = Field([], max_length=20, description="The first is what callers hear.")


class FileIn(In):
    """A file of another system."""

    path: str = Field(min_length=1, max_length=300, description="Its name, with folders.")
    text: str = Field(max_length=imports.MOST_BYTES)


class Import(In):
    """Files of another system."""

    files: list[FileIn] = Field(min_length=1, max_length=imports.MOST_FILES)
    system: Literal["", "freeswitch"] = Field("", description="Whose they are; empty: the files tell.")
    language: Language | Literal[""] = Field("", description="The callers'; empty: guessed, and told.")
    keep: bool = Field(False, description="Whether to write the flows; else they are only shown.")


class NoteOut(BaseModel):
    """What is not as it was."""

    file: str
    line: int
    kind: str = Field(description="`taken`, `lost`, `differs` or `sound`.")
    message: str
    hint: str


class FlowMade(BaseModel):
    """A flow that was made."""

    name: str
    text: str
    there: bool = Field(description="Whether a flow of this name is there already; it is not written over.")
    findings: list[FindingOut]


class ImportOut(BaseModel):
    """What came of an import."""

    flows: list[FlowMade]
    notes: list[NoteOut]
    sounds: list[str]
    kept: bool


@resource.get("/flow-templates", needs="flows:read")
def templates(site: Site) -> list[Template]:
    """What a new flow can begin with, the smallest first."""
    return site.apart(every)


@resource.get("/flow-templates/<template>/graph.svg", needs="flows:read", gives=("image/svg+xml",))
def drawn(site: Site, template: str, query: Look) -> Response:
    """The picture of a template."""
    reads = chosen()
    content = site.apart(lambda: picture(_graph(template, query.language), query.theme, reads))
    return Response(content, mimetype="image/svg+xml")


@resource.post("/flows", needs="flows:write", status=201, returns=FlowText)
def add(site: Site, who: Who, body: NewFlow) -> Answer:
    """Begin a flow, and tests that pass, from a template."""
    after = site.apart(_begun, site.part(Workshop), body)
    site.audited(who, "flow.create", body.name, {"template": body.template}, noted.change(None, after)[1])
    answer = told(site, after)
    return created(answer.content, f"/api/v1/flows/{body.name}", answer.etag)


@resource.post("/flow-imports", needs="flows:write", returns=ImportOut, max_body=imports.MOST_BYTES)
def take(site: Site, who: Who, body: Import) -> ImportOut:
    """Make flows of another system's menus, and say what could not be carried over."""
    files = tuple(imports.File(one.path, one.text) for one in body.files)
    order = imports.Order(files, body.system, body.language, body.keep, chosen())
    made = site.apart(imports.take, site.part(Workshop), order)
    for draft in made.written:
        site.audited(who, "flow.import", draft.name, {}, noted.change(None, draft)[1])
    return ImportOut(
        flows=[
            FlowMade(name=one.id, text=one.text, there=one.there, findings=one.findings) for one in made.flows
        ],
        notes=[
            NoteOut(
                file=one.place.file,
                line=one.place.line,
                kind=one.kind,
                message=in_words(one.message),
                hint=in_words(one.hint),
            )
            for one in made.notes
        ],
        sounds=made.sounds,
        kept=body.keep,
    )


@cache
def every() -> list[Template]:
    """All templates; they do not change while the process runs."""
    return [_template(name) for name in (SMALLEST, *starters.names())]


def _text(template: str) -> str:
    if template == SMALLEST:
        return skeleton(SMALLEST, LANGUAGES)[0]
    known = starters.names()
    if template not in known:
        raise NotFound(
            f'there is no template "{template[:64]}"', hint=did_you_mean(template, [SMALLEST, *known])
        )
    return (starters.home() / f"{template}.yaml").read_text(encoding="utf-8")


def _template(name: str) -> Template:
    text = _text(name)
    data: dict[str, Any] = parse(text, name).data
    title, spoken = data.get("title", name), data.get("languages", [])
    spoken = [spoken] if isinstance(spoken, str) else list(spoken)
    return Template(
        name=name,
        title=dict(title) if isinstance(title, dict) else {spoken[0]: str(title)},
        about=_about(text),
        languages=spoken,
        nodes=len(data["nodes"]),
        text=text,
    )


def _about(text: str) -> str:
    """The first paragraph of the comment a file begins with."""
    lines = []
    for line in text.splitlines():
        words = re.fullmatch(r"#\s?(.*)", line)
        if words is None or not words[1].strip() or "ivr flow" in words[1]:
            break
        lines.append(words[1].strip())
    return " ".join(lines)


def _graph(template: str, language: str) -> Graph:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.yaml"
        file.write_text(_text(template), encoding="utf-8")
        flows, _ = source.read([file])
        name, (loaded, _) = next(iter(flows.items()))
        return source.drawable(name, flows, language if language in loaded.flow.languages else "")


def _begun(workshop: Workshop, body: NewFlow) -> Draft:
    taken = {number for one in workshop.reading().flows.values() for number in one.flow.numbers}
    starter = "" if body.template == SMALLEST else body.template
    begun = begin(body.name, starter, body.languages, taken)
    with workshop.writing:
        _, after = workshop.flows.write(body.name, begun.flow, new=True)
        if begun.tests and workshop.tests.find(body.name) is None:
            workshop.tests.write(body.name, begun.tests, new=True)
    return after
