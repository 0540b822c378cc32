"""Metrics: what a call leaves behind, within bounds, and the same text however small the pieces."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client import Counter, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from ivr.esl.quality import Quality
from ivr.esl.wire import Event
from ivr.ops.bounded import OTHER, PORTION, Bounded
from ivr.ops.metrics import SAMPLED, Metrics
from ivr.ops.render import PIECE, render
from ivr.runtime.worker import MARK
from tests.unit.ops.journeys import finished, left, started, whole

LABELS = ("flow", "node")
HANGUP = (Path(__file__).parent / "hangups/lossy.txt").read_text()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(now=lambda: 1795303393.0)


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"ivory_{name}", labels)


def test_a_call_is_counted_from_its_start_to_its_end(metrics: Metrics) -> None:
    for event in whole():
        metrics.told(event)
    assert value(metrics, "calls_started_total", flow="hotline") == 1
    assert value(metrics, "calls_total", end="completed") == 1
    assert value(metrics, "call_seconds_sum", end="completed") == 9
    assert value(metrics, "node_seconds_sum", flow="hotline", type="menu") == 2
    assert value(metrics, "node_outcomes_total", flow="hotline", node="main", outcome="1") == 1


def test_no_label_holds_anything_of_the_caller(metrics: Metrics) -> None:
    for event in (started(ani="13912345678"), left(heard="6222020000001234"), finished()):
        metrics.told(event)
    text = generate_latest(metrics.registry).decode()
    for secret in ("13912345678", "6222020000001234", "王小明", "c1"):
        assert secret not in text


def test_statuses_of_other_systems_are_counted_by_their_class(metrics: Metrics) -> None:
    for status in ("404", "409", "next"):
        metrics.told(left(outcome=status, kind="operation"))
    assert value(metrics, "node_outcomes_total", flow="hotline", node="main", outcome="4xx") == 2
    assert value(metrics, "node_outcomes_total", flow="hotline", node="main", outcome="next") == 1


def test_series_beyond_the_bound_are_one(metrics: Metrics) -> None:
    few = Bounded(Counter("ivory_test", "A test.", LABELS, registry=None), LABELS, 2, metrics.registry)
    for number in range(5):
        few.at("flow", f"n{number}").inc()
    few.at("flow", "n0").inc()
    assert value(metrics, "test_total", flow="flow", node="n0") == 2
    assert value(metrics, "test_total", flow=OTHER, node=OTHER) == 3
    assert len(few._series) == 3


def test_how_well_a_caller_was_heard_comes_from_the_last_event_of_a_call(metrics: Metrics) -> None:
    event = Event.parse(f"{HANGUP}variable_{MARK}: hotline\n\n".encode())
    assert event is not None
    metrics.event(event)
    assert value(metrics, "rtp_mos_sum") == 4.2
    assert value(metrics, "rtp_loss_ratio_sum") == 0.05
    assert value(metrics, "rtp_jitter_seconds_sum") == pytest.approx(0.00581)


def test_a_leg_that_is_no_call_of_ours_is_not_judged(metrics: Metrics) -> None:
    event = Event.parse(f"{HANGUP}\n".encode())
    assert event is not None
    metrics.event(event)
    assert value(metrics, "rtp_mos_count") == 0


def test_a_caller_of_whom_nothing_was_heard_is_counted_and_not_judged(metrics: Metrics) -> None:
    metrics.heard(Quality(0, 4.5, 0.0, 0.0, 0))
    metrics.heard(Quality(10, 4.5, 0.0, 0.0, 0))
    assert value(metrics, "rtp_silent_calls_total") == 1
    assert value(metrics, "rtp_mos_count") == 0


@pytest.mark.parametrize(("stamp", "count"), [("1795303392500000", 1), ("", 0), ("soon", 0), ("-5", 0)])
def test_the_age_of_some_events_is_measured(metrics: Metrics, stamp: str, count: int) -> None:
    event = Event.parse(f"Event-Name: DTMF\nEvent-Date-Timestamp: {stamp}\n\n".encode())
    assert event is not None
    handled: list[Event] = []
    take = metrics.tap(handled.append)
    for _ in range(SAMPLED):
        take(event)
    assert len(handled) == SAMPLED
    assert value(metrics, "esl_event_delay_seconds_count") == count
    assert value(metrics, "esl_event_delay_seconds_sum") == pytest.approx(0.5 * count)


def samples(text: bytes) -> list[object]:
    return [sample for family in text_string_to_metric_families(text.decode()) for sample in family.samples]


def test_metrics_in_pieces_are_the_same_text(metrics: Metrics) -> None:
    for number in range(2 * PIECE):
        metrics.told(started(flow=f"flow {number}"))
        metrics.told(left(node=f'n"{number}\n'))
    breaths: list[None] = []
    text = render(metrics.registry, lambda: breaths.append(None))
    assert samples(text) == samples(generate_latest(metrics.registry))
    assert text.count(b"# TYPE ivory_node_seconds ") == 1
    assert len(breaths) > 2 * PIECE / PORTION
