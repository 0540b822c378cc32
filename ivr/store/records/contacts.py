"""Contacts: who asked for somebody, who was asked to serve them, what they said of it, and what was recorded.

A contact is one stay in the queues and the talk that followed. A call may have several of them, one after
the other; a chat, a message or an e-mail has one without any call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """One contact. Put as often as something is known of it, under the same `id` and `arrived`.

    Spans are in seconds; empty strings, None and () mean "not known (yet)".
    """

    id: str
    arrived: datetime
    """Its place in time."""
    call: str = ""
    channel: str = ""
    """`voice`, `chat`, …; empty: voice."""
    direction: str = ""
    """`in`, `out` (an agent's call outward), `internal` (between agents); empty: in."""
    group: str = ""
    """The skill group it waits in, or was served from."""
    passed: tuple[str, ...] = ()
    """Groups it overflowed from, in order."""
    customer: str = ""
    """The customer's key in the directory, else the number; empty when that was withheld."""
    ani: str = ""
    language: str = ""
    priority: float | None = None
    require: Mapping[str, Any] = field(default_factory=dict)
    """Skills and levels asked for beside the group's."""
    preferred: str = ""
    """The agent it was kept for at first: the customer's own, or last."""
    offered: datetime | None = None
    """When an agent was rung for it first."""
    answered: datetime | None = None
    """When an agent and the customer began to talk."""
    ended: datetime | None = None
    """When the customer left: the queue unanswered, or the agent."""
    disposition: str = ""
    """How the waiting ended, one of `ivr.acd.model.DISPOSITIONS`; or `lost`, when nobody saw it."""
    reason: str = ""
    """What tells dispositions of one name apart: full, closed, no_agent; size, wait, estimate."""
    agent: str = ""
    """Who served it; after a transfer between agents, who served it last."""
    ended_by: str = ""
    """Who hung up, or sent the customer on (see `transferred_to`): `caller`, `agent`, `supervisor`; `system`
    for what nobody did."""
    waited: float | None = None
    talk: float | None = None
    """Without `hold`, in which the customer heard music."""
    hold: float | None = None
    wrap_up: float | None = None
    """Of the agent who served it last."""
    disposition_code: str = ""
    """What the agent says it was about, by the group's table."""
    note: str = field(default="", metadata={"limit": 1024})
    transferred_from: str = ""
    """The contact of the same customer that led to this one."""
    transferred_to: str = ""
    """Where the agent sent it: `group:sales`, `agent:1002`, `number:+86…`, `flow:survey`."""
    callback: bool | None = None
    """The customer was called back."""
    node: str = ""
    """The FreeSWITCH node that carries it."""
    subject: str = ""
    """What it is about, in the words of who pushed it."""
    link: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """What other systems say of it, for the agent; JSON, 4 KB at most."""


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """One agent rung for one contact, from `at` on. Put at its beginning and at its end."""

    contact: str
    agent: str
    at: datetime
    group: str = ""
    ended: datetime | None = None
    result: str = ""
    """connected, no_answer, rejected, busy, unregistered, failed; or why it was withdrawn: expired, lost,
    gone, agent, plan."""


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """What a customer answered to one item of a survey; asked again in a visit, the later one holds."""

    call: str
    visit: int
    item: str
    at: datetime
    flow: str = ""
    node: str = ""
    score: int | None = None
    answer: str = field(default="", metadata={"limit": 1024})
    """The label of what was chosen, or words."""
    recording: str = ""
    """The file of an answer that was spoken, below `calls.recordings`."""
    contact: str = ""
    agent: str = ""
    group: str = ""
    ani: str = ""


@dataclass(frozen=True, slots=True)
class CallbackRecord:
    """A customer who is to be called back, whole: the later record takes the earlier one's place."""

    id: str
    number: str
    group: str
    asked: datetime
    state: str
    """waiting, dialling, done, failed, expired or cancelled."""
    agent: str = ""
    """The one agent who may do it; empty: any of the group."""
    customer: str = ""
    call: str = ""
    """The call in which it was asked for."""
    due: datetime | None = None
    """Not before then."""
    expires: datetime | None = None
    attempts: int = 0
    contact: Mapping[str, Any] = field(default_factory=dict)
    """The packed contact, with its place in time."""
    language: str = ""
    served_by: str = ""
    result: str = ""
    """Why it failed, in FreeSWITCH's word or ours."""
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class PushedRecord:
    """A contact that another system pushed, whole: the later record takes the earlier one's place."""

    id: str
    asked: datetime
    state: str
    """waiting, serving, done, expired, cancelled or failed."""
    channel: str
    group: str = ""
    agent: str = ""
    """The one agent who may have it; empty: any of the group."""
    customer: str = ""
    number: str = ""
    subject: str = ""
    link: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    expires: datetime | None = None
    """Nobody is offered it any more after that."""
    contact: Mapping[str, Any] = field(default_factory=dict)
    """The packed contact, with its place in time."""
    served_by: str = ""
    since: datetime | None = None
    """Since when it is served."""
    result: str = ""
    by: str = ""
    """Who pushed it."""
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordingRecord:
    """A recording of a talk. Put when it begins, when it is paused or goes on, and when it ends."""

    id: str
    """`<call>-<n>`."""
    started: datetime
    call: str = ""
    contact: str = ""
    agent: str = ""
    group: str = ""
    path: str = ""
    """Below `calls.recordings`: `2026/11/22/<id>.wav`."""
    why: str = ""
    """`policy`, or who ordered it."""
    stereo: bool | None = None
    """The customer left, the agent right."""
    ended: datetime | None = None
    seconds: float | None = None
    paused: tuple[tuple[float, float], ...] = ()
    """From and to, seconds from its beginning, where it is silent on purpose."""
    keep_until: datetime | None = None
    """It is removed after that; None: never by itself."""
    result: str = ""
    """`done`, or what went wrong (`disk full`)."""
    purged: datetime | None = None
    """When its file was removed."""
    node: str = ""
