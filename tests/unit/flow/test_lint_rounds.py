"""Circles: which surely never end, which only others can end, and which are right."""

from __future__ import annotations

import pytest

from ivr.flow.lint.circles import knots
from tests.calls import findings


def told(*lines: str, head: str = "defaults: {outcomes: {error: bye}}") -> list[tuple[str, str]]:
    """Code and message about circles of a flow of these nodes; `bye` ends the call."""
    nodes = "".join(f"  {line}\n" for line in lines)
    text = f"vars: {{n: 0, ready: false}}\n{head}\nnodes:\n{nodes}  bye: {{type: hangup}}\n"
    return [(one.code, one.message) for one in findings(text) if one.code in ("F217", "F229")]


def codes(*lines: str) -> list[str]:
    return [code for code, _ in told(*lines)]


def test_a_decision_that_nothing_in_the_circle_changes_is_taken_for_ever() -> None:
    ((code, message),) = told(
        "check: {type: branch, cases: [{when: ready, next: bye}], else: wait}",
        "wait: {type: play, prompt: Please wait., next: check}",
    )
    assert code == "F217"
    assert 'changes what "check" decides by' in message


@pytest.mark.parametrize(
    "between",
    [
        "wait: {type: set, vars: {ready: true}, next: check}",
        "wait: {type: set, vars: {n: n + 1, ready: n > 3}, next: check}",
    ],
)
def test_a_decision_that_the_circle_itself_changes_is_right(between: str) -> None:
    assert codes("check: {type: branch, cases: [{when: ready, next: bye}], else: wait}", between) == []


@pytest.mark.parametrize("when", ["call.attempt > 3", "call['attempt'] > 3"])
def test_the_attempt_counts_rounds_by_itself(when: str) -> None:
    branch = f'check: {{type: branch, cases: [{{when: "{when}", next: bye}}], else: wait}}'
    assert "F217" not in codes(branch, "wait: {type: play, prompt: Wait., next: check}")


def test_what_the_clock_may_change_is_a_warning_only() -> None:
    branch = "check: {type: branch, cases: [{when: now.hour > 8, next: bye}], else: wait}"
    assert codes(branch, "wait: {type: play, prompt: Wait., next: check}") == ["F229"]


def test_every_way_within_the_circle_is_no_way_out() -> None:
    nodes = (
        "look: {type: operation, http: {url: crm:/x}, next: one, outcomes: {error: two, timeout: one}}",
        "one: {type: play, prompt: One., next: look}",
        "two: {type: play, prompt: Two., next: look}",
    )
    assert [code for code, _ in told(*nodes, head="")] == ["F217"]


def test_who_leads_into_a_circle_is_not_part_of_it() -> None:
    ((_, message),) = told(
        "hello: {type: play, prompt: Hello., next: one}",
        "one: {type: play, prompt: One., next: two}",
        "two: {type: play, prompt: Two., next: one}",
    )
    assert message.startswith("one → two → one never ends")


def test_an_operation_that_is_tried_again_without_counting_is_a_warning() -> None:
    assert codes(
        "look: {type: operation, http: {url: crm:/x}, next: bye, outcomes: {error: sorry}}",
        "sorry: {type: play, prompt: Again., next: look}",
    ) == ["F229"]


def test_an_operation_that_is_tried_again_three_times_is_right() -> None:
    assert (
        codes(
            "look: {type: operation, http: {url: crm:/x}, next: bye, outcomes: {error: count}}",
            "count: {type: set, vars: {n: n + 1}, next: enough}",
            "enough: {type: branch, cases: [{when: n < 3, next: look}], else: bye}",
        )
        == []
    )


def test_polling_that_decides_by_the_answer_only_is_a_warning() -> None:
    assert codes(
        "look: {type: operation, http: {url: crm:/x}, save: {ready: json.ready}, next: check}",
        "check: {type: branch, cases: [{when: ready, next: bye}], else: wait}",
        "wait: {type: play, prompt: One moment., next: look}",
    ) == ["F229"]


def test_a_silent_caller_must_get_out_of_a_menu() -> None:
    ((code, message),) = told(
        "main: {type: menu, prompt: Press 1., options: {1: bye}, outcomes: {exhausted: repeat}}"
    )
    assert code == "F229"
    assert "says nothing" in message
    assert codes("main: {type: menu, prompt: Press 1., options: {1: main}, outcomes: {exhausted: bye}}") == []


def test_a_busy_extension_that_is_rung_at_once_again_is_a_warning() -> None:
    head = "defaults: {outcomes: {error: desk}}"
    nodes = "desk: {type: transfer, extension: '1001', next: bye}"
    assert [code for code, _ in told(nodes, head=head)] == ["F229"]
    asked = (
        "desk: {type: transfer, extension: '1001', next: bye, outcomes: {error: ask}}",
        "ask: {type: menu, prompt: To try again press 1., options: {1: desk}, outcomes: {exhausted: bye}}",
    )
    assert codes(*asked) == []


def test_recording_anew_is_the_callers_own_wish() -> None:
    nodes = (
        "speak: {type: record, next: bye, outcomes: {too_short: bye, exhausted: desk}}",
        "desk: {type: transfer, extension: '1001', next: bye, outcomes: {error: speak}}",
    )
    assert codes(*nodes) == []


def test_two_circles_that_share_a_node_are_told_once() -> None:
    assert codes(
        "a: {type: branch, cases: [{when: ready, next: b}], else: c}",
        "b: {type: play, prompt: B., next: a}",
        "c: {type: play, prompt: C., next: a}",
    ) == ["F217"]


@pytest.mark.parametrize(
    ("leads_to", "found"),
    [
        ({}, []),
        ({"a": ["b"], "b": []}, []),
        ({"a": ["a"]}, [{"a"}]),
        ({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"]}, [{"c", "d"}, {"a", "b"}]),
        ({"a": ["b", "nowhere"], "b": ["c"], "c": ["a", "b"]}, [{"a", "b", "c"}]),
    ],
)
def test_knots_are_all_that_lead_to_each_other(leads_to: dict[str, list[str]], found: list[set[str]]) -> None:
    assert sorted(knots(leads_to), key=min) == sorted(found, key=min)


def test_a_knot_of_ten_thousand_needs_no_recursion() -> None:
    ring = {str(number): [str((number + 1) % 10_000)] for number in range(10_000)}
    assert [len(knot) for knot in knots(ring)] == [10_000]


# `repeat` where nobody is asked -------------------------------------------------------------------------

MENU = "main: {type: menu, prompt: P., options: {1: a}, outcomes: {exhausted: bye}}"


def hints(*lines: str, head: str = "defaults: {outcomes: {error: bye}}") -> list[tuple[str, int, str]]:
    nodes = "".join(f"  {line}\n" for line in lines)
    text = f"vars: {{n: 0, ready: false}}\n{head}\nnodes:\n{nodes}  bye: {{type: hangup}}\n"
    return [(one.code, one.place.line, one.hint) for one in findings(text) if one.code in ("F217", "F229")]


@pytest.mark.parametrize(
    ("node", "code"),
    [
        ("{type: play, prompt: A., next: repeat}", "F217"),
        ("{type: branch, cases: [{when: ready, next: bye}], else: repeat}", "F217"),
        ("{type: branch, cases: [{when: now.hour > 3, next: bye}], else: repeat}", "F229"),
        ("{type: operation, http: {url: crm:/x}, next: bye, outcomes: {timeout: repeat}}", "F229"),
        ("{type: set, vars: {n: n + 1}, next: bye, outcomes: {error: repeat}}", "F229"),
    ],
)
def test_repeat_where_nobody_is_asked_names_the_menu_before_it(node: str, code: str) -> None:
    assert hints(MENU, f"a: {node}") == [(code, 5, "write `main`, where callers are asked")]


def test_the_nearest_menu_is_named() -> None:
    ((_, _, hint),) = hints(
        MENU,
        "a: {type: menu, prompt: Q., options: {1: b}, outcomes: {exhausted: bye}}",
        "b: {type: play, prompt: B., next: c}",
        "c: {type: play, prompt: C., next: repeat}",
    )
    assert hint == "write `a`, where callers are asked"


def test_repeat_without_any_menu_still_has_a_way_out() -> None:
    assert hints("a: {type: play, prompt: A., next: repeat}") == [
        ("F217", 4, "name the menu that asks callers again")
    ]


def test_a_menu_may_repeat_itself_and_a_branch_that_counts_may_too() -> None:
    counts = "{type: branch, cases: [{when: call.attempt > 3, next: bye}], else: repeat}"
    menu = "{type: menu, prompt: P., options: {1: a, 2: repeat}, outcomes: {exhausted: bye}}"
    assert hints(f"main: {menu}", f"a: {counts}") == []


def test_repeat_as_everybodys_failure_is_told_once() -> None:
    sets = [f"{name}: {{type: set, vars: {{n: n + 1}}, next: {after}}}" for name, after in ("ab", "bc")]
    looks = "c: {type: operation, http: {url: crm:/x}, next: bye, outcomes: {timeout: bye, interrupted: bye}}"
    head = "defaults: {outcomes: {error: repeat}}"
    assert hints(MENU, *sets, looks, head=head) == [("F229", 2, "write `main`, where callers are asked")]
