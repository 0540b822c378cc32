"""From a call's journey to the records that are kept of it."""

from __future__ import annotations

import platform
from collections.abc import Callable

from ivr.addresses import loopback
from ivr.runtime.journey import (
    CallDialled,
    CallFinished,
    CallMeasured,
    CallStarted,
    CallUnreached,
    JourneyEvent,
    Listener,
    NodeEntered,
    NodeLeft,
)
from ivr.settings import Switch
from ivr.store.records import CallRecord, Record, Step
from ivr.store.records.calls import OUT, UNREACHED

USUAL_PORT = 8021


def node_of(switch: Switch) -> str:
    """The name of a FreeSWITCH in records: its host, for one on this machine this machine's name, as every
    machine has a 127.0.0.1; and the port, where it is not the usual one."""
    host = platform.node() or switch.host if loopback(switch.host) else switch.host
    return host if switch.port == USUAL_PORT else f"{host}:{switch.port}"


def recorder(put: Callable[[Record], None], node: str = "") -> Listener:
    """A listener that hands a journey's records to `put`; `node` names the FreeSWITCH of the calls."""

    def listen(event: JourneyEvent) -> None:
        put(record_of(event, node))

    return listen


def record_of(event: JourneyEvent, node: str = "") -> Record:
    """The record that keeps a journey event."""
    match event:
        case CallDialled():
            return CallRecord(
                id=event.call,
                started=event.at,
                flow=event.flow,
                version=event.version,
                ani=event.ani,
                dnis=event.dnis,
                language=event.language,
                node=node,
                direction=OUT,
            )
        case CallUnreached():
            return CallRecord(
                id=event.call,
                started=event.started,
                ended=event.at,
                hangup_cause=event.cause,
                end=UNREACHED,
                node=node,
                direction=OUT,
            )
        case CallStarted():
            return CallRecord(
                id=event.call,
                started=event.at,
                flow=event.flow,
                version=event.version,
                ani=event.ani,
                dnis=event.dnis,
                caller_name=event.caller_name,
                language=event.language,
                node=node,
            )
        case CallFinished():
            return CallRecord(
                id=event.call,
                started=event.started,
                language=event.language,
                answered=event.answered,
                ended=event.at,
                hangup_cause=event.cause,
                end=event.end,
                goals=event.goals,
                node=node,
            )
        case CallMeasured():
            return CallRecord(
                id=event.call,
                started=event.started,
                node=node,
                mos=event.mos,
                jitter_ms=event.jitter_ms,
                loss_percent=event.loss_percent,
            )
        case NodeEntered():
            return Step(event.call, event.visit, event.flow, event.node, event.type, event.at)
        case NodeLeft():
            return Step(
                event.call,
                event.visit,
                event.flow,
                event.node,
                event.type,
                event.entered,
                event.at,
                event.outcome,
                event.input,
                event.detail,
            )
