"""The API for recordings: which there are, and their sound, any part of it. Who listens is written down."""

from __future__ import annotations

from pathlib import Path

from flask import Response, request, send_file
from pydantic import BaseModel, Field

from ivr.errors import NotFound
from ivr.store import call_whole, lists
from ivr.store.lists import Which
from ivr.store.records import RecordingRecord
from ivr.web.accounts.who import Who
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.params import Key, Page, Text
from ivr.web.calls import sound
from ivr.web.site import Site

resource = Resource("recordings", "Recordings of talks, and messages that callers left.")

KINDS = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".opus": "audio/ogg"}
SOUND = tuple(KINDS.values())
PARTS = {206: "The part that `Range` asked for.", 416: "It is shorter than `Range` thinks."}


class RecordingQuery(Page):
    """Which recordings."""

    call: Text = ""
    contact: Text = ""
    agent: Text = ""
    group: Text = ""
    purged: bool = Field(False, description="Also those whose files were removed.")


class Recordings(BaseModel):
    """A page of recordings, the latest first."""

    recordings: list[RecordingRecord]
    next: str


class Peaks(BaseModel):
    """How loud a recording is along its time."""

    seconds: float | None
    channels: list[list[int]] = Field(description="For each channel, 0 to 100 in equal pieces of time.")


class As(In):
    """How sound is sent."""

    download: bool = Field(False, description="To be saved as a file.")


@resource.get("/recordings", needs="recordings:read")
def page(site: Site, query: RecordingQuery) -> Recordings:
    """Recordings of talks, the latest first."""
    same = {"call": query.call, "contact": query.contact, "agent": query.agent, "group": query.group}
    which = Which(same, query.since, query.until, query.limit, query.before)
    found = site.ask(lambda store: lists.recordings(store, which, purged=query.purged))
    return Recordings(recordings=list(found.items), next=found.next)


@resource.get("/recordings/<id>", needs="recordings:read")
def get(site: Site, id: Key) -> RecordingRecord:
    """One recording."""
    return site.ask(lists.recording, id)


@resource.get("/recordings/<id>/sound", needs="recordings:read", gives=SOUND, also=PARTS)
def listen(site: Site, who: Who, id: Key, query: As) -> Response:
    """Its sound. `Range` asks for a part of it; the audit tells who began to listen."""
    one = site.ask(lists.recording, id)
    return _sent(site, who, one.path, one.id, download=query.download)


@resource.get("/recordings/<id>/peaks", needs="recordings:read", also={409: "Its sound cannot be read."})
def peaks(site: Site, id: Key) -> Peaks:
    """How loud it is along its time."""
    one = site.ask(lists.recording, id)
    channels = site.apart(lambda: sound.peaks(sound.file_of(site.settings.calls.recordings, one.path)))
    return Peaks(seconds=one.seconds, channels=channels)


@resource.get("/calls/<id>/messages/<int:visit>/sound", needs="recordings:read", gives=SOUND, also=PARTS)
def message(site: Site, who: Who, id: Key, visit: int, query: As) -> Response:
    """What a caller recorded at a node: a message, or a spoken answer of a survey."""
    whole = site.ask(call_whole.whole, id)
    told = next((step.detail.get("recording") for step in whole.steps if step.visit == visit), None)
    if not isinstance(told, str):
        raise NotFound("nothing was recorded there")
    return _sent(site, who, told, f"{id}:{visit}", download=query.download)


def _sent(site: Site, who: Who, path: str, name: str, *, download: bool) -> Response:
    file: Path = site.apart(sound.file_of, site.settings.calls.recordings, path)
    if _begins():
        site.audited(who, "recording.download" if download else "recording.listen", name, {}, {})
    kind = KINDS.get(file.suffix.lower(), "application/octet-stream")
    return send_file(
        file, kind, as_attachment=download, download_name=file.name, conditional=True, etag=False, max_age=0
    )


def _begins() -> bool:
    """Whether this is the beginning of a recording: who goes on listening is not written down again."""
    wanted = request.range
    return wanted is None or wanted.units != "bytes" or any(begin == 0 for begin, _ in wanted.ranges)
