"""Journeys of calls, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ivr.runtime.journey import CallFinished, CallStarted, JourneyEvent, NodeEntered, NodeLeft

START = datetime(2026, 11, 23, 10, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def started(call: str = "c1", ani: str = "13800001234", flow: str = "hotline") -> CallStarted:
    return CallStarted(call, flow, "v1", ani, "95598", "王小明", "zh-CN", START)


def entered(
    call: str = "c1", node: str = "main", at: float = 1, visit: int = 1, language: str = "zh-CN"
) -> NodeEntered:
    return NodeEntered(call, visit, "hotline", node, "menu", after(at), language)


def left(
    call: str = "c1",
    node: str = "main",
    outcome: str = "1",
    at: float = 3,
    heard: str = "",
    kind: str = "menu",
) -> NodeLeft:
    return NodeLeft(call, 1, "hotline", node, kind, after(1), after(at), outcome, heard)


def finished(call: str = "c1", end: str = "completed", at: float = 9) -> CallFinished:
    return CallFinished(call, START, end, "NORMAL_CLEARING", "en-US", START, (), after(at))


def whole(call: str = "c1") -> Iterator[JourneyEvent]:
    yield from (started(call), entered(call), left(call, heard="1"), finished(call))
