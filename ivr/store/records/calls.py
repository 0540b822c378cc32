"""A call, and every node of a flow that it visited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

OUT = "out"
"""The `direction` of a call that we made."""
UNREACHED = "unreached"
"""The `end` of a call that we made and nobody answered."""
TRIAL = "try-"
"""Begins the `dnis` of a call on a draft, by whoever writes the flow."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call, as a CDR would tell it. Put at its start and again at its end, under the same `id`.

    Times are aware; empty strings, None and () mean "not known (yet)".
    """

    id: str
    started: datetime
    flow: str = ""
    version: str = ""
    """Content hash of the flow the call began with."""
    ani: str = ""
    dnis: str = ""
    caller_name: str = ""
    language: str = ""
    answered: datetime | None = None
    ended: datetime | None = None
    hangup_cause: str = ""
    """As FreeSWITCH names it (`NORMAL_CLEARING`)."""
    end: str = ""
    """How it ended for the caller: completed, abandoned, transfer, rejected, failed; unreached, when nobody
    answered whom we called (the cause says why); or lost, when nobody saw it: then `ended` is the last that
    is known of it, and the cause is empty."""
    goals: tuple[str, ...] = ()
    node: str = ""
    """The FreeSWITCH node that carried it."""
    direction: str = ""
    """`out`: it was made by order; `ani` is who was called, `dnis` the number they were shown. Empty: in."""
    mos: float | None = None
    """How well the caller was heard, 1 to 4.5; see `ivr.esl.quality`. None: too little was heard to tell."""
    jitter_ms: float | None = None
    loss_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One visit of one node of a flow. `visit` is unique within its call; put on entering and on leaving."""

    call: str
    visit: int
    flow: str
    node: str
    type: str
    entered: datetime
    left: datetime | None = None
    outcome: str = ""
    input: str = field(default="", metadata={"limit": 1024})
    """What the caller pressed or said, masked by whoever puts it if it is sensitive."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """Small and JSON: prompts heard, an HTTP status. Over 4 KB only its beginning is kept."""
