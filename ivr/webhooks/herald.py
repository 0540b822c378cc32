"""From the records that a worker puts to the events that others may hear of.

It stands between whoever tells of calls and contacts and the store's writer: each record goes on as it came,
and the event that it means goes after it, if anybody subscribes to its type. So an event has all promises of
a record, and is in the database no sooner than what it tells of. Costs microseconds, never waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from ivr.log import get
from ivr.store.database import Store
from ivr.store.records import (
    AgentEventRecord,
    CallbackRecord,
    CallRecord,
    ContactRecord,
    EventRecord,
    OfferRecord,
    Record,
    RecordingRecord,
    Step,
    SurveyAnswer,
)
from ivr.store.webhooks.events import event

log = get(__name__)

_T = TypeVar("_T")


class Keeper(Protocol):
    """Keeps records; `ivr.store.writer.Writer`."""

    def put(self, record: Record) -> None: ...

    def flush(self, timeout: float = ...) -> bool: ...

    def ask(self, question: Callable[[Store], _T]) -> _T: ...


class Notification(Protocol):
    """What a flow has others told; `ivr.runtime.ports.Notification`."""

    @property
    def event(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def call(self) -> str: ...

    @property
    def flow(self) -> str: ...

    @property
    def node(self) -> str: ...

    @property
    def at(self) -> datetime: ...

    @property
    def values(self) -> Mapping[str, Any]: ...


class Herald:
    """A keeper of records that also tells of them.

    Attributes:
        shown: what a contact's agent is shown; replaced by whoever knows.

    Args:
        wanted: whether anybody may want to hear of a type.
    """

    def __init__(self, keeper: Keeper, wanted: Callable[[str], bool]) -> None:
        self.shown: Callable[[str], Mapping[str, str]] = lambda _contact: {}
        self._keeper, self._wanted = keeper, wanted
        self.flush, self.ask = keeper.flush, keeper.ask

    def put(self, record: Record) -> None:
        """Keep a record, and tell of it. Never waits, never raises."""
        self._keeper.put(record)
        for one in self.events(record):
            self._keeper.put(one)

    def events(self, record: Record) -> Sequence[EventRecord]:
        """What is told of a record. Never raises."""
        told = _TOLD.get(type(record))
        if told is None:
            return ()
        try:
            return tuple(told(record, self))
        except Exception:  # whoever is told less must not cost the caller the call
            log.exception("an event was not told", record=type(record).__name__)
            return ()

    def notify(self, told: Notification) -> None:
        """Tell of what a flow has others told. Never waits."""
        if self._wanted(told.event):
            data = {"node": told.node, "values": told.values}
            stream = f"call:{told.call}"
            self._keeper.put(
                event(told.event, told.key, told.at, stream, call=told.call, flow=told.flow, data=data)
            )

    def wants(self, kind: str) -> bool:
        """Whether anybody may want to hear of a type."""
        return self._wanted(kind)


def stream_of(contact: str, call: str = "") -> str:
    """The stream of a contact: its call's, whose id its own begins with where it has one."""
    call = call or contact.rpartition(":")[0]
    return f"call:{call}" if call else f"contact:{contact}"


def _call(record: CallRecord, herald: Herald) -> Iterator[EventRecord]:
    kind = "call.ended" if record.ended else "call.started" if record.flow else ""
    if kind and herald.wants(kind):
        at = record.ended or record.started
        yield event(kind, record.id, at, f"call:{record.id}", call=record.id, flow=record.flow)


def _step(record: Step, herald: Herald) -> Iterator[EventRecord]:
    if not herald.wants("call.node"):
        return
    phase = "left" if record.left else "entered"
    yield event(
        "call.node",
        f"{record.call}:{record.visit}:{phase}",
        record.left or record.entered,
        f"call:{record.call}",
        call=record.call,
        flow=record.flow,
        data={"visit": record.visit, "phase": phase},
    )


def _contact(record: ContactRecord, herald: Herald) -> Iterator[EventRecord]:
    stream = stream_of(record.id, record.call)
    base: dict[str, Any] = {"call": record.call, "contact": record.id, "group": record.group}
    if record.priority is not None and herald.wants("contact.queued"):
        yield event("contact.queued", record.id, record.arrived, stream, **base)
    if record.answered and record.agent and not record.ended and herald.wants("contact.answered"):
        data = {"agent": record.agent, "shown": dict(herald.shown(record.id))}
        yield event("contact.answered", record.id, record.answered, stream, **base, data=data)
    if record.ended is None:
        return
    if record.disposition == "abandoned" and herald.wants("contact.abandoned"):
        yield event("contact.abandoned", record.id, record.ended, stream, **base)
    if herald.wants("contact.ended"):
        yield event("contact.ended", record.id, record.ended, stream, **base)


def _offer(record: OfferRecord, herald: Herald) -> Iterator[EventRecord]:
    if record.ended is None and herald.wants("contact.offered"):
        yield event(
            "contact.offered",
            f"{record.contact}:{record.agent}:{record.at.isoformat()}",
            record.at,
            stream_of(record.contact),
            contact=record.contact,
            group=record.group,
            data={"agent": record.agent, "shown": dict(herald.shown(record.contact))},
        )


def _agent(record: AgentEventRecord, herald: Herald) -> Iterator[EventRecord]:
    if herald.wants("agent.state"):
        yield event(
            "agent.state",
            f"{record.agent}:{record.at.isoformat()}:{record.state}",
            record.at,
            f"agent:{record.agent}",
            contact=record.contact,
            data={"agent": record.agent, "state": record.state, "reason": record.reason, "by": record.by},
        )


def _recording(record: RecordingRecord, herald: Herald) -> Iterator[EventRecord]:
    if record.ended is not None and herald.wants("recording.ready"):
        yield event(
            "recording.ready",
            record.id,
            record.ended,
            stream_of(record.contact, record.call),
            call=record.call,
            contact=record.contact,
            group=record.group,
            data={"recording": record.id},
        )


def _survey(record: SurveyAnswer, herald: Herald) -> Iterator[EventRecord]:
    if herald.wants("survey.answered"):
        names = ("item", "score", "answer", "recording", "agent")
        yield event(
            "survey.answered",
            f"{record.call}:{record.visit}:{record.item}:{record.at.isoformat()}",
            record.at,
            f"call:{record.call}",
            call=record.call,
            contact=record.contact,
            flow=record.flow,
            group=record.group,
            data={name: getattr(record, name) for name in names},
        )


def _callback(record: CallbackRecord, herald: Herald) -> Iterator[EventRecord]:
    if record.state == "waiting" and not record.attempts and herald.wants("callback.requested"):
        yield event(
            "callback.requested",
            record.id,
            record.asked,
            f"call:{record.call}" if record.call else f"callback:{record.id}",
            call=record.call,
            group=record.group,
            data={"callback": record.id},
        )


_TOLD: Mapping[type[Any], Callable[[Any, Herald], Iterator[EventRecord]]] = {
    CallRecord: _call,
    Step: _step,
    ContactRecord: _contact,
    OfferRecord: _offer,
    AgentEventRecord: _agent,
    RecordingRecord: _recording,
    SurveyAnswer: _survey,
    CallbackRecord: _callback,
}
