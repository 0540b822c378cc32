"""The API for calls under way: made, seen, given variables and what a webhook brought, ended.

The worker does all of it; when none is there the answer is 503, and nothing was done.
"""

from __future__ import annotations

from typing import Annotated, Any, cast

from flask import request
from pydantic import BaseModel, Field

from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.idempotency import HEADER
from ivr.web.api.live_shapes import LiveCalls, ShownCall
from ivr.web.api.params import Text
from ivr.web.site import Site

resource = Resource("live calls", "Calls under way.")

CallId = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{3,99}$")]
Values = Annotated[dict[str, Any], Field(max_length=64)]


class NewCall(In):
    """A call to be made: whoever answers is in the flow."""

    number: str = Field(
        pattern=r"^\+?[0-9A-Za-z*#._-]{1,32}$", description="E.164 (`+86…`), or an extension."
    )
    flow: str = Field(min_length=1, max_length=100)
    variables: Values = Field({}, description="What the flow's variables begin with.")
    language: Annotated[str, Field(max_length=20)] = Field("", description="The flow's own when empty.")
    caller_id: Annotated[str, Field(pattern=r"^(\+?[0-9*#]{1,32})?$")] = Field(
        "", description="The number they are shown; the line's own when empty."
    )
    ring: int = Field(30, ge=5, le=120, description="Seconds their telephone rings.")


class Begun(BaseModel):
    """A call that rings."""

    call: str
    new: bool = Field(description="False: it was asked for before with the same key.")


class Cause(In):
    """Why a call is ended."""

    cause: str = Field("NORMAL_CLEARING", pattern=r"^[A-Z_]{1,40}$", description="FreeSWITCH's word for it.")


class Variables(In):
    """Variables of the flow that a call is in."""

    variables: Annotated[dict[str, Any], Field(min_length=1, max_length=64)]


class Signal(In):
    """What a call waits for, at an operation with `wait_for: webhook`."""

    key: str = Field(pattern=r"^[A-Za-z_][\w.-]{0,63}$", description="As the operation names it.")
    data: Any = Field(None, description="What the flow gets.")
    id: Text = Field("", description="Yours: sent again, it counts once.")


class Signalled(BaseModel):
    """Whether it was news."""

    new: bool


@resource.get("/calls/live", needs="live:read")
def every(site: Site, who: Who) -> LiveCalls:
    """The calls under way, by id: flow and node, since when, who calls, with whom they talk."""
    return cast(LiveCalls, site.control(who.by).give("calls.live"))


@resource.get("/calls/<id>/live", needs="calls:read", also={409: "It is not in a flow just now."})
def show(site: Site, who: Who, id: CallId) -> ShownCall:
    """A call under way, with its flow's variables; what is confidential is masked."""
    return cast(ShownCall, site.control(who.by).give("call.show", call=id))


@resource.post(
    "/calls",
    needs="calls:start",
    status=201,
    returns=Begun,
    also={200: "It was asked for before with the same key."},
)
def start(site: Site, who: Who, body: NewCall) -> Answer:
    """Ring a number, and let who answers into a flow.

    With an `Idempotency-Key` it rings once, however often it is asked for, even if the worker is replaced."""
    key = request.headers.get(HEADER, "")
    given = {**body.model_dump(), "key": f"{who.by} {key}"[:200] if key else ""}
    answer = site.control(who.by).give("call.start", **given)
    begun = Begun(call=str(answer["call"]), new=bool(answer.get("new", True)))
    return Answer(begun, 201 if begun.new else 200, headers={"Location": f"/api/v1/calls/{begun.call}"})


@resource.post("/calls/<id>/hang-up", needs="calls:change", status=204)
def hang_up(site: Site, who: Who, id: CallId, body: Cause) -> Answer:
    """End a call, or ring no more."""
    site.control(who.by).give("call.hang_up", call=id, cause=body.cause)
    return NOTHING


@resource.patch("/calls/<id>/variables", needs="calls:change", status=204)
def assign(site: Site, who: Who, id: CallId, body: Variables) -> Answer:
    """Set variables of the flow that a call is in; others stay as they are."""
    site.control(who.by).give("call.set", call=id, variables=body.variables)
    return NOTHING


@resource.post("/calls/<id>/signal", needs="calls:change")
def signal(site: Site, who: Who, id: CallId, body: Signal) -> Signalled:
    """Give a call what a webhook would bring."""
    given = body.model_dump()
    return Signalled(new=bool(site.control(who.by).give("call.signal", call=id, **given).get("new", True)))
