"""The API for calls that were: searched, told as a story, drawn, and taken away as a table."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, Field

from ivr.store import call_search, call_whole
from ivr.store.call_search import Wanted
from ivr.store.call_whole import NOTHING, Extra, Whole
from ivr.store.records import (
    CallRecord,
    ContactRecord,
    OfferRecord,
    RecordingRecord,
    Step,
    SurveyAnswer,
)
from ivr.web.api.answer import stream
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.params import Instant, Key, Text
from ivr.web.calls import drawn, table
from ivr.web.calls.story import Moment, story
from ivr.web.languages import chosen
from ivr.web.site import Site

resource = Resource("calls", "Calls that were, with their journeys.")

Number = Annotated[str, Field(max_length=64, pattern=r"^\*?[^\x00-\x1f\x7f]*$")]
Seconds = Annotated[float, Field(ge=0, le=1_000_000)]
Score = Annotated[int, Field(ge=0, le=100)]


class Conditions(In):
    """Which calls: all of these conditions hold."""

    since: Instant | None = Field(None, description="Started then or later.")
    until: Instant | None = Field(None, description="Started before then.")
    number: Number = Field("", description="The caller's or the called number; `*5598`: how it ends.")
    ani: Number = Field("", description="The caller's number; `*5598`: how it ends.")
    dnis: Number = Field("", description="The called number; `*5598`: how it ends.")
    flow: Text = Field("", description="The flow they began in.")
    version: Text = Field("", description="Its version, or the beginning of that.")
    node: Text = Field("", description="A node they came to; `flow/node`: of this flow.")
    goal: Text = Field("", description="A goal they reached.")
    end: Literal[
        "", "live", "completed", "abandoned", "transfer", "rejected", "failed", "unreached", "lost"
    ] = Field("", description="How they ended; `live`: they have not yet.")
    cause: Text = Field("", description="FreeSWITCH's word for the hangup: `NORMAL_CLEARING`.")
    language: Text = Field("", description="The language they were spoken to in last: `zh-CN`.")
    direction: Literal["", "in", "out"] = Field("", description="Whether they came in or were made.")
    shortest: Seconds | None = Field(None, description="Seconds they lasted at least.")
    longest: Seconds | None = Field(None, description="Seconds they lasted at most.")
    waited: Seconds | None = Field(None, description="Seconds one of their contacts waited at least.")
    waited_most: Seconds | None = Field(None, description="Seconds one of their contacts waited at most.")
    agent: Text = Field("", description="Who served one of their contacts.")
    group: Text = Field("", description="The skill group of one of their contacts.")
    disposition: Text = Field("", description="How a contact's wait ended, or the agent's code for it.")
    rating: Score | None = Field(None, description="A score they gave, at least.")
    rating_most: Score | None = Field(None, description="A score they gave, at most.")
    recorded: bool | None = Field(None, description="Whether a talk of theirs is recorded, and can be heard.")
    message: bool | None = Field(None, description="Whether they left a message at a node of the flow.")
    heard: Text = Field("", description="Part of what was pressed or recognised.")
    text: Text = Field("", description="Part of the caller's name, a note or subject; how the id begins.")

    def wanted(self, **more: Any) -> Wanted:
        """As the store has it."""
        return Wanted(**{**self.model_dump(), **more})


class Query(Conditions):
    """A page of calls."""

    limit: int = Field(50, ge=1, le=500, description="How many at most.")
    before: Text = Field("", description="The `next` of the page before this one.")


class CallRow(BaseModel):
    """A call in a list."""

    call: CallRecord
    extra: Extra = Field(description="Of its last contact, its recordings and ratings.")


class Calls(BaseModel):
    """A page of calls, the latest first."""

    calls: list[CallRow]
    next: str = Field(description="Give it as `before` for what comes after; empty: that is all.")
    searched: datetime | None = Field(
        None,
        description="The search took long, and only calls from then on were looked at: go on with `next`.",
    )


class CallOut(BaseModel):
    """A call with all that is kept of it. What was confidential is masked."""

    call: CallRecord
    story: list[Moment] = Field(description="What happened, in order, from all that follows.")
    steps: list[Step]
    contacts: list[ContactRecord]
    offers: list[OfferRecord]
    recordings: list[RecordingRecord]
    answers: list[SurveyAnswer]


class Picture(In):
    """How a call is drawn."""

    flow: Text = Field("", description="Which of the flows it came to; the one it began in when left out.")
    theme: Literal["auto", "light", "dark", "page"] = Field(
        "auto", description="`page`: without colours of its own."
    )
    language: Text = Field("", description="Of what the nodes say: `zh-CN`.")


@resource.get("/calls", needs="calls:read")
def search(site: Site, query: Query) -> Calls:
    """Search calls; all conditions hold. An answer comes within some seconds, whatever is asked for:
    `searched` says where there was more to look at."""
    return found(site, query.wanted())


@resource.get("/calls.csv", needs="calls:read", gives=("text/csv",))
def export(site: Site, query: Conditions) -> Response:
    """The calls of a search as a table, 100,000 at most."""
    wanted = query.wanted()
    rows = table.rows(
        lambda page: site.ask(call_search.search, page), lambda ids: site.ask(call_whole.extras, ids), wanted
    )
    name = f"calls-{site.now():%Y%m%d-%H%M}.csv"
    return stream(rows, "text/csv", {"Content-Disposition": f'attachment; filename="{name}"'})


@resource.get("/calls/<id>", needs="calls:read")
def get(site: Site, id: Key) -> CallOut:
    """One call: its row, its story, and the records that tell it."""
    whole = site.ask(call_whole.whole, id)
    return CallOut(
        call=whole.call,
        story=story(whole),
        steps=list(whole.steps),
        contacts=list(whole.contacts),
        offers=list(whole.offers),
        recordings=list(whole.recordings),
        answers=list(whole.answers),
    )


@resource.get(
    "/calls/<id>/picture.svg",
    needs="calls:read",
    gives=("image/svg+xml",),
    also={409: "It cannot be drawn any more."},
)
def picture(site: Site, id: Key, query: Picture) -> Response:
    """The flow as the caller met it, with their way through it. `Ivory-Drawn: now` says that their version
    was not kept, and the flow is drawn as it is now."""
    whole = site.ask(call_whole.whole, id)
    flow = query.flow or whole.call.flow
    shown = graph(site, whole, flow, query.language or whole.call.language)
    svg = site.apart(drawn.picture, shown.graph, whole.steps, query.theme, chosen())
    headers = {"Ivory-Drawn": "kept" if shown.exact else "now", "Cache-Control": "private, max-age=60"}
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return Response(svg, mimetype="image/svg+xml", headers=headers)


def found(site: Site, wanted: Wanted) -> Calls:
    """A page of a search, as the page of calls shows it, too."""
    result = site.ask(call_search.search, wanted)
    told = site.ask(call_whole.extras, [call.id for call in result.calls])
    rows = [CallRow(call=call, extra=told.get(call.id, NOTHING)) for call in result.calls]
    return Calls(calls=rows, next=result.next, searched=result.searched)


def graph(site: Site, whole: Whole, flow: str, language: str) -> drawn.Shown:
    """The graph of a flow that a call was in. Raises IvoryError."""
    kept = site.ask(drawn.texts, whole.call.version)
    return site.apart(drawn.shown, kept, site.settings, flow, whole.call.version, whole.call.flow, language)
