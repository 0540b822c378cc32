"""The parts that many payloads share: a call, a contact, a customer, a step of a journey.

A field is always there; what is not known, or not known yet, is null. Numbers are E.164, moments ISO 8601 in
UTC, spans in seconds. Fields are only ever added within one version.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ivr import numbers
from ivr.store.customers import Customer as KeptCustomer
from ivr.store.records import CallRecord, ContactRecord
from ivr.store.records import Step as StepRecord

VERSION = "1"


class Part(BaseModel):
    """Frozen, and nothing in it that is not documented."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Call(Part):
    """A telephone call."""

    id: str = Field(description="Its id: FreeSWITCH's UUID of the caller's channel.")
    direction: str | None = Field(None, description="`in`, or `out` for a call made by order.")
    flow: str | None = Field(None, description="The flow it began with.")
    version: str | None = Field(None, description="The flow's version.")
    ani: str | None = Field(None, description="Who calls; of a call made by order, who is called.")
    dnis: str | None = Field(None, description="The number that was dialled.")
    caller_name: str | None = Field(None, description="The name that came with the call.")
    language: str | None = Field(None, description="The language spoken to the caller.")
    switch: str | None = Field(None, description="The FreeSWITCH that carries it.")
    started: datetime | None = Field(None, description="When it began.")
    answered: datetime | None = Field(None, description="When it was answered.")
    ended: datetime | None = Field(None, description="When it ended.")
    end: str | None = Field(
        None, description="How: completed, abandoned, transfer, rejected, failed, unreached or lost."
    )
    cause: str | None = Field(None, description="The hangup cause: `NORMAL_CLEARING`.")
    goals: tuple[str, ...] = Field((), description="The goals of the flow that were reached.")


class Contact(Part):
    """One stay in the queues, and the talk that followed."""

    id: str = Field(description="Its id.")
    call: str | None = Field(None, description="The id of its call.")
    channel: str | None = Field(None, description="`voice`, or what else it came by.")
    direction: str | None = Field(None, description="`in`, `out` or `internal`.")
    group: str | None = Field(None, description="The skill group it waits in, or was served from.")
    passed: tuple[str, ...] = Field((), description="Groups it overflowed from.")
    customer: str | None = Field(None, description="The customer's key in the directory, else the number.")
    ani: str | None = Field(None, description="The customer's number.")
    language: str | None = Field(None, description="The customer's language.")
    priority: float | None = Field(None, description="Its priority.")
    preferred: str | None = Field(None, description="The agent it was kept for at first.")
    arrived: datetime | None = Field(None, description="Its place in time.")
    offered: datetime | None = Field(None, description="When an agent was rung for it first.")
    answered: datetime | None = Field(None, description="When an agent and the customer began to talk.")
    ended: datetime | None = Field(None, description="When the customer left.")
    disposition: str | None = Field(
        None,
        description="How the waiting ended: answered, abandoned, timed_out, overflowed, keyed_out, callback,"
        " refused or failed.",
    )
    reason: str | None = Field(None, description="What tells dispositions of one name apart: full, closed.")
    agent: str | None = Field(None, description="Who served it, or served it last.")
    ended_by: str | None = Field(None, description="Who hung up: caller, agent, supervisor or system.")
    waited: float | None = Field(None, description="Seconds it waited.")
    talk: float | None = Field(None, description="Seconds they talked, without `hold`.")
    hold: float | None = Field(None, description="Seconds the customer was on hold.")
    transferred_from: str | None = Field(None, description="The contact that led to this one.")
    transferred_to: str | None = Field(None, description="Where the agent sent it: `group:sales`.")
    callback: bool | None = Field(None, description="Whether the customer was called back.")


class Customer(Part):
    """Who calls, as far as the directory knows."""

    id: str = Field(description="Their key; another system's, where it gave one.")
    name: str | None = Field(None, description="Their name.")
    company: str | None = Field(None, description="Their company.")
    vip: bool = Field(False, description="Whether they are a VIP.")
    tags: tuple[str, ...] = Field((), description="Their tags.")
    numbers: tuple[str, ...] = Field((), description="All their numbers.")
    agent: str | None = Field(None, description="Their own agent.")
    language: str | None = Field(None, description="Their language.")
    attributes: Mapping[str, Any] = Field({}, description="Whatever else is known of them.")


class Step(Part):
    """A visit of a node of a flow."""

    visit: int = Field(description="Counts the nodes of a call from 1.")
    flow: str | None = Field(None, description="The flow.")
    node: str | None = Field(None, description="The node's name.")
    type: str | None = Field(None, description="Its type: `menu`.")
    entered: datetime | None = Field(None, description="When the caller came to it.")
    left: datetime | None = Field(None, description="When they left it.")
    outcome: str | None = Field(None, description="By which outcome.")
    input: str | None = Field(None, description="What they pressed or said; hidden where it is sensitive.")


def call_of(name: str, record: CallRecord | None, *, over: bool = False) -> Call:
    """A call as it stands; `over`: with what is known of its end."""
    if record is None:
        return Call(id=name)
    ended: dict[str, Any] = {}
    if over:
        ended = {"ended": record.ended, "end": record.end or None, "cause": record.hangup_cause or None}
    return Call(
        id=name,
        direction=record.direction or "in",
        flow=record.flow or None,
        version=record.version or None,
        ani=number(record.ani),
        dnis=numbers.normalise(record.dnis) or record.dnis or None,
        caller_name=record.caller_name or None,
        language=record.language or None,
        switch=record.node or None,
        started=record.started,
        answered=record.answered,
        goals=record.goals,
        **ended,
    )


def contact_of(name: str, record: ContactRecord | None, *, hide: frozenset[str] = frozenset()) -> Contact:
    """A contact as it stood: what is told may be older than what is known by now, so `hide` names what was
    still to come."""
    if record is None:
        return Contact(id=name)
    told = {field: getattr(record, field) or None for field in Contact.model_fields if field not in hide}
    told |= {"priority": record.priority, "passed": record.passed, "channel": record.channel or "voice"}
    for field in {"waited", "talk", "hold"} - hide:
        told[field] = getattr(record, field)
    return Contact(**{**told, "direction": record.direction or "in"})


def customer_of(kept: KeptCustomer | None) -> Customer | None:
    """A customer of the directory."""
    if kept is None:
        return None
    return Customer(
        id=kept.id,
        name=kept.name or None,
        company=kept.company or None,
        vip=bool(kept.vip),
        tags=kept.tags,
        numbers=kept.numbers,
        agent=kept.agent or None,
        language=kept.language or None,
        attributes=kept.attributes,
    )


def step_of(record: StepRecord) -> Step:
    """A step of a journey."""
    return Step(
        visit=record.visit,
        flow=record.flow or None,
        node=record.node or None,
        type=record.type or None,
        entered=record.entered,
        left=record.left,
        outcome=record.outcome or None,
        input=record.input or None,
    )


def number(ani: str) -> str | None:
    """A caller's number; null for a withheld one, and as it came where it is none of the public network's."""
    return numbers.normalise(ani) or (None if ani.strip().lower() in numbers.WITHHELD else ani or None)
