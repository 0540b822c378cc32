"""Nodes that only decide or compute: branch, hours, language, play, set, split, hangup, reject."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.flow.scripted import Pause, Press, ScriptedCall
from ivr.runtime.engine import Engine
from ivr.runtime.journey import Journey, NodeLeft
from tests.calls import Services, load, walk


def test_the_first_case_that_is_true_is_taken() -> None:
    flow = """
        vars: {n: N}
        nodes:
          b: {type: branch, cases: [{when: n > 5, next: large}, {when: n > 2, next: middle}], else: small}
          large: {type: play, prompt: Large., next: end}
          middle: {type: play, prompt: Middle., next: end}
          small: {type: play, prompt: Small., next: end}
        """
    walks = [walk(flow.replace("N}", f"{n}}}")) for n in (9, 3, 1)]
    assert [one.heard for one in walks] == [["Large."], ["Middle."], ["Small."]]
    assert [one.path[0] for one in walks] == ["b:case 1", "b:case 2", "b:else"]


def test_variables_are_set_one_after_the_other() -> None:
    result = walk("vars: {a: 1, b: null}\nnodes: {s: {type: set, vars: {a: a + 1, b: a * 10}, next: end}}")
    assert result.variables == {"a": 2, "b": 20}


HOURS = """
    calendars: {office: {timezone: Asia/Shanghai, mon-fri: "08:30-18:00", holidays: CN}}
    nodes:
      h: {type: hours, calendar: office, open: o, closed: c, holiday: h2}
      o: {type: play, prompt: Open., next: end}
      c: {type: play, prompt: Closed., next: end}
      h2: {type: play, prompt: Holiday., next: end}
    """


@pytest.mark.parametrize(
    ("at", "heard", "outcome"),
    [
        (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), "Open.", "open"),
        (datetime(2026, 11, 23, 11, 0, tzinfo=UTC), "Closed.", "closed"),
        (datetime(2026, 10, 1, 2, 0, tzinfo=UTC), "Holiday.", "holiday"),
    ],
)
def test_hours_ask_the_calendar_in_its_own_zone(at: datetime, heard: str, outcome: str) -> None:
    result = walk(HOURS, started=at)
    assert (result.heard, result.path[0]) == ([heard], f"h:{outcome}")
    assert ("holiday" in result.left[0].detail) == (outcome == "holiday")


def test_an_admins_hand_wins_over_the_calendar() -> None:
    at = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    assert walk(HOURS, started=at, services=Services(overrides={"office": "open"})).heard == ["Open."]


def test_a_holiday_without_a_way_of_its_own_is_closed() -> None:
    flow = HOURS.replace(", holiday: h2", "").replace("h2:", "unused:")
    assert walk(flow, started=datetime(2026, 10, 1, 2, 0, tzinfo=UTC)).heard == ["Closed."]


def test_expressions_ask_a_calendar_too() -> None:
    flow = """
        calendars: {office: {timezone: UTC, daily: 24h}}
        nodes:
          b: {type: branch, cases: [{when: open('office'), next: o}], else: end}
          o: {type: play, prompt: O., next: end}
        """
    assert walk(flow).heard == ["O."]


def test_a_language_changes_words_numbers_and_dates() -> None:
    flow = """
        languages: [zh-CN, en-US]
        vars: {n: 12.5}
        nodes:
          a: {type: play, prompt: {zh-CN: "{{ n }}", en-US: "{{ n }}"}, next: l}
          l: {type: language, to: en-US, next: b}
          b: {type: play, prompt: {zh-CN: "{{ n }}", en-US: "{{ n }}"}, next: end}
        """
    result = walk(flow)
    assert result.heard == ["十二点五", "twelve point five"]
    assert result.left[1].detail == {"was": "zh-CN", "language": "en-US"}


def test_the_same_caller_meets_the_same_branch() -> None:
    flow = """
        nodes:
          s: {type: split, branches: {a: {percent: 30, next: end}, b: {percent: 70, next: end}}}
        """
    paths = {
        number: {walk(flow, ani=number).path[0] for _ in range(3)} for number in ("1001", "1002", "1003")
    }
    assert all(len(met) == 1 for met in paths.values())


def test_a_sliver_that_the_shares_leave_goes_to_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.nodes.split._point", lambda *_parts: 99.9999)
    thirds = ", ".join(f"{name}: {{percent: 33.331, next: end}}" for name in "abc")
    flow = f"nodes: {{s: {{type: split, branches: {{{thirds}}}}}}}"
    assert walk(flow).path == ["s:c"]


def test_callers_are_shared_out_by_percent() -> None:
    flows = load(
        "nodes: {s: {type: split, branches: {a: {percent: 30, next: end}, b: {percent: 70, next: end}}}}"
    )
    met: list[str] = []
    journey = Journey(lambda event: met.append(event.outcome) if isinstance(event, NodeLeft) else None)
    for number in range(2000):
        Engine(ScriptedCall(ani=f"138{number:08}"), flows, "t", Services(), journey).run()
    assert met.count("a") / len(met) == pytest.approx(0.3, abs=0.03)


def test_a_prompt_that_cannot_be_stopped_is_heard_to_its_end() -> None:
    flow = """
        nodes:
          a: {type: play, prompt: [One., {pause: 5s}], barge_in: BARGE, next: b}
          b: {type: play, prompt: Two., barge_in: none, next: end}
        """
    assert walk(flow.replace("BARGE", "none"), Pause(1), Press("1")).at("Two.") > 5
    result = walk(flow.replace("BARGE", "any"), Pause(1), Press("1"))
    assert result.at("Two.") == 1.0
    assert result.left[0].detail == {"barged_in": True}


def test_last_words_are_said_before_the_end() -> None:
    result = walk("nodes: {h: {type: hangup, prompt: Goodbye., cause: USER_BUSY}}")
    assert [line.text for line in result.call.transcript] == ["Goodbye.", "hangs up: USER_BUSY"]


def test_a_call_is_refused_with_its_cause() -> None:
    result = walk("nodes: {r: {type: reject, cause: UNALLOCATED_NUMBER}}")
    assert (result.end.how, result.call.cause, result.call.answered) == (
        "rejected",
        "UNALLOCATED_NUMBER",
        False,
    )


# Telling others ---------------------------------------------------------------------------------------

NOTIFY = """
    vars: {order: A7, amount: 12.50}
    nodes:
      n:
        type: notify
        event: order.placed
        data: {order: order, cents: amount * 100, at: now, of: call.id}
        next: p
      p: {type: play, prompt: Done., next: end}
    """


def test_others_are_told_what_the_flow_knows() -> None:
    services = Services()
    result = walk(NOTIFY, services=services, started=datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    (told,) = services.notified
    assert (told.event, told.flow, told.node, told.key) == ("order.placed", "t", "n", f"{told.call}:1")
    assert told.values == {"order": "A7", "cents": 1250.0, "at": "2026-11-23T02:00:00+00:00", "of": told.call}
    assert result.heard == ["Done."]
    assert result.left[0].detail["event"] == "order.placed"


def test_an_event_without_a_name_has_one() -> None:
    services = Services()
    walk("nodes: {n: {type: notify, next: end}}", services=services)
    assert [(told.event, told.values) for told in services.notified] == [("flow.notify", {})]


def test_values_that_are_too_long_are_not_told_by_halves() -> None:
    services = Services()
    flow = "vars: {x: TEXT}\nnodes: {n: {type: notify, data: {x: x}, next: end, outcomes: {error: end}}}"
    result = walk(flow.replace("TEXT", "y" * 4000), services=services)
    assert services.notified == []
    assert result.path == ["n:error"]


def test_what_was_typed_in_confidence_is_told_to_nobody() -> None:
    flow = """
        vars: {pin: null, note: null}
        defaults: {outcomes: {exhausted: end, error: end}}
        nodes:
          pin: {type: collect, prompt: Pin., into: pin, digits: {length: 4}, sensitive: true, next: made}
          made: {type: set, vars: {note: "'it is ' + pin"}, next: told}
          told: {type: notify, data: {note: note}, next: end}
        """
    services = Services()
    walk(flow, Pause(1), Press("4711"), services=services)
    assert [told.values for told in services.notified] == [{"note": "it is ••••"}]
