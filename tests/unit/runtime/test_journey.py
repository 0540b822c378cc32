"""What is told of a call, and the records that are kept of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.flow.scripted import HangUp, Press
from ivr.runtime.journey import CallMeasured, Journey, JourneyEvent, NodeEntered
from ivr.runtime.recorder import node_of, record_of, recorder
from ivr.settings import Switch
from ivr.store.records import CallRecord, Record, Step
from tests.calls import walk

FLOW = """
    nodes:
      m: {type: menu, prompt: M., options: {1: tell}, outcomes: {exhausted: end}}
      tell: {type: play, goal: told, prompt: Ten., next: m}
    """


def test_a_journey_becomes_one_record_for_each_event() -> None:
    result = walk(FLOW, Press("1"), HangUp("ORIGINATOR_CANCEL"), ani="13800000000", dnis="95598")
    records = [record_of(event, "fs1") for event in result.events]
    assert isinstance(records[0], CallRecord)
    assert (records[0].flow, records[0].ani, records[0].dnis, records[0].node) == (
        "t",
        "13800000000",
        "95598",
        "fs1",
    )
    assert records[0].version == result.engine.flows["t"].version
    steps = [record for record in records if isinstance(record, Step)]
    assert [(step.visit, step.node, step.outcome, step.input) for step in steps[:2]] == [
        (1, "m", "", ""),
        (1, "m", "1", "1"),
    ]
    assert steps[0].left is None
    assert steps[1].left is not None
    assert steps[1].left >= steps[1].entered
    last = records[-1]
    assert isinstance(last, CallRecord)
    assert (last.end, last.hangup_cause, last.answered) == (
        "abandoned",
        "ORIGINATOR_CANCEL",
        result.finished.answered,
    )
    assert last.started == records[0].started


def test_the_language_is_told_with_each_node() -> None:
    flow = """
        languages: [zh-CN, en-US]
        nodes:
          first: {type: play, prompt: {zh-CN: 好, en-US: Good}, next: change}
          change: {type: language, to: en-US, next: last}
          last: {type: play, prompt: {zh-CN: 再见, en-US: Bye}, next: end}
        """
    told = [(event.node, event.language) for event in walk(flow).events if isinstance(event, NodeEntered)]
    assert told == [("first", "zh-CN"), ("change", "zh-CN"), ("last", "en-US")]


def test_what_was_measured_goes_to_the_record_of_its_call() -> None:
    started = datetime(2026, 11, 23, tzinfo=UTC)
    record = record_of(CallMeasured("c1", started, 4.4, 12.5, 1.0), "fs1")
    assert record == CallRecord("c1", started, node="fs1", mos=4.4, jitter_ms=12.5, loss_percent=1.0)


@pytest.mark.parametrize(
    ("host", "port", "node"),
    [
        ("127.0.0.1", 8021, "pbx"),
        ("localhost", 8021, "pbx"),
        ("::1", 8022, "pbx:8022"),
        ("fs1.example", 8021, "fs1.example"),
        ("10.0.0.5", 8022, "10.0.0.5:8022"),
    ],
)
def test_a_switch_on_this_machine_has_the_machines_name_in_records(
    host: str, port: int, node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.node", lambda: "pbx")
    assert node_of(Switch(host=host, port=port)) == node


def test_a_recorder_hands_on_each_event_once() -> None:
    kept: list[Record] = []
    result = walk(FLOW, HangUp())
    listen = recorder(kept.append, "fs1")
    for event in result.events:
        listen(event)
    assert len(kept) == len(result.events)


def test_every_listener_is_told_though_another_fails() -> None:
    told: list[JourneyEvent] = []

    def fail(_event: JourneyEvent) -> None:
        raise OSError("the disk is full")

    journey = Journey(fail, told.append)
    for event in walk(FLOW, HangUp()).events:
        journey.tell(event)
    assert len(told) == journey.failures == 4
