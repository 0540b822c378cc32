"""`ivr flow test --on embedded`: tests in real time, with sound, agree with the virtual clock."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.ivr_process import PROJECT, Ivr, environment, run

WORLD = """id: t
languages: [en-US]
vars: {answer: null, seen: null}
calendars: {office: {timezone: Asia/Shanghai, mon-fri: "09:00-17:00"}}
nodes:
  when: {type: hours, calendar: office, open: ask, closed: end}
  ask:
    type: operation
    http:
      method: POST
      url: "crm:/answer"
      json: {from: "{{ call.ani }}", to: "{{ call.dnis }}"}
      timeout: 3s
      retries: 1
    save: {answer: json.answer}
    next: look
    outcomes: {error: away, timeout: late, 404: none}
  look: {type: operation, python: find, save: {seen: json}, next: say, outcomes: {error: end}}
  say: {type: hangup, prompt: "The answer is {{ answer }}."}
  away: {type: hangup, prompt: Away.}
  late: {type: hangup, prompt: Late.}
  none:
    type: transfer
    extension: "1001"
    ring: 2s
    next: end
    outcomes: {busy: end, no_answer: end, refused: end, failed: end}
"""
TESTS = """flow: t
mock: {python find: {result: [1, 2]}}
cases:
  - name: answered
    caller: {at: "2026-11-23 09:30", number: "1234", dialled: "5678"}
    vars: {seen: 7}
    mock: {POST crm:/answer: {json: {answer: 42}, delay: 200ms}}
    steps: [{hear: forty-two}]
    expect: {vars: {seen: [1, 2]}, requests: {POST crm:/answer: {json: {from: "1234", to: "5678"}}}}
  - name: at night
    caller: {at: "2026-11-23 23:30"}
    expect: {journey: [when=closed]}
  - name: closed by hand
    calendars: {office: closed}
    expect: {journey: [when=closed]}
  - name: "a system that is {{ how }}"
    each: [{how: refused, says: Away}, {how: timeout, says: Late}]
    mock: {"POST *": {error: "{{ how }}"}}
    steps: [{hear: "{{ says }}"}]
    expect: {requests: {"POST *": 2}}
  - name: "somebody who is {{ how }}"
    each: [{how: busy}, {how: refused}, {how: failed}, {how: no_answer}, {how: {talks: 1s, after: 1s}}]
    mock: {"POST *": 404}
    answer: {"*": "{{ how }}"}
    expect: {transfer: "1001"}
  - name: nobody wants to wait so long
    steps: [{wait: 5s}]
    mock: {"POST *": {json: {answer: 1}}}
    answer: {}
"""


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    (tmp_path / "flows/tests").mkdir(parents=True)
    return tmp_path / "flows"


def test_the_hotlines_calls_in_real_time_are_those_of_the_virtual_clock(tmp_path: Path, flows: Path) -> None:
    for file in ("hotline.yaml", "tests/hotline.yaml"):
        (flows / file).write_bytes((PROJECT / "flows" / file).read_bytes())
    command = ["flow", "test", "--on", "embedded", "--flows", str(flows), "-k", "English", "--json"]
    code, out, err = run(command, environment(tmp_path))
    told = json.loads(out)
    assert (code, told["failed"], told["skipped"]) == (0, 0, 0), out + err
    assert told["passed"] == 3
    assert "agreed" not in err


def test_the_world_of_a_case_is_the_same_in_real_time(tmp_path: Path, flows: Path) -> None:
    (flows / "t.yaml").write_text(WORLD)
    (flows / "tests/t.yaml").write_text(TESTS)
    command = ["flow", "test", "--on", "embedded", "--flows", str(flows), "--longest", "20", "--json"]
    code, out, err = run(command, environment(tmp_path))
    told = json.loads(out)
    failures = [failure["message"] for case in told["cases"] for failure in case.get("failures", ())]
    assert not failures, failures
    assert code == 0, err
    assert told["passed"] == 11


LONG = """flow: t
mock: {POST crm:/answer: 404}
answer: {1001: {talks: 60s, after: 0s}}
cases:
  - {name: wrong, caller: {at: "2026-11-23 23:30"}, expect: {visits: ask}}
  - {name: "long {{ k }}", each: [{k: 1}, {k: 2}, {k: 3}], steps: [{wait: 60s}]}
"""


@pytest.fixture
def going_on(tmp_path: Path, flows: Path) -> Iterator[Ivr]:
    """A run in real time whose calls last a minute."""
    (flows / "t.yaml").write_text(WORLD)
    (flows / "tests/t.yaml").write_text(LONG)
    ivr = Ivr(["flow", "test", "--on", "embedded", "--flows", str(flows)], environment(tmp_path))
    yield ivr
    ivr.clean_up()


def test_ctrl_c_ends_calls_that_go_on_without_a_word(going_on: Ivr) -> None:
    assert "wrong" in going_on.line()  # what fails is told at once, while the others talk
    assert going_on.end(signal.SIGINT) == 130
    assert going_on.process.stderr is not None
    assert going_on.process.stderr.read().strip() == b""
