"""What is told of a call, and the records that are kept of it."""

from __future__ import annotations

from ivr.flow.scripted import HangUp, Press
from ivr.runtime.journey import Journey, JourneyEvent
from ivr.runtime.recorder import record_of, recorder
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
