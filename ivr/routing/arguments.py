"""What each order takes: checked before anything is done, and the source of what is said of it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from ivr.acd.model import HIGHEST_LEVEL
from ivr.acd.plan.model import Elsewhere
from ivr.acd.plan.types import AgentId

Text = Annotated[str, Field(max_length=500)]
Key = Annotated[str, Field(min_length=1, max_length=200)]
CallId = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{3,99}$")]


TARGETS = ("agent", "contact", "call")
"""Arguments that name to whom or what it is done, the first that is there."""


Channel = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Link = Annotated[str, Field(pattern=r"^(https?://[^\s<>\"']{1,480})?$")]


class Arguments(BaseModel):
    """What an order takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def target(self) -> str:
        """To whom or what it is done; `-` for none."""
        return next((str(name) for one in TARGETS if (name := getattr(self, one, ""))), "-")


class OfAgent(Arguments):
    agent: AgentId


class SignIn(OfAgent):
    dial: Text = ""
    ready: bool = True
    reason: Text = ""
    channels: Annotated[tuple[Channel, ...], Field(max_length=20)] = ()
    """What they are there for; calls alone when left out."""


class WithReason(OfAgent):
    reason: Text = ""


class Extend(OfAgent):
    seconds: Annotated[float, Field(gt=0, le=86_400)] | None = None


class Dispose(OfAgent):
    code: Key
    note: Text = ""
    contact: Text = ""


class Toward(OfAgent):
    to: Elsewhere


class DialOut(OfAgent):
    number: Key


class Supervise(OfAgent):
    at: Key
    """The extension that is rung and listens."""


class OfContact(Arguments):
    contact: Key


class Priority(OfContact):
    priority: Annotated[float, Field(ge=-1000, le=1000)]


class StartCall(Arguments):
    """A call into a flow."""

    number: Annotated[str, Field(pattern=r"^\+?[0-9A-Za-z*#._-]{1,32}$")]
    """E.164 (`+86…`), or an extension."""
    flow: Annotated[str, Field(min_length=1, max_length=100)]
    variables: Annotated[dict[str, Any], Field(max_length=64)] = {}
    language: Annotated[str, Field(max_length=20)] = ""
    caller_id: Annotated[str, Field(pattern=r"^(\+?[0-9*#]{1,32})?$")] = ""
    """The number they are shown; the line's own when empty."""
    ring: Annotated[int, Field(ge=5, le=120)] = 30
    """Seconds their telephone rings."""
    key: Annotated[str, Field(max_length=200)] = ""
    """Asked again with the same key it is the same call, whatever has become of it."""

    def target(self) -> str:
        return f"flow:{self.flow}"


class TryFlow(Arguments):
    """A call on a flow as its file is."""

    flow: Annotated[str, Field(min_length=1, max_length=100)]

    def target(self) -> str:
        return f"flow:{self.flow}"


class OfCall(Arguments):
    call: CallId


class HangUpCall(OfCall):
    cause: Annotated[str, Field(pattern=r"^[A-Z_]{1,40}$")] = "NORMAL_CLEARING"


class SetVariables(OfCall):
    variables: Annotated[dict[str, Any], Field(min_length=1, max_length=64)]


class Signal(Arguments):
    """What a webhook brought: for a call and a key, or for a token (`<call>:<visit>`) alone."""

    call: Annotated[str, Field(min_length=1, max_length=120)]
    key: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.-]{0,63}$")] | None = None
    data: Any = Field(None, exclude=True)
    id: Annotated[str, Field(max_length=200)] = ""
    """The webhook's own: sent again, it counts once."""

    def target(self) -> str:
        return self.call.partition(":")[0]


class OfOffer(OfAgent):
    contact: Annotated[str, Field(max_length=200)] = ""
    """The one that is meant; the only one when left out."""


class AddContact(Arguments):
    """A contact of any channel but a call's."""

    channel: Channel
    group: Annotated[str, Field(max_length=100)] = ""
    agent: Annotated[str, Field(max_length=100)] = ""
    """The one agent who may have it, in place of a group."""
    require: Annotated[dict[str, Annotated[int, Field(ge=0, le=HIGHEST_LEVEL)]], Field(max_length=20)] = {}
    priority: Annotated[float, Field(ge=-1000, le=1000)] = 0.0
    preferred: Annotated[str, Field(max_length=100)] = ""
    """The agent for whom it waits first, `prefer_for` seconds."""
    prefer_for: Annotated[float, Field(ge=0, le=86_400)] = 60.0
    customer: Annotated[str, Field(max_length=200)] = ""
    number: Annotated[str, Field(max_length=40)] = ""
    subject: Annotated[str, Field(max_length=200)] = ""
    link: Link = ""
    attributes: Annotated[dict[str, Any], Field(max_length=50)] = {}
    expires: Annotated[float, Field(ge=1, le=2_592_000)] = 86_400.0
    """Seconds after which it is offered to nobody any more."""
    key: Annotated[str, Field(max_length=200)] = ""
    """Pushed again with the same key it is the same contact, whatever has become of it."""

    def target(self) -> str:
        return f"group:{self.group}" if self.group else self.agent or "-"


class CancelContact(OfContact):
    abandoned: bool = False
    """The customer has gone by themselves."""


class Describe(OfContact):
    subject: Annotated[str, Field(max_length=200)] = ""
    link: Link = ""
    attributes: Annotated[dict[str, Any], Field(max_length=50)] = {}
    """Merged into those there are; null takes one out."""
