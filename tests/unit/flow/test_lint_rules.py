"""What lint must not say, what it says where several flows meet, and what a plugin's node can declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import Field

from ivr import registry
from ivr.flow import lint, loader
from ivr.flow.checks import Around, Problem, unknown
from ivr.flow.lint.circles import circles
from ivr.flow.model import Node
from ivr.flow.types import Name, VariableName
from tests.calls import findings


def codes(*texts: str) -> list[str]:
    return [one.code for one in findings(*texts)]


# Circles ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leads_to", "found"),
    [
        ({}, []),
        ({"a": ["b"], "b": ["c"], "c": []}, []),
        ({"a": ["a"]}, [["a", "a"]]),
        ({"a": ["b"], "b": ["a"]}, [["a", "b", "a"]]),
        ({"x": ["b"], "b": ["c"], "c": ["a"], "a": ["b"]}, [["b", "c", "a", "b"]]),
        ({"a": ["b", "c"], "b": ["a"], "c": ["a"]}, [["a", "b", "a"], ["a", "c", "a"]]),
        ({"a": ["b"], "b": ["nowhere"]}, []),
    ],
)
def test_circles_begin_with_what_stands_first(leads_to: dict[str, list[str]], found: list[list[str]]) -> None:
    assert sorted(circles(leads_to)) == found


def test_a_chain_of_ten_thousand_is_no_circle_and_no_recursion() -> None:
    chain = {str(number): [str(number + 1)] for number in range(10_000)}
    assert list(circles(chain)) == []
    (circle,) = circles({**chain, "10000": ["0"]})
    assert len(circle) == 10_002


# What is right ----------------------------------------------------------------------------------------


def test_a_polling_loop_with_another_way_out_is_only_a_warning() -> None:
    flow = """
        defaults: {outcomes: {error: bye, timeout: bye, interrupted: bye}}
        nodes:
          ask: {type: operation, http: {url: crm:/status}, next: wait, outcomes: {error: bye}}
          wait: {type: play, prompt: One moment., next: ask}
          bye: {type: hangup}
        """
    (finding,) = findings(flow)
    assert (finding.code, finding.severity) == ("F229", "warning")


def test_a_circle_through_a_talk_or_a_subflow_is_no_silent_circle() -> None:
    flow = """
        defaults: {outcomes: {busy: s, no_answer: s, refused: s, failed: s}}
        nodes:
          t: {type: transfer, extension: "1", next: s}
          s: {type: subflow, flow: inner, next: t}
        """
    assert codes(flow, "id: inner\nnodes: {a: {type: hangup}}") == []


def test_a_prompt_in_another_region_of_a_language_serves_it() -> None:
    assert codes("languages: [en-GB]\nnodes: {a: {type: play, prompt: {en-US: Hello.}, next: end}}") == []


def test_a_transfer_to_another_flow_needs_neither_next_nor_outcomes() -> None:
    assert codes("nodes: {t: {type: transfer, flow: x}}", "id: x\nnodes: {a: {type: hangup}}") == []


def test_what_leads_to_a_node_makes_it_reached() -> None:
    flow = """
        always: {0: c}
        defaults: {outcomes: {exhausted: d, 4xx: e, error: f}}
        on_hangup: g
        vars: {n: 0}
        nodes:
          m: {type: menu, prompt: M., options: {1: b}}
          b: {type: operation, http: {url: "crm:/x"}, next: end}
          c: {type: hangup}
          d: {type: hangup}
          e: {type: hangup}
          f: {type: hangup}
          g: {type: set, vars: {n: n + 1}, next: h, outcomes: {error: h}}
          h: {type: set, vars: {n: n - 1}, next: end, outcomes: {error: end}}
        """
    assert codes(flow) == []


def test_what_a_subflow_returns_through_another_flow_is_known() -> None:
    flows = (
        "id: a\nnodes: {s: {type: subflow, flow: b, next: end, outcomes: {large: end}}}",
        "id: b\nnodes: {p: {type: play, prompt: P., next: 'flow:c'}}",
        "id: c\nnodes: {p: {type: play, prompt: P., next: {return: large}}}",
    )
    assert codes(*flows) == []


def test_what_a_subflow_returns_must_lead_somewhere() -> None:
    flows = (
        "id: a\nnodes: {s: {type: subflow, flow: b, next: end}}",
        "id: b\nnodes: {p: {type: play, prompt: P., next: {return: large}}}",
    )
    (finding,) = findings(*flows)
    assert (finding.code, '"large"' in finding.message) == ("F205", True)


def test_flows_that_go_over_to_each_other_are_no_circle_of_subflows() -> None:
    flows = (
        "id: a\nnodes: {m: {type: menu, prompt: M., options: {1: 'flow:b'}, outcomes: {exhausted: end}}}",
        "id: b\nnodes: {m: {type: menu, prompt: M., options: {1: 'flow:a'}, outcomes: {exhausted: end}}}",
    )
    assert codes(*flows) == []


def test_a_flow_that_runs_itself_is_a_circle() -> None:
    assert codes("id: a\nnodes: {s: {type: subflow, flow: a, next: end}}") == ["F211"]


def test_numbers_are_the_same_however_they_are_spelt() -> None:
    one = "id: a\nnumbers: '+86 10 1234 5678'\nnodes: {a: {type: hangup}}"
    other = "id: b\nnumbers: '01012345678'\nnodes: {a: {type: hangup}}"
    assert codes(one, other) == ["F212"]


def test_a_confidential_value_may_be_sent_in_a_body_and_compared() -> None:
    flow = """
        vars: {pin: null, ok: false}
        defaults: {outcomes: {error: end, timeout: end, interrupted: end, exhausted: end}}
        nodes:
          c: {type: collect, prompt: Pin., into: pin, sensitive: true, next: o}
          o: {type: operation, http: {method: POST, url: "crm:/pin", json: {pin: "{{ pin }}"}}, next: s}
          s: {type: set, vars: {ok: pin == '1'}, next: end}
        """
    assert codes(flow) == []


def test_findings_come_file_by_file_in_the_order_of_the_lines() -> None:
    one = "id: a\nnodes:\n  x: {type: play, prompt: X., next: y}\n  z: {type: play, prompt: Z., next: w}"
    two = "id: b\nstart: q\nnodes: {x: {type: play, prompt: X., next: y}}"
    places = [(finding.place.file, finding.place.line) for finding in findings(one, two)]
    assert places == sorted(places)


def test_a_flow_of_very_many_faults_names_a_hundred() -> None:
    nodes = "\n".join(f"  n{i}: {{type: play, prompt: X., next: nowhere{i}}}" for i in range(300))
    assert len(findings(f"nodes:\n{nodes}")) == 100


# Nodes of others --------------------------------------------------------------------------------------


class Look(Node):
    """A plugin's node: it looks a caller up in a directory and waits for nobody."""

    own_outcomes = {"unknown": "Nobody of that name is in it."}  # noqa: RUF012
    assigns = ("into",)
    provides = {"when": ("entry",)}  # noqa: RUF012
    exposes = (("query",),)

    type: Literal["look"]
    directory: Name = Field(description="Where.")
    into: VariableName = Field(description="What takes the entry.")
    query: Any = Field("", description="What for.")
    when: Any = Field(None, description="Which entry.")

    def needs_caller(self) -> bool:
        return True

    def problems(self, around: Around) -> Iterator[Problem]:
        if self.directory != "staff":
            yield unknown(("directory",), "X001", "directory", self.directory, ["staff"])


def plugin(options: str, head: str = "") -> list[tuple[str, int]]:
    text = (
        f"id: x\nlanguages: [en-US]\nvars: {{entry: null}}\n{head}\nnodes:\n  p: {{type: look, {options}}}\n"
    )
    types = {**registry.load_all("ivr.nodes"), "look": Look}
    source = lint.Source(*loader.load(text, "x.yaml", types))
    return [(one.code, one.place.column) for one in lint.lint({"x.yaml": source})]


def test_a_plugins_node_is_judged_as_a_built_in_one() -> None:
    good = "directory: staff, into: entry, next: end, outcomes: {unknown: end, error: end}"
    assert plugin(good) == []
    assert plugin(good.replace("staff", "staf")) == [("X001", 30)]
    assert plugin(good.replace("into: entry", "into: other")) == [("F209", 43)]
    assert plugin(good.replace("unknown: end, ", "")) == []
    assert plugin(good.replace("unknown: end, error: end", "busy: end")) == [("F205", 3), ("F206", 72)]
    assert plugin(good.replace("next: end, ", "")) == [("F205", 3)]
    assert plugin(good, "on_hangup: p") == [("F216", 3)]


# After the hangup ---------------------------------------------------------------------------------------

WRITE = """
    on_hangup: write
    defaults: {outcomes: {%s}}
    nodes:
      a: {type: play, prompt: A., next: end}
      write: {type: operation, http: {url: crm:/x}, next: %s, outcomes: {%s}}
      sorry: {type: play, prompt: Sorry., next: end}
    """


@pytest.mark.parametrize(
    ("default", "next_", "own", "way", "way_out"),
    [
        ("error: sorry", "end", "timeout: end", 'write → sorry, by "error" of `defaults`', "{error: end}"),
        ("error: end", "end", "timeout: sorry", 'write → sorry, by "timeout"', "set, branch"),
        ("error: end", "sorry", "timeout: end", "write → sorry", "set, branch"),
    ],
)
def test_who_needs_the_caller_after_the_hangup_is_told_how_it_comes_to_that(
    default: str, next_: str, own: str, way: str, way_out: str
) -> None:
    (finding,) = (one for one in findings(WRITE % (default, next_, own)) if one.code == "F216")
    assert finding.message.endswith(f"({way})")
    assert way_out in finding.hint


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("call.language == 'en-US'", False),
        ("call.language == 'en'", True),
        ('"zh" != call.language', True),
        ("caller.name == 'en'", False),
    ],
)
def test_a_language_no_caller_is_spoken_to_in_is_told(when: str, *, told: bool) -> None:
    text = f"""
id: x
languages: [zh-CN, en-US]
nodes:
  a: {{type: branch, cases: [{{when: {when!r}, next: b}}], else: end}}
  b: {{type: play, prompt: {{zh-CN: 您好。, en-US: Hello.}}, next: end}}
"""
    assert ("F214" in [finding.code for finding in findings(text)]) == told
