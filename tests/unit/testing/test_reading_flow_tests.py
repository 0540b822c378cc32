"""Files of flow tests: every mistake has a code, a place and a way out; short forms mean the long ones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.flow.script import HangUp, Hear, Pause, Press, Speak
from ivr.testing import files, files_of, reading
from ivr.testing.case import Case
from ivr.testing.codes import CODES
from tests.calls import load
from tests.flow_tests import HEAD, findings

FLOW = """
languages: [zh-CN, en-US]
numbers: ["95598"]
vars: {amount: null}
calendars: {office: {timezone: Asia/Shanghai, mon-fri: "09:00-17:00"}}
nodes:
  main:
    type: menu
    prompt: {zh-CN: 请按1。, en-US: Press one.}
    options: {1: bye}
    outcomes: {exhausted: bye}
  bye: {type: hangup, goal: told, prompt: {zh-CN: 再见。, en-US: Bye.}}
"""
FLOWS = load(FLOW)


def cases(text: str) -> list[Case]:
    found, wrong = reading.parse(text.encode(), "t.yaml", FLOWS)
    assert not wrong, wrong
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- a\n", ["1:1 T100"]),
        ("flow: t\n", ["1:1 T100"]),
        ("flow: tt\ncases: []\n", ["1:7 T108"]),
        (HEAD + "  - {name: a, steps: [jump]}\n", ["3:23 T101"]),
        (HEAD + "  - {name: a, steps: [{pres: 1}]}\n", ["3:23 T101"]),
        (HEAD + "  - {name: a, steps: [{press: 1, hear: x}]}\n", ["3:23 T101"]),
        (HEAD + "  - {name: a, steps: [{press: 1x}]}\n", ["3:31 F111"]),
        (HEAD + "  - {name: a, steps: [{hear: '…'}]}\n", ["3:23 T102"]),
        (HEAD + "  - {name: a, steps: [{wait: 5}]}\n", ["3:30 F110"]),
        (HEAD + "  - {name: a, steps: [hang_up], caller: {at: tomorrow}}\n", ["3:46 T103"]),
        (HEAD + "  - {name: a, steps: [hang_up], caller: {colour: red}}\n", ["3:42 F104"]),
        (HEAD + "  - {name: a, steps: [hang_up], mock: {crm: 200}}\n", ["3:40 T104"]),
        (HEAD + "  - {name: a, steps: [hang_up], mock: {python x: {status: 200}}}\n", ["3:51 T105"]),
        (HEAD + "  - {name: a, steps: [hang_up], mock: {GET x: {error: slow}}}\n", ["3:48 T105"]),
        (HEAD + "  - {name: a, steps: [hang_up], mock: {GET x: 99}}\n", ["3:47 F103"]),
        (HEAD + "  - {name: a, steps: [hang_up], answer: {1: away}}\n", ["3:45 F103"]),
        (HEAD + "  - {name: a, steps: [hang_up]}\n  - {name: a, steps: [hang_up]}\n", ["4:12 T106"]),
        (HEAD + "  - {name: a, each: [{k: 1}], steps: [{press: '{{ n }}'}]}\n", ["3:47 T107"]),
        (HEAD + "  - {name: a, each: 3, steps: [hang_up]}\n", ["3:15 F103"]),
        (HEAD + "  - {name: a, expect: {visits: nowhere}}\n", ["3:32 T109"]),
        (HEAD + "  - {name: a, expect: {journey: [main, …, by]}}\n", ["3:43 T109"]),
        (HEAD + "  - {name: a, expect: {goal: bought}}\n", ["3:30 T110"]),
        (HEAD + "  - {name: a, expect: {vars: {total: 1}}}\n", ["3:31 T111"]),
        (HEAD + "  - {name: a, expect: {language: de-DE}}\n", ["3:34 T112"]),
        (HEAD + "  - {name: a, calendars: {ofice: open}, steps: [hang_up]}\n", ["3:27 T113"]),
        (HEAD + "  - {name: a, queues: {billing: full}, steps: [hang_up]}\n", ["3:24 T114"]),
        (HEAD + "  - {name: a, queues: {'*': {sends: x}}, steps: [hang_up]}\n", ["3:37 T115"]),
        (HEAD + "  - {name: a, expect: {end: lost}}\n", ["3:29 F103"]),
        (HEAD + "  - {name: a}\n", ["3:5 F105"]),
        (HEAD + "  - {steps: [hang_up]}\n", ["3:5 F105"]),
        (HEAD + "  - one\n", ["3:5 F103"]),
        ("flow: t\nmok: {}\ncases: []\n", ["2:1 F104"]),
    ],
)
def test_a_mistake_has_its_code_and_its_place(text: str, found: list[str]) -> None:
    assert findings(FLOWS, text) == found


def test_a_wrong_word_is_answered_with_the_right_one() -> None:
    text = HEAD + "  - {name: a, expect: {visits: mian}, steps: [{pres: 1}]}\n"
    _, wrong = reading.parse(text.encode(), "t.yaml", FLOWS)
    assert [one.hint for one in wrong] == ['did you mean "press"?']


def test_all_cases_of_a_file_are_looked_at() -> None:
    text = HEAD + "  - {name: a, steps: [x]}\n  - {name: b, steps: [y]}\n  - {name: c, expect: {goal: z}}\n"
    assert findings(FLOWS, text) == ["3:23 T101", "4:23 T101", "5:30 T110"]


def test_steps_have_short_forms() -> None:
    text = (
        HEAD
        + """
  - name: a
    steps:
      - hear: 欢迎
      - hear: [one, two]
      - hear: {text: three, within: 5s}
      - press: 1
      - press: "01 star"
      - press: [pound, 2]
      - say: 您好
      - say: 4s
      - wait: 1m
      - hang_up
"""
    )
    (case,) = cases(text)
    hears = [Hear("欢迎", 60.0), Hear("one", 60.0), Hear("two", 60.0), Hear("three", 5.0)]
    presses = [Press("1"), Press("01*"), Press("#2")]
    assert case.steps == (*hears, *presses, Speak(0.52, "您好"), Speak(4.0), Pause(60.0), HangUp())
    assert [case.place(path).line for path in case.paths] == [6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15]


def test_a_case_adds_to_what_its_file_says() -> None:
    text = """
flow: t
caller: {number: "1", language: en-US}
mock: {GET a: 500, GET b: 500}
answer: {1001: busy}
cases:
  - {name: a, caller: {number: 2}, mock: {GET b: 200}, answer: {1002: refused}, steps: [hang_up]}
"""
    (case,) = cases(text)
    assert (case.ani, case.caller.language) == ("2", "en-US")
    assert [(str(name), mocks[0].status) for name, mocks in case.mocks] == [("GET b", 200), ("GET a", 500)]
    assert {address: parties[0].result for address, parties in case.parties.items()} == {
        "1001": "busy",
        "1002": "refused",
    }


def test_a_moment_is_of_the_flows_zone_unless_it_has_its_own() -> None:
    text = (
        HEAD
        + """
  - {name: a, steps: [hang_up], caller: {at: "2026-05-01 08:00"}}
  - {name: b, steps: [hang_up], caller: {at: 2026-05-01T08:00+00:00}}
"""
    )
    zone = ZoneInfo("Asia/Shanghai")
    moments = [case.moment(zone).astimezone(UTC) for case in cases(text)]
    assert moments == [datetime(2026, 5, 1, 0, tzinfo=UTC), datetime(2026, 5, 1, 8, tzinfo=UTC)]


def test_one_case_stands_for_a_table_of_them() -> None:
    text = (
        HEAD
        + """
  - name: "{{ key }} is pressed"
    each: [{key: 1, want: {amount: 3}}, {key: star, want: {amount: null}}]
    steps: [{press: "{{ key }}"}]
    expect: {vars: "{{ want }}"}
  - name: same
    each: [{key: 1}, {key: 2}]
    steps: [{press: "{{ key }}"}]
"""
    )
    found = cases(text)
    assert [case.name for case in found] == ["1 is pressed", "star is pressed", "same (1)", "same (2)"]
    assert [case.steps for case in found[:2]] == [(Press("1"),), (Press("*"),)]
    assert [case.expect.vars for case in found[:2]] == [{"amount": 3}, {"amount": None}]


def test_a_withheld_number_is_none() -> None:
    (case,) = cases(HEAD + "  - {name: a, caller: {withheld: true}, steps: [hang_up]}\n")
    assert case.ani == ""


def test_files_are_found_in_folders_and_by_their_flow(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    one, two, odd = (tmp_path / "tests" / f"{name}.yaml" for name in ("one", "two", "odd"))
    one.write_text("flow: one\ncases: []\n")
    two.write_text("# first\nflow: 'two'\ncases: []\n")
    odd.write_text("{")
    assert files([tmp_path]) == [odd, one, two]
    assert files([two, tmp_path / "tests"]) == [two, odd, one]
    assert files_of("two", [tmp_path]) == [odd, two]


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    assert [one.code for one in reading.read([tmp_path / "none.yaml"], FLOWS).findings] == ["F099"]


def test_every_code_is_tried() -> None:
    tried = Path(__file__).read_text(encoding="utf-8")
    for code in CODES:
        assert f" {code}" in tried


def test_a_mistake_that_every_line_of_a_table_would_make_is_said_once() -> None:
    case = "  - {name: 'a {{ k }}', each: [{k: 1}, {k: 2}, {k: 3}], expect: {visits: nowhere}}\n"
    assert findings(FLOWS, HEAD + case) == ["3:74 T109"]


def test_mistakes_that_lines_of_a_table_make_are_said_line_by_line() -> None:
    case = "  - {name: 'a {{ k }}', each: [{k: main}, {k: mian}, {k: by}], expect: {visits: ['{{ k }}']}}\n"
    assert findings(FLOWS, HEAD + case) == ["3:47 T109", "3:58 T109"]


def test_the_examples_of_the_page_can_be_read() -> None:
    page = (Path(__file__).parents[3] / "docs" / "flow-tests.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in page.split("```yaml\n")[1:]]
    for block in blocks:
        match block.split(":", 1)[0]:
            case "mock" | "answer" | "queues" | "agents":
                text = f"flow: t\n{block}\ncases: []\n"
            case "expect":
                indented = block.replace("\n", "\n    ")
                text = f"flow: t\ncases:\n  - name: a\n    {indented}\n"
            case "- name":
                text = "flow: t\ncases:\n" + block
            case _:
                text = block
        codes = {found.partition(" ")[2] for found in findings(FLOWS, text.replace("hotline", "t"))}
        assert codes <= {"T109", "T110", "T114"}, (codes, text)  # what other flows than this one have
