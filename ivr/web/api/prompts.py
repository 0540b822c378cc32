"""The API for prompts: every sentence that flows say, who is heard saying it, and recording it anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from flask import Response, request
from pydantic import BaseModel, Field

from ivr.errors import Invalid, NotFound
from ivr.registry import did_you_mean
from ivr.settings import Settings
from ivr.speech.chain import Chain
from ivr.speech.inventory import Inventory, Line, inventory
from ivr.speech.recorded import Recording
from ivr.speech.takes import Taken, Takes
from ivr.store.database import Store
from ivr.web.accounts.who import Who
from ivr.web.api.answer import Answer
from ivr.web.api.endpoint import In, Resource
from ivr.web.flows.serving import ServingFlows
from ivr.web.site import Site

resource = Resource("prompts", "Sentences that flows say: text, voice, recording.")

KINDS = ("audio/wav", "audio/flac", "audio/ogg", "audio/mpeg", "audio/aiff", "application/octet-stream")
"""What a recording may come as; which it is, its bytes say."""
UPLOAD = 32 << 20
"""Bytes of a recording that is sent: three minutes of 48 kHz stereo."""

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,80}$", description="`zh-CN-1f3870be274f`.")]


class UseOut(BaseModel):
    """Where a sentence is said."""

    flow: str
    place: str = Field(description="`greet.prompt`.")


class PromptOut(BaseModel):
    """A sentence in a language."""

    id: str
    language: str
    text: str
    part_of: str = Field(description="The text it is a part of, between values; empty: it is all of it.")
    uses: list[UseOut]
    sound: Literal["recorded", "rendered", ""] = Field(
        description="Who is heard: a person, a voice, or nobody yet."
    )
    voice: str = Field(description="The voice that flows ask for; empty: the usual one.")
    seconds: float
    estimated: bool = Field(description="Whether nobody has said it yet, so that this is a guess.")
    etag: str = Field(description="Of its recording; empty where there is none.")
    former: int = Field(description="Earlier takes that can be brought back.")


class MissingOut(BaseModel):
    """A prompt that has nothing to say in a language of its flow."""

    flow: str
    place: str
    language: str


class UnusedOut(BaseModel):
    """A recording that no flow asks for: most often somebody has changed the sentence."""

    language: str
    text: str
    file: str


class Stock(BaseModel):
    """All prompts, and what is missing."""

    prompts: list[PromptOut]
    missing: list[MissingOut]
    unused: list[UnusedOut]
    problems: list[str] = Field(description="Rows of the table of recordings that are of no use.")


class Wanted(In):
    """Which prompts."""

    flow: str = Field("", max_length=64)
    language: str = Field("", max_length=35)
    search: str = Field("", max_length=200, description="In the text.")
    sound: Literal["", "recorded", "unrecorded", "silent"] = Field("", description="Empty: all of them.")


class Forcing(In):
    """How strictly a recording is judged."""

    force: Literal["", "yes"] = Field(
        "", description="`yes`: take it though it is clipped, or of odd length."
    )


class Recorded(PromptOut):
    """A sentence after its recording was changed."""

    level: float | None = Field(None, description="dBFS of its speech, as it was sent.")
    remarks: list[str] = Field([], description="What might be better.")


@resource.get("/prompts", needs="prompts:read")
def every(site: Site, query: Wanted) -> Stock:
    """Every sentence that flows in service always say, in every language, and what is missing."""
    return site.apart(_stock, stock_of(site), site.part(takes_of), query)


@resource.get("/prompts/<id>", needs="prompts:read", returns=PromptOut)
def get(site: Site, id: Id) -> Answer:
    """One sentence."""
    line = _line(site, id)
    return Answer(site.apart(told, line, site.part(takes_of)), etag=line.etag)


@resource.get("/prompts/<id>/sound", needs="prompts:read", gives=("audio/wav",))
def sound(site: Site, id: Id) -> Response:
    """The sentence as callers hear it."""
    line = _line(site, id)
    if line.path is None:
        raise NotFound("nobody has said this yet", hint="`ivr prompt render` has a voice say it")
    content = site.apart(line.path.read_bytes)
    return Response(content, mimetype="audio/wav", headers={"X-Content-Type-Options": "nosniff"})


@resource.put("/prompts/<id>/recording", needs="prompts:write", raw=KINDS, max_body=UPLOAD, returns=Recorded)
def record(site: Site, who: Who, id: Id, query: Forcing, match: str, new: bool) -> Answer:
    """Take a recording in: WAV, FLAC, Ogg, MP3 or AIFF. It is looked at, freed of silence at its ends, made
    as loud as all prompts are, and heard by callers within ten seconds. The one before is kept."""
    if (request.content_length or 0) > UPLOAD:
        raise Invalid(f"a recording may have {UPLOAD >> 20} MiB", field="file")
    line, takes = _line(site, id), site.part(takes_of)
    take = takes.examine(request.get_data(), line.text, line.language)  # waits for a child, not for the hub
    if take.faults and not query.force:
        raise Invalid("; ".join(take.faults), hint="record it again", field="file")
    done = site.apart(takes.accept, take, line.text, line.language, "" if new else match or None)
    return _changed(site, who, "prompt.record", id, done)


@resource.delete("/prompts/<id>/recording", needs="prompts:write", returns=Recorded)
def remove(site: Site, who: Who, id: Id, match: str) -> Answer:
    """Give a recording up: a voice says the sentence again."""
    line = _line(site, id)
    done = site.apart(site.part(takes_of).remove, line.text, line.language, match or None)
    return _changed(site, who, "prompt.remove", id, done)


@resource.post("/prompts/<id>/revert", needs="prompts:write", returns=Recorded)
def revert(site: Site, who: Who, id: Id, match: str) -> Answer:
    """Put the take before the present one in its place; once more, and the present one is back."""
    line = _line(site, id)
    done = site.apart(site.part(takes_of).revert, line.text, line.language, match or None)
    return _changed(site, who, "prompt.revert", id, done)


def _voices(settings: Settings) -> Chain:
    return Chain(settings.speech)


def takes_of(settings: Settings) -> Takes:
    """The recordings of this house."""
    return Takes(settings.speech.recorded)


def stock_of(site: Site) -> Inventory:
    """What flows in service say, as it stands now."""
    chain = site.part(_voices)

    def take(store: Store) -> Inventory:
        return inventory(site.part(ServingFlows).flows(store), chain)

    return site.ask(take)


def _line(site: Site, id: str) -> Line:
    lines = stock_of(site).lines
    if id not in lines:
        raise NotFound(f'no flow says "{id}"', hint=did_you_mean(id, list(lines)))
    return lines[id]


def _stock(stock: Inventory, takes: Takes, query: Wanted) -> Stock:
    words = query.search.casefold()
    return Stock(
        prompts=[
            told(line, takes)
            for line in stock.lines.values()
            if query.flow in ("", *line.flows)
            and query.language in ("", line.language)
            and words in line.text.casefold()
            and sounds(line, query.sound)
        ],
        missing=[MissingOut(**asdict(one)) for one in stock.unspoken if query.flow in ("", one.flow)],
        unused=[UnusedOut(language=one.language, text=one.text, file=one.file) for one in stock.unused],
        problems=list(stock.problems),
    )


def sounds(line: Line, wanted: str) -> bool:
    """Whether it is heard as is asked for."""
    match wanted:
        case "recorded":
            return line.sound == "recorded"
        case "unrecorded":
            return line.sound != "recorded"
        case "silent":
            return not line.sound
        case _:
            return True


def _changed(site: Site, who: Who, order: str, id: str, done: Taken) -> Answer:
    site.audited(who, order, id, _audited(done.before), _audited(done.after))
    line = _line(site, id)
    shown = site.apart(told, line, site.part(takes_of))
    take = done.take
    more = {"level": take.level, "remarks": list(take.remarks)} if take else {}
    return Answer(Recorded(**shown.model_dump(), **more), etag=line.etag)


def _audited(recording: Recording | None) -> Mapping[str, Any]:
    """What the audit keeps of a recording."""
    if recording is None:
        return {}
    return {"text": recording.text, "language": recording.language, "etag": recording.digest}


def told(line: Line, takes: Takes) -> PromptOut:
    """A sentence as it is shown."""
    former = len(takes.former(line.text, line.language))
    return PromptOut(
        id=line.id,
        language=line.language,
        text=line.text,
        part_of=line.part_of,
        uses=[UseOut(flow=use.flow, place=use.place) for use in line.uses],
        sound=line.sound,
        voice=line.voice,
        seconds=line.seconds,
        estimated=line.estimated,
        etag=line.etag,
        former=former,
    )
