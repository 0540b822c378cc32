"""What callers do and hear in flow tests, and what the world around them answers, on the virtual clock."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.flow_tests import messages, only, report

MENU = """
nodes:
  hello: {type: play, prompt: "Welcome to us.", next: main}
  main:
    type: menu
    prompt: ["For bills press one.", "For a person press two."]
    options: {1: bill, 2: person, pound: end}
    outcomes: {exhausted: bye}
  bill: {type: play, goal: told, prompt: "You owe nothing.", next: bye}
  person:
    type: transfer
    extension: "1001"
    ring: 20s
    next: bye
    outcomes: {busy: main, no_answer: bye, refused: bye, failed: bye}
  bye: {type: hangup, prompt: Goodbye.}
"""
ASKS = """
vars: {value: null, account: "7"}
nodes:
  ask:
    type: operation
    http:
      method: POST
      url: "crm:/a/{{ account }}"
      query: {m: "10"}
      json: {n: "{{ account }}"}
      timeout: 3s
      retries: 1
    meanwhile: {after: 1s, prompt: One moment.}
    save: {value: json.value}
    next: said
    outcomes: {error: wrong, timeout: late, 404: none}
  said: {type: play, prompt: "It is {{ value }}.", next: end}
  wrong: {type: play, prompt: Wrong., next: end}
  late: {type: play, prompt: Late., next: end}
  none: {type: play, prompt: None., next: end}
"""


def test_a_caller_acts_half_a_second_after_what_was_heard_to_its_end(tmp_path: Path) -> None:
    outcome = only(tmp_path, MENU, "- {name: a, steps: [{hear: bills}, {press: 1}], expect: {goal: told}}")
    assert outcome.passed
    assert outcome.played is not None
    lines = {line.text: line.at for line in outcome.played.transcript}
    assert lines["1"] == pytest.approx(lines["For a person press two."] + 0.5, abs=0.01)


def test_nobody_takes_time_after_a_pause(tmp_path: Path) -> None:
    outcome = only(tmp_path, MENU, "- {name: a, steps: [{wait: 2s}, hang_up], expect: {end: abandoned}}")
    assert outcome.played is not None
    assert (outcome.played.seconds, outcome.passed) == (2.0, True)


@pytest.mark.parametrize("text", ["welcome to US", "Welcome...to us!", "bills press one. For a"])
def test_spaces_punctuation_and_sentences_do_not_matter_to_hearing(tmp_path: Path, text: str) -> None:
    assert only(tmp_path, MENU, f"- {{name: a, steps: [{{hear: '{text}'}}, hang_up]}}").passed


def test_each_sentence_counts_once(tmp_path: Path) -> None:
    twice = only(tmp_path, MENU, "- {name: a, steps: [{hear: [Welcome, Welcome]}]}")
    assert messages(twice) == [
        "3 “Welcome” was not heard before the call was over (completed, NORMAL_CLEARING)"
    ]


def test_what_was_said_before_a_key_does_not_count_after_it(tmp_path: Path) -> None:
    outcome = only(
        tmp_path, MENU, "- {name: a, steps: [{hear: person press two}, {press: 1}, {hear: Welcome}]}"
    )
    assert outcome.failures[0].hint == "it was heard before, or broken off"


def test_what_a_key_broke_off_was_not_heard(tmp_path: Path) -> None:
    assert not only(tmp_path, MENU, "- {name: a, steps: [{press: 1}, {hear: Welcome}]}").passed


def test_last_words_are_heard(tmp_path: Path) -> None:
    assert only(
        tmp_path, MENU, "- {name: a, steps: [{press: 1}, {hear: Goodbye}, {wait: 1s}, hang_up]}"
    ).passed


def test_who_waits_in_vain_gives_up(tmp_path: Path) -> None:
    case = "- {name: a, steps: [{hear: {text: Goodbye, within: 7s}}], expect: {end: abandoned}}"
    outcome = only(tmp_path, MENU, case)
    assert messages(outcome) == ["3 “Goodbye” was not heard within 7 s"]
    assert outcome.played is not None
    assert outcome.played.seconds == 7.0


def test_steps_that_are_left_fail_unless_they_only_wait(tmp_path: Path) -> None:
    outcome = only(tmp_path, MENU, "- {name: a, steps: [{press: pound}, {wait: 1s}, {press: 1}]}")
    assert messages(outcome) == ["3 1 could not be pressed: the call was over (completed, NORMAL_CLEARING)"]


def test_words_are_recorded(tmp_path: Path) -> None:
    flow = """
    nodes:
      tell:
        type: record
        prompt: Speak.
        silence: 3s
        next: end
        outcomes: {too_short: short, exhausted: end}
      short: {type: play, prompt: Short., next: end}
    """
    told = only(
        tmp_path,
        flow,
        "- {name: a, steps: [{hear: Speak}, {wait: 1s}, {say: The light is out tonight}],"
        " expect: {recordings: 1}}",
    )
    assert told.passed, told.failures
    silent = only(
        tmp_path,
        flow,
        "- {name: a, steps: [{hear: Speak}, {wait: 1s}, {press: 1}], expect: {recordings: 0, heard: Short}}",
    )
    assert silent.passed, silent.failures


# The people -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["busy", "no_answer", "refused", "failed"])
def test_who_is_rung_behaves_as_the_case_says(tmp_path: Path, how: str) -> None:
    case = f"""
    - name: a
      answer: {{1001: {how}}}
      steps: [{{press: 2}}, {{wait: 60s}}]
      expect: {{visits: person={how}, transfer: 1001}}
    """
    outcome = only(tmp_path, MENU, case)
    assert outcome.passed, outcome.failures


def test_a_list_of_behaviours_is_one_call_after_the_other(tmp_path: Path) -> None:
    case = """
    - name: a
      answer: {"*": [busy, {talks: 30s, after: 4s}]}
      steps: [{press: 2}, {hear: Welcome to us}]
    """
    flow = MENU.replace("busy: main", "busy: hello")
    outcome = only(
        tmp_path, flow, case.replace("Welcome to us}]", "Welcome to us}, {press: 2}, {hear: Goodbye}]")
    )
    assert outcome.passed, outcome.failures
    assert outcome.played is not None
    assert outcome.played.rung == ("1001", "1001")
    assert outcome.played.end == "transfer"


def test_who_answers_after_the_ringing_is_over_did_not_answer(tmp_path: Path) -> None:
    case = """
    - name: a
      answer: {1001: {after: 21s}}
      steps: [{press: 2}, {wait: 60s}]
      expect: {visits: person=no_answer}
    """
    assert only(tmp_path, MENU, case).passed


# Other systems ----------------------------------------------------------------------------------------


def test_a_mock_answers_and_the_request_is_seen(tmp_path: Path) -> None:
    case = """
    - name: a
      mock: {POST crm:/a/*: {json: {value: 12.5}}}
      steps: [{hear: It is twelve point five}]
      expect:
        vars: {value: 12.50}
        requests: {POST crm:/a/7: {json: {n: "7"}, query: {m: "10"}, count: 1}}
    """
    outcome = only(tmp_path, ASKS, case)
    assert outcome.passed, outcome.failures
    assert outcome.played is not None
    assert outcome.played.vars["value"] == Decimal("12.5")


def test_the_first_mock_that_fits_counts(tmp_path: Path) -> None:
    case = "- {name: a, mock: {POST crm:/a/7: {json: {value: 1}}, '* *': 404}, expect: {vars: {value: 1}}}"
    assert only(tmp_path, ASKS, case).passed


@pytest.mark.parametrize("url", ["crm:/a/+86 1/2", "crm:/a/%2B86%201%2F2", "crm:/a/%2b86*", "crm:/a/+86*/2"])
def test_a_mock_names_a_request_as_people_read_it_or_as_it_is_sent(tmp_path: Path, url: str) -> None:
    case = f"""
    - name: a
      vars: {{account: "+86 1/2"}}
      mock: {{POST {url}: {{json: {{value: 1}}}}}}
      expect: {{vars: {{value: 1}}, requests: {{POST {url}: 1}}}}
    """
    assert only(tmp_path, ASKS, case).passed


@pytest.mark.parametrize(
    ("account", "shown"), [("+86 王", "+86 王"), ("5*", "5%2A"), ("1\\n2", "1%0A2"), ("50%", "50%25")]
)
def test_a_request_is_told_as_people_read_it_where_that_can_be_written(
    tmp_path: Path, account: str, shown: str
) -> None:
    case = f'- {{name: a, vars: {{account: "{account}"}}, expect: {{visits: wrong}}}}'
    outcome = only(tmp_path, ASKS, case)
    assert outcome.failures[0].hint == f"add `POST crm:/a/{shown}: {{json: …}}` to `mock:`"


def test_who_waits_long_is_kept_company(tmp_path: Path) -> None:
    case = """
    - name: a
      mock: {"* *": {delay: 2.5s, json: {value: 1}}}
      steps: [{hear: {text: One moment, within: 2.5s}}, {hear: It is one}]
    """
    assert only(tmp_path, ASKS, case).passed


@pytest.mark.parametrize(
    ("mock", "outcome", "asked"),
    [
        ("{error: timeout}", "timeout", 2),
        ("{delay: 4s}", "timeout", 2),
        ("{error: refused}", "error", 2),
        ("[{error: refused}, {json: {value: 1}}]", "next", 2),
        ("404", "404", 1),
        ("503", "503", 1),
        ("{text: nonsense}", "error", 1),
    ],
)
def test_systems_fail_in_every_way(tmp_path: Path, mock: str, outcome: str, asked: int) -> None:
    case = f"""
    - name: a
      mock: {{"* *": {mock}}}
      expect: {{visits: ask={outcome}, requests: {{"* *": {asked}}}}}
    """
    found = only(tmp_path, ASKS, case)
    assert found.passed, found.failures


def test_a_request_without_a_mock_fails_the_case(tmp_path: Path) -> None:
    outcome = only(tmp_path, ASKS, "- {name: a, expect: {visits: wrong}}")
    assert messages(outcome) == ["3 POST crm:/a/7 was asked for, and no mock answers it"]
    assert outcome.failures[0].hint == "add `POST crm:/a/7: {json: …}` to `mock:`"


def test_python_operations_are_mocked_and_never_run(tmp_path: Path) -> None:
    flow = """
    vars: {who: null}
    nodes:
      look:
        type: operation
        python: find
        with: {number: call.ani}
        save: {who: json.name}
        next: end
        outcomes: {error: end}
    """
    case = """
    - name: a
      caller: {number: 138}
      mock: {python find: {result: {name: Li}, delay: 2s}}
      expect: {vars: {who: Li}, requests: {python find: {with: {number: "138"}}}, lasts: 2s}
    """
    outcome = only(tmp_path, flow, case)
    assert outcome.passed, outcome.failures
    assert messages(only(tmp_path, flow, "- {name: a, expect: {end: completed}}")) == [
        "3 python find was asked for, and no mock answers it"
    ]
    failing = "- {name: a, mock: {python find: {error: no such customer}}, expect: {visits: look=error}}"
    assert only(tmp_path, flow, failing).passed


def test_calendars_variables_and_the_hour_are_the_cases(tmp_path: Path) -> None:
    flow = """
    languages: [en-US]
    vars: {n: 1}
    calendars: {office: {timezone: Asia/Shanghai, mon-fri: "09:00-17:00"}}
    nodes:
      when: {type: hours, calendar: office, open: say, closed: end}
      say: {type: play, prompt: "{{ n }} at {{ now | time }}.", next: end}
    """
    assert only(tmp_path, flow, "- {name: a, vars: {n: 5}, steps: [{hear: five at ten}]}").passed
    assert only(
        tmp_path, flow, '- {name: a, caller: {at: "2026-11-23 08:59"}, expect: {visits: when=closed}}'
    ).passed
    assert only(
        tmp_path, flow, "- {name: a, calendars: {office: closed}, expect: {visits: when=closed}}"
    ).passed


def test_words_choose_among_cases(tmp_path: Path) -> None:
    cases = (
        "- {name: silence, steps: [{wait: 1s}, hang_up]}\n- {name: a Bill, steps: [{press: 1}, {hear: owe}]}"
    )
    found = report(tmp_path, MENU, cases, pick="bill t")
    assert [outcome.case.name for outcome in found.outcomes] == ["a Bill"]


def test_testing_stops_early_when_asked(tmp_path: Path) -> None:
    cases = "- {name: one, expect: {end: failed}}\n- {name: two, expect: {end: failed}}"
    assert len(report(tmp_path, MENU, cases).outcomes) == 2
    assert len(report(tmp_path, MENU, cases, stop_early=True).outcomes) == 1


@pytest.mark.parametrize("step", ["hang_up", "hangup", "{hangup: }"])
def test_hanging_up_has_two_spellings(tmp_path: Path, step: str) -> None:
    case = f"- {{name: a, steps: [{{wait: 2s}}, {step}], expect: {{end: abandoned}}}}"
    assert only(tmp_path, MENU, case).passed
