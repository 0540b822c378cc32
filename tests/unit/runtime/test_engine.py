"""A call's walk: where targets lead, what subflows share, how calls end, and that nothing gets out."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.errors import ConnectionLost
from ivr.flow.scripted import HangUp, Hear, Pause, Press, ScriptedCall
from ivr.nodes.play import Play
from ivr.runtime.engine import MAX_FRAMES, Engine
from ivr.runtime.journey import Journey
from ivr.runtime.visit import End, Visit
from tests.calls import Services, load, walk

DONE = End("completed", "NORMAL_CLEARING")

TWO_MENUS = """
    nodes:
      one: {type: menu, prompt: One., options: {1: two, 2: end}, outcomes: {exhausted: end}}
      two: {type: menu, prompt: Two., options: {1: three, 2: back, 3: repeat}, outcomes: {exhausted: end}}
      three: {type: play, prompt: Three., next: back}
    """


# Targets ----------------------------------------------------------------------------------------------


def test_a_flow_begins_with_its_first_node() -> None:
    result = walk("nodes: {a: {type: play, prompt: A., next: end}, b: {type: play, prompt: B., next: end}}")
    assert result.heard == ["A."]
    assert result.end == DONE


def test_a_flow_begins_where_it_says() -> None:
    nodes = "nodes: {a: {type: play, prompt: A., next: end}, b: {type: play, prompt: B., next: a}}"
    assert walk(f"start: b\n{nodes}").heard == ["B.", "A."]


def test_repeat_enters_the_same_node_again() -> None:
    result = walk(TWO_MENUS, Press("1"), Hear("Two"), Press("3"), Hear("Two"), HangUp())
    assert result.path == ["one:1", "two:3", "two:hangup"]


def test_back_leads_to_the_menu_before() -> None:
    result = walk(TWO_MENUS, Press("12"), Hear("One"), HangUp())
    assert result.path == ["one:1", "two:2", "one:hangup"]


def test_back_from_a_node_that_does_not_listen_leads_to_the_menu_it_came_from() -> None:
    result = walk(TWO_MENUS, Press("1"), Hear("Two"), Press("1"), Hear("Two"), HangUp())
    assert result.path == ["one:1", "two:1", "three:next", "two:hangup"]


def test_back_at_the_first_menu_repeats_it() -> None:
    flow = """
        always: {9: back}
        nodes: {m: {type: menu, prompt: M., options: {1: end}, outcomes: {exhausted: end}}}
        """
    assert walk(flow, Press("9"), Hear("M."), Press("1")).path == ["m:9", "m:1"]


def test_back_twice_leads_two_menus_back() -> None:
    flow = """
        always: {9: back}
        defaults: {outcomes: {exhausted: end}}
        nodes:
          a: {type: menu, prompt: A., options: {1: b}}
          b: {type: menu, prompt: B., options: {1: c}}
          c: {type: menu, prompt: C., options: {1: end}}
        """
    assert walk(flow, Press("1199"), Hear("A."), HangUp()).path == ["a:1", "b:1", "c:9", "b:9", "a:hangup"]


def test_an_outcome_leads_by_the_node_then_the_defaults_then_error() -> None:
    flow = """
        defaults: {outcomes: {timeout: b, error: c}}
        nodes:
          a: {type: operation, python: x, next: end, outcomes: {OWN}}
          b: {type: play, prompt: B., next: end}
          c: {type: play, prompt: C., next: end}
          d: {type: play, prompt: D., next: end}
        """
    cases = {"timeout: d": ["D."], "error: d": ["B."], "interrupted: d": ["B."]}
    for own, heard in cases.items():
        services = Services({"x": TimeoutError()})
        flows = load(flow.replace("OWN", own))
        node = flows["t"].flow.nodes["a"]
        target = flows["t"].flow.target(node, "timeout")
        assert target is not None
        assert target.name == {"D.": "d", "B.": "b"}[heard[0]]
        assert services.requests == []


def test_a_status_leads_by_its_own_name_then_by_its_kind() -> None:
    flow = load("""
        defaults: {outcomes: {404: z, 5xx: y, error: x}}
        nodes:
          a: {type: operation, http: {url: "crm:/x"}, next: end, outcomes: {4xx: a}}
          x: {type: play, prompt: X., next: end}
          y: {type: play, prompt: Y., next: end}
          z: {type: play, prompt: Z., next: end}
        """)["t"].flow
    node = flow.nodes["a"]
    assert [str(flow.target(node, outcome)) for outcome in ("404", "503", "302", "error")] == list("ayxx")


# Ends -------------------------------------------------------------------------------------------------


def test_who_hangs_up_before_a_goal_has_abandoned() -> None:
    result = walk(TWO_MENUS, Pause(1), HangUp("ORIGINATOR_CANCEL"))
    assert result.end == End("abandoned", "ORIGINATOR_CANCEL")


TOLD = """
    defaults: {outcomes: {exhausted: end}}
    nodes:
      tell: {type: play, prompt: Ten., goal: told, next: m}
      m: {type: menu, prompt: M., options: {1: end}}
    """


def test_who_hangs_up_after_a_goal_was_served() -> None:
    result = walk(TOLD, Hear("Ten."), HangUp())
    assert (result.end.how, result.finished.goals) == ("completed", ("told",))


def test_a_goal_of_telling_is_not_reached_by_who_did_not_listen() -> None:
    result = walk(TOLD, Pause(0.1), Press("1"))
    assert (result.end.how, result.finished.goals) == ("completed", ())


TELLING = """
    vars: {eta: null}
    nodes:
      set: {type: set, vars: {eta: ETA}, next: tell}
      tell: {type: play, prompt: PROMPT, goal: told, next: end}
    """


@pytest.mark.parametrize(
    ("eta", "prompt", "goals"),
    [
        ("'2026-12-01'", '["Hello.", "It comes on {{ eta | date }}."]', ("told",)),
        ("'afternoon'", '["Hello.", "It comes on {{ eta | date }}."]', ()),
        ("'afternoon'", '"It comes on {{ eta | date }}."', ()),
        ("null", '["Hello.", "It comes on {{ eta | date }}."]', ()),
        ("null", '"{{ eta }}"', ()),
        ("null", '["Hello.", {say: "{{ eta | date }}", when: eta}]', ("told",)),
        ("null", '[{say: "{{ eta | date }}", when: eta}]', ()),
        ("null", "[{pause: 1s}]", ()),
        ("null", '[{say: Hello., when: eta > 3}, "Goodbye."]', ()),
    ],
)
def test_a_goal_of_telling_is_reached_when_all_could_be_said_and_something_was_heard(
    eta: str, prompt: str, goals: tuple[str, ...]
) -> None:
    result = walk(TELLING.replace("ETA", f'"{eta}"').replace("PROMPT", prompt))
    assert (result.end.how, result.finished.goals) == ("completed", goals)


def test_last_words_that_could_not_be_said_reach_no_goal() -> None:
    flow = "vars: {n: null}\nnodes: {bye: {type: hangup, goal: told, prompt: 'Due {{ n | date }}.'}}"
    assert walk(flow).finished.goals == ()
    assert walk(flow.replace(" | date", "")).finished.goals == ("told",)


def test_a_problem_shows_the_value_unless_something_was_typed_in_confidence() -> None:
    flow = """
        vars: {eta: afternoon, pin: null}
        nodes:
          first: {type: play, prompt: "{{ eta | date }}", next: pin}
          pin:
            type: collect
            prompt: Pin.
            into: pin
            digits: {length: 4}
            sensitive: true
            next: second
            outcomes: {exhausted: end}
          second: {type: play, prompt: "{{ last(eta, 3) | date }}", next: end}
        """
    first, _, second = (step.detail.get("problems") for step in walk(flow, Press("7391")).left)
    cost = "so its sentence was not said"
    assert first == [f'E014 eta is "afternoon", not a date such as 2026-12-01, {cost}']
    assert second == [f"E014 last(eta, 3) is not a date such as 2026-12-01, {cost}"]


def test_a_goal_is_counted_once() -> None:
    flow = (
        "nodes: {m: {type: menu, prompt: M., goal: g, options: {1: m, 2: end}, outcomes: {exhausted: end}}}"
    )
    assert walk(flow, Press("112")).finished.goals == ("g",)


def test_a_goal_is_not_reached_by_failing() -> None:
    flow = "nodes: {m: {type: menu, prompt: M., goal: g, options: {1: end}, outcomes: {exhausted: end}}}"
    assert walk(flow).finished.goals == ()


TRANSFER = """
    defaults: {outcomes: {busy: bye, no_answer: bye, refused: bye, failed: bye}}
    nodes:
      go: {type: transfer, extension: "1001", next: bye}
      bye: {type: hangup, prompt: Goodbye.}
    """


def test_a_call_that_talked_with_somebody_ends_as_a_transfer() -> None:
    assert walk(TRANSFER).end == End("transfer", "NORMAL_CLEARING")


def test_who_hangs_up_in_the_talk_was_transferred() -> None:
    assert walk(TRANSFER, Pause(5), HangUp()).end == End("transfer", "NORMAL_CLEARING")


def test_who_hangs_up_while_it_rings_has_abandoned() -> None:
    assert walk(TRANSFER, Pause(1), HangUp()).end.how == "abandoned"


def test_who_never_got_through_was_not_transferred() -> None:
    result = walk(TRANSFER, answers={"1001": ("busy", 0.0)})
    assert (result.end.how, result.path[0]) == ("completed", "go:busy")


def test_hanging_up_names_its_cause() -> None:
    assert walk("nodes: {x: {type: hangup, cause: USER_BUSY}}").end == End("completed", "USER_BUSY")


# Answering --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "answered", "early"),
    [("first", True, False), ("early", False, True), ("never", False, False)],
)
def test_a_call_is_answered_as_the_flow_says(answer: str, answered: bool, early: bool) -> None:
    result = walk(f"answer: {answer}\nnodes: {{a: {{type: play, prompt: A., next: end}}}}")
    assert (result.call.answered, result.call.early) == (answered, early)
    assert (result.finished.answered is not None) == answered


def test_a_call_can_be_refused_before_it_is_answered() -> None:
    result = walk("""
        calendars: {office: {timezone: UTC, mon-fri: "08:00-17:00"}}
        nodes:
          hours: {type: hours, calendar: office, open: hello, closed: refuse}
          hello: {type: play, prompt: Hello., next: end}
          refuse: {type: reject, cause: USER_BUSY}
        """)
    assert result.end == End("rejected", "USER_BUSY")
    assert not result.call.answered
    assert result.finished.answered is None


def test_a_call_is_answered_before_it_rings_somebody() -> None:
    assert walk(TRANSFER).call.answered


def test_a_flow_gone_over_to_answers_by_its_own_word() -> None:
    flows = (
        "id: a\nanswer: early\nnodes: {x: {type: play, prompt: A., next: 'flow:b'}}",
        "id: b\nnodes: {x: {type: play, prompt: B., next: end}}",
    )
    result = walk(flows)
    assert (result.call.early, result.call.answered) == (True, True)


# Faults -----------------------------------------------------------------------------------------------


def test_a_node_that_fails_leaves_by_error() -> None:
    result = walk("""
        vars: {x: null}
        defaults: {outcomes: {error: sorry}}
        nodes:
          a: {type: set, vars: {x: 1 + x}, next: end}
          sorry: {type: play, prompt: Sorry., next: end}
        """)
    assert result.path == ["a:error", "sorry:next"]
    assert "E012" in result.left[0].detail["problems"][0]


def test_an_error_that_leads_nowhere_ends_the_call_as_failed() -> None:
    result = walk("vars: {x: null}\nnodes: {a: {type: set, vars: {x: 1 + x}, next: end}}")
    assert result.end == End("failed", "NORMAL_TEMPORARY_FAILURE")
    assert result.call.cause == "NORMAL_TEMPORARY_FAILURE"


class Crash(Play):
    """A plugin's node with a fault."""

    def run(self, visit: Visit) -> str:
        raise RuntimeError("a fault")


def crashing(error: str) -> Engine:
    other = "b: {type: play, prompt: B., next: end}"
    flows = load(f"nodes: {{a: {{type: play, prompt: A., next: end{error}}}, {other}}}")
    flow = flows["t"].flow
    broken = flow.model_copy(
        update={"nodes": {**flow.nodes, "a": Crash.model_construct(**dict(flow.nodes["a"]))}}
    )
    object.__setattr__(flows["t"], "flow", broken)
    return Engine(ScriptedCall(), flows, "t", Services(), Journey())


def test_a_node_that_crashes_leaves_by_error() -> None:
    engine = crashing(", outcomes: {error: b}")
    assert engine.run() == DONE
    assert isinstance(engine.call, ScriptedCall)
    assert engine.call.heard == "B."


def test_a_crash_that_leads_nowhere_ends_the_call_as_failed() -> None:
    assert crashing("").run().how == "failed"


class Deaf(ScriptedCall):
    """A call whose switch does not do what it is asked."""

    def play(self, pieces: Any) -> int:
        raise ConnectionLost("the event socket is away")

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        raise ConnectionLost("the event socket is away")


def test_a_switch_that_fails_gets_no_exception_out_of_the_walk() -> None:
    flows = load("nodes: {a: {type: play, prompt: A., next: end}}")
    assert Engine(Deaf(), flows, "t", Services(), Journey()).run().how == "failed"


def test_an_end_that_could_not_be_carried_out_is_still_that_end() -> None:
    flows = load("nodes: {a: {type: hangup}}")
    assert Engine(Deaf(), flows, "t", Services(), Journey()).run() == DONE


def test_a_flow_that_is_not_there_is_an_error_of_who_leads_there() -> None:
    inner = "id: inner\nnodes: {a: {type: play, prompt: A., next: 'flow:nowhere'}}"
    outer = """
        id: outer
        nodes: {s: {type: subflow, flow: inner, next: end, outcomes: {error: b}}, b: {type: hangup}}
        """
    result = walk((outer, inner), checked=False)
    assert (result.path, result.end) == (["s:next", "a:next", "b:next"], DONE)
    assert walk(inner, checked=False).end.how == "failed"


def test_a_calendar_that_is_not_there_is_an_error() -> None:
    flow = """
        nodes:
          b: {type: branch, cases: [{when: "open('no' + 'where')", next: end}], else: end}
          e: {type: hangup}
        defaults: {outcomes: {error: e}}
        """
    assert walk(flow).path == ["b:error", "e:next"]


def test_a_listener_that_fails_is_not_felt() -> None:
    def fail(_event: object) -> None:
        raise OSError("the disk is full")

    flows = load("nodes: {a: {type: play, prompt: A., next: end}}")
    journey = Journey(fail)
    assert Engine(ScriptedCall(), flows, "t", Services(), journey).run() == DONE
    assert journey.failures == 4


# Loops ------------------------------------------------------------------------------------------------


def test_two_flows_that_go_over_to_each_other_for_ever_are_ended() -> None:
    flows = (
        "id: a\nnodes: {x: {type: set, vars: {n: n}, next: 'flow:b'}}\nvars: {n: 0}",
        "id: b\nnodes: {x: {type: set, vars: {n: n}, next: 'flow:a'}}\nvars: {n: 0}",
    )
    result = walk(flows, max_steps=200)
    assert result.end == End("failed", "EXCHANGE_ROUTING_ERROR")
    assert len(result.left) == 200


def test_nodes_that_only_compute_notice_a_hangup() -> None:
    flow = """
        vars: {n: 0}
        nodes:
          count: {type: set, vars: {n: n + 1}, next: again}
          again: {type: branch, cases: [{when: n < 10000, next: count}], else: end}
        """
    result = walk(flow, HangUp(), max_steps=10_000)
    assert result.end.how == "abandoned"
    assert len(result.left) < 50


# After the hangup -------------------------------------------------------------------------------------

TICKET = """
    vars: {pressed: null, ticket: null}
    on_hangup: write
    nodes:
      m: {type: menu, prompt: M., options: {1: mark}, outcomes: {exhausted: end}}
      mark: {type: set, vars: {pressed: "true"}, next: m}
      write:
        type: operation
        python: ticket
        with: {pressed: pressed}
        save: {ticket: json}
        next: end
        outcomes: {error: end}
    """


@pytest.mark.parametrize("steps", [(), (Press("1"), Pause(1), HangUp())])
def test_on_hangup_runs_however_the_call_ended(steps: tuple[Any, ...]) -> None:
    result = walk(TICKET, *steps, services=Services({"ticket": "T1"}))
    assert result.path[-1] == "write:next"
    assert result.variables["ticket"] == "T1"
    assert result.services.requests == [("PYTHON", "ticket", {"pressed": True if steps else None})]


def test_on_hangup_does_not_change_how_the_call_ended() -> None:
    assert walk(TICKET, HangUp(), services=Services({"ticket": ValueError()})).end.how == "abandoned"


def test_what_needs_the_caller_after_the_hangup_is_ended_quietly() -> None:
    flow = "on_hangup: a\nnodes: {a: {type: play, prompt: A., next: end}}"
    result = walk(flow, HangUp(), checked=False)
    assert result.path == ["a:hangup", "a:hangup"]


def test_what_runs_for_ever_after_the_hangup_is_ended() -> None:
    flow = "vars: {n: 0}\non_hangup: a\nnodes: {a: {type: set, vars: {n: n + 1}, next: a}}"
    result = walk(flow, checked=False, max_steps=30)
    assert result.variables["n"] == 30 + 50


def test_a_hangup_within_a_subflow_runs_the_outer_flows_nodes() -> None:
    outer = """
        id: outer
        vars: {x: 5}
        on_hangup: note
        nodes: {s: {type: subflow, flow: inner, next: end}, note: {type: set, vars: {x: x + 1}, next: end}}
        """
    result = walk((outer, "id: inner\nnodes: {a: {type: play, prompt: A., next: end}}"), HangUp())
    assert result.path == ["s:next", "a:hangup", "note:next"]
    assert result.variables == {"x": 6}


# Subflows ---------------------------------------------------------------------------------------------

INNER = """
    id: inner
    vars: {a: 1, b: 2, found: null}
    inputs: [a]
    nodes:
      add: {type: set, vars: {found: a + b, a: 100}, next: pick}
      pick: {type: branch, cases: [{when: found > 10, next: {return: large}}], else: return}
    """


def outer(given: str) -> str:
    return f"""
        id: outer
        vars: {{a: 7, x: null}}
        nodes:
          s:
            type: subflow
            flow: inner
            with: {{a: {given}}}
            save: {{x: found}}
            next: small
            outcomes: {{large: big}}
          small: {{type: play, prompt: "Small.", next: end}}
          big: {{type: play, prompt: "Big.", next: end}}
        """


def test_a_subflow_gets_its_inputs_and_gives_what_is_asked_for() -> None:
    result = walk((outer("5"), INNER))
    assert result.heard == ["Small."]
    assert result.variables == {"a": 7, "x": 7}


def test_what_a_subflow_returns_is_the_outcome() -> None:
    assert walk((outer("50"), INNER)).heard == ["Big."]


def test_a_subflow_that_ends_comes_back() -> None:
    inner = "id: inner\nnodes: {a: {type: play, prompt: In., next: end}}"
    outer = """
        id: outer
        nodes: {s: {type: subflow, flow: inner, next: a}, a: {type: play, prompt: Out., next: end}}
        """
    assert walk((outer, inner)).heard == ["In.", "Out."]


def test_a_goal_of_a_subflow_is_reached_when_it_comes_back() -> None:
    inner = "id: inner\nnodes: {a: {type: play, prompt: In., next: end}}"
    outer = "id: outer\nnodes: {s: {type: subflow, flow: inner, goal: g, next: end}}"
    assert walk((outer, inner)).finished.goals == ("g",)
    assert walk((outer, inner), Pause(0.1), HangUp()).finished.goals == ()


def test_what_fails_in_a_subflow_is_an_error_of_who_ran_it() -> None:
    inner = "id: inner\nvars: {n: null}\nnodes: {a: {type: set, vars: {n: n + 1}, next: end}}"
    outer = """
        id: outer
        nodes:
          s: {type: subflow, flow: inner, next: end, outcomes: {error: sorry}}
          sorry: {type: play, prompt: Sorry., next: end}
        """
    assert walk((outer, inner)).heard == ["Sorry."]


def test_back_does_not_lead_out_of_a_subflow_and_works_again_after_it() -> None:
    inner = """
        id: inner
        nodes: {i: {type: menu, prompt: I., options: {1: back, 2: end}, outcomes: {exhausted: end}}}
        """
    outer = """
        id: outer
        defaults: {outcomes: {exhausted: end}}
        nodes:
          a: {type: menu, prompt: A., options: {1: s, 2: end}}
          s: {type: subflow, flow: inner, next: b}
          b: {type: menu, prompt: B., options: {1: back}}
        """
    assert walk((outer, inner), Press("11212")).path == ["a:1", "s:next", "i:1", "i:2", "b:1", "a:2"]


def test_subflows_that_never_come_back_are_bounded() -> None:
    flows = (
        "id: a\nnodes: {x: {type: subflow, flow: b, next: end, outcomes: {error: end}}}",
        "id: b\nnodes: {x: {type: play, prompt: X., next: 'flow:a'}}",
    )
    result = walk(flows)
    assert result.end.how == "completed"
    assert len(result.engine.state.frames) == 0
    assert result.heard == ["X."] * MAX_FRAMES


def test_flow_goes_over_for_good_with_the_inputs_of_the_same_names() -> None:
    first = (
        "id: first\nvars: {n: 3, secret: 4}\nnodes: {a: {type: set, vars: {n: n + 1}, next: 'flow:second'}}"
    )
    second = (
        "id: second\nvars: {n: 0, m: 9}\ninputs: [n]\nnodes: {b: {type: play, prompt: '{{ n }}', next: end}}"
    )
    result = walk((first, second))
    assert (result.heard, result.variables) == (["four"], {"n": 4, "m": 9})


# Languages --------------------------------------------------------------------------------------------

HELLO = "nodes: {a: {type: play, prompt: {en-US: Hello., zh-CN: 你好。}, next: end}}"


@pytest.mark.parametrize(
    ("wish", "heard"), [("", "你好。"), ("en-US", "Hello."), ("en-GB", "Hello."), ("fr-FR", "你好。")]
)
def test_a_call_begins_in_the_language_that_the_switch_names(wish: str, heard: str) -> None:
    variables = {"variable_ivr_language": wish} if wish else {}
    assert walk(f"languages: [zh-CN, en-US]\n{HELLO}", variables=variables).heard == [heard]


def test_a_flow_that_lacks_the_callers_language_uses_its_own_and_the_next_has_it_again() -> None:
    outer = f"""
        id: outer
        languages: [zh-CN, en-US]
        nodes:
          l: {{type: language, to: en-US, next: s}}
          s: {{type: subflow, flow: inner, next: a}}
          {HELLO[8:-1]}
        """
    inner = "id: inner\nlanguages: [zh-CN]\nnodes: {a: {type: play, prompt: {zh-CN: 只有中文。}, next: end}}"
    result = walk((outer, inner))
    assert result.heard == ["只有中文。", "Hello."]
    assert result.finished.language == "en-US"


def test_a_language_switched_in_a_subflow_stays_switched() -> None:
    outer = f"""
        id: outer
        languages: [zh-CN, en-US]
        nodes:
          s: {{type: subflow, flow: inner, next: a}}
          {HELLO[8:-1]}
        """
    inner = "id: inner\nlanguages: [zh-CN, en-US]\nnodes: {l: {type: language, to: en-US, next: end}}"
    assert walk((outer, inner)).heard == ["Hello."]


# What a node sees -------------------------------------------------------------------------------------


def test_expressions_see_the_call_and_the_caller() -> None:
    flow = """
        timezone: Asia/Shanghai
        nodes:
          a:
            type: play
            prompt: "{{ call.ani }}{{ call.dnis }}{{ call.language }}{{ caller.number }}{{ now.hour }}"
            next: end
        """
    result = walk(flow, ani="13800000000", dnis="95598")
    assert "".join(result.heard) == "1380000000095598en-US+8613800000000eight"


def test_an_attempt_is_counted_for_expressions() -> None:
    flow = """
        nodes:
          m: {type: menu, prompt: "Try {{ call.attempt }}.", options: {1: end}, outcomes: {exhausted: end}}
        """
    assert walk(flow).heard == ["Try", "one.", "Try", "two.", "Try", "three."]


def test_pieces_that_cannot_be_said_cost_a_sentence_and_are_noted() -> None:
    flow = """
        vars: {n: null}
        nodes: {a: {type: play, prompt: ["{{ n | money }} euro", "Goodbye."], next: end}}
        """
    result = walk(flow)
    assert result.heard == ["Goodbye."]
    assert len(result.left[0].detail["problems"]) == 1
