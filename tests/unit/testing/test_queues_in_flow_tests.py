"""Skill groups, agents, callbacks and surveys in flow tests: as a case says, decided by the real router."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr import testing
from ivr.testing.report import Outcome
from tests.calls import load
from tests.flow_tests import messages, only, report, written

DESK = """
vars: {happy: null}
defaults: {outcomes: {error: sorry}}
nodes:
  hello: {type: play, prompt: "One moment.", next: desk}
  desk:
    type: transfer
    skill: billing
    require: {english: 3}
    relax: [{after: 30s, english: 1}]
    priority: 5 if caller.vip else 0
    prefer: "{{ caller.last_agent }}"
    max_wait: 60s
    waiting:
      announce: {position: true, estimate: true, every: 20s}
      offer_callback: {after: 15s, key: 2, next: later}
      keys: {9: message}
    next: rate
    outcomes: {timeout: late, full: full, closed: closed, no_agent: nobody, failed: sorry}
  later:
    type: callback
    prompt: "We call {{ number | phone }}. If that is right press 1."
    promise: "Number {{ position }} in line."
    next: end
    outcomes: {declined: end, refused: refused, exhausted: end}
  rate:
    type: survey
    items: {happy: {prompt: "Happy? Press 1 to 5."}}
    save: {happy: happy}
    next: bye
    outcomes: {exhausted: bye}
  late: {type: hangup, prompt: Too late.}
  full: {type: hangup, prompt: We are full.}
  closed: {type: hangup, prompt: We are closed.}
  nobody: {type: hangup, prompt: Nobody is there.}
  message: {type: hangup, prompt: A message.}
  refused: {type: hangup, prompt: Not that number.}
  sorry: {type: hangup, prompt: Sorry.}
  bye: {type: hangup, prompt: Goodbye.}
"""


def play(tmp_path: Path, case: str) -> Outcome:
    return only(tmp_path, DESK, f"- {{name: a, {case}}}")


@pytest.mark.parametrize(
    "case",
    [
        # An agent is there unless somebody says otherwise.
        "steps: [{answered_by: 1001}], expect: {end: transfer, skill: billing, agent: 1001}",
        "expect: {disposition: answered}",
        "queues: {billing: {agents: [anna]}}, steps: [{answered_by: anna}, hang_up], expect: {agent: anna}",
        # Whoever waits is told.
        "queues: {billing: {wait: 40s, position: 3}}, steps: [{hear: number 3}, {answered_by: 1001}],"
        " expect: {lasts: 40s}",
        "queues: {billing: {wait: 50s, estimate: 4m}}, steps: [{hear: about 4 minutes}]",
        "queues: {billing: {wait: 50s, estimate: 0s}}, expect: {agent: 1001, not_heard: minute}",
        # It does not go on for ever.
        "queues: {billing: {wait: 90s}}, steps: [{hear: {text: Too late, within: 2m}}], expect: {disposition:"
        " timed_out, visits: desk=timeout}",
        "queues: {billing: closed}, steps: [{hear: We are closed}], expect: {disposition: refused}",
        "queues: {billing: full}, steps: [{hear: We are full}], expect: {visits: desk=full}",
        "queues: {billing: no_agent}, steps: [{hear: Nobody is there}], expect: {visits: desk=no_agent}",
        "queues: {'*': closed}, steps: [{hear: We are closed}]",
        # Who may serve is the router's business.
        "queues: {billing: {agents: [{id: low, skills: {english: 1}}]}}, steps: [{answered_by: low}], expect:"
        " {lasts: 30s}",
        "queues: {billing: {agents: [{id: low, skills: {english: 1}}, high]}}, steps: [{answered_by: high}]",
        "queues: {billing: {agents: [{id: a, result: no_answer}, {id: b}], ring: 10s}}, expect: {agent: b}",
        "queues: {billing: {agents: [{id: a, state: on_break}, {id: b, free: 20s}]}}, expect: {agent: b,"
        " lasts: 20s}",
        "queues: {billing: {agents: [{id: a}, {id: b}]}}, caller: {last_agent: b}, expect: {agent: b}",
        # Ways out.
        "queues: {billing: {wait: 50s}}, steps: [{wait: 10s}, {press: 9}], expect: {disposition: keyed_out,"
        " visits: desk=9}",
        "queues: {billing: {wait: 50s}}, steps: [{wait: 10s}, hang_up], expect: {end: abandoned, disposition:"
        " abandoned}",
        "queues: {billing: {wait: 50s, position: 4}}, steps: [{hear: press 2}, {press: 2}, {hear: If that is"
        " right}, {press: 1}, {hear: in line}], expect: {callback: '+8613800000000', disposition: callback}",
        "queues: {billing: {wait: 50s}}, allow: '+1', steps: [{hear: press 2}, {press: 2}, {hear: Not that}],"
        " expect: {callback: none}",
        "queues: {billing: {wait: 20s, sends: 'number:+861012345678'}}, expect: {disposition: overflowed,"
        " transfer: '+861012345678'}",
        # After the talk.
        "steps: [{hear: Happy}, {press: 4}], expect: {ratings: {happy: 4}, vars: {happy: 4}, heard: Goodbye}",
        "queues: {billing: {agents: {id: a, talks: 90s}}}, steps: [{hear: {text: Happy, within: 2m}},"
        " hang_up], expect: {ratings: {happy: null}, lasts: 90s}",
    ],
)  # fmt: skip
def test_a_case_says_how_a_group_is_found(tmp_path: Path, case: str) -> None:
    outcome = play(tmp_path, case)
    assert outcome.passed, messages(outcome)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("expect: {skill: sales}", "there is no skill group"),
        ("expect: {agent: '1002'}", "expected agent 1002; it was 1001"),
        ("expect: {disposition: timed_out}", "expected disposition timed_out; it was answered"),
        ("steps: [{answered_by: '1002'}]", "1002 never answered"),
        ("steps: [{hear: Happy}, {press: 4}], expect: {ratings: {happy: 5}}", "happy rated 5; it was 4"),
        ("expect: {callback: '+8613800000000'}", "it was none"),
        ("queues: {biling: full}, expect: {end: transfer}", 'no skill group "biling"'),
        ("queues: {billing: {position: 3}}, expect: {end: transfer}", "needs a `wait`"),
        ("queues: {billing: {sends: anywhere}}, expect: {end: transfer}", "nowhere a caller can be sent"),
        ("queues: {billing: broken}, expect: {end: transfer}", "broken"),
    ],
)  # fmt: skip
def test_what_is_not_so_is_told(tmp_path: Path, case: str, message: str) -> None:
    told = report(tmp_path, DESK, f"- {{name: a, {case}}}")
    words = [str(one) for one in told.findings] + [
        f"{failure.message}; {failure.hint}" for outcome in told.outcomes for failure in outcome.failures
    ]
    assert any(message in one for one in words), words


def test_one_visit_after_the_other_finds_another_queue(tmp_path: Path) -> None:
    again = DESK.replace("timeout: late", "timeout: hello")
    case = "queues: {billing: [{wait: 90s}, {agents: [b]}]}, steps: [{answered_by: b}], expect: {lasts: 60s}"
    outcome = only(tmp_path, again, f"- {{name: a, {case}}}")
    assert outcome.passed, messages(outcome)
    assert outcome.played is not None
    assert [stay.disposition for stay in outcome.played.stays] == ["timed_out", "answered"]


def test_an_agent_sends_the_caller_to_a_survey(tmp_path: Path) -> None:
    survey = """
id: survey
nodes:
  ask: {type: survey, items: {happy: {prompt: "Rate us: 1 to 5."}}, next: end, outcomes: {exhausted: end}}
"""
    case = "queues: {billing: {agents: {id: anna, sends: flow:survey}}}, steps: [{hear: Rate}, {press: 5}]"
    expect = "expect: {ratings: {happy: 5}, visits: survey:ask}"
    told = testing.run([written(tmp_path, f"- {{name: a, {case}, {expect}}}")], load(DESK, survey))
    assert told.ok, [messages(outcome) for outcome in told.outcomes]


def test_groups_can_be_asked_for_in_expressions(tmp_path: Path) -> None:
    flow = """
vars: {w: 0, a: 0, e: 0}
defaults: {outcomes: {error: end}}
nodes:
  ask:
    type: set
    vars: {w: "waiting('billing')", a: "available('billing')", e: "estimate('billing')"}
    next: end
"""
    case = "queues: {billing: {wait: 40s, position: 3}}, expect: {vars: {w: 2, a: 0, e: 40}}"
    assert only(tmp_path, flow, f"- {{name: a, {case}}}").passed
    assert only(tmp_path, flow, "- {name: a, expect: {vars: {w: 0, a: 1, e: 0}}}").passed


AGENTS = """
vars: {who: null}
defaults: {outcomes: {error: end}}
nodes:
  it:
    type: agent
    do: sign_in
    ask: {id: Your id., pin: Your PIN.}
    into: who
    next: done
    outcomes: {wrong_pin: end, refused: end, exhausted: end}
  done: {type: hangup, prompt: Done.}
"""
ANNA = "agents: {anna: {telephone: 1001, pin: 2468, state: logged_out}}"


@pytest.mark.parametrize(
    "case",
    [
        f"{ANNA}, caller: {{number: 1001}}, steps: [{{hear: Done}}], expect: {{orders: sign_in anna}}",
        f"{ANNA}, steps: [{{hear: id}}, {{press: 2}}, {{wait: 9s}}, {{press: 24#}}], expect: {{orders: []}}",
        "caller: {number: 1005}, steps: [{hear: Done}], expect: {orders: sign_in 1005, vars: {who: 1005}}",
        "agents: {anna: {refused: true}}, caller: {number: anna}, expect: {visits: it=refused}",
    ],
)
def test_agents_telephones(tmp_path: Path, case: str) -> None:
    outcome = only(tmp_path, AGENTS, f"- {{name: a, {case}}}")
    assert outcome.passed, messages(outcome)
