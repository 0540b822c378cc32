"""What of a flow its tests have seen, and where what they have not seen stands."""

from __future__ import annotations

from pathlib import Path

from ivr import registry, testing
from ivr.flow import loader
from ivr.testing import Coverage, Report
from tests.flow_tests import written

FLOW = """id: t
languages: [en-US]
always: {"0": bye}
defaults: {outcomes: {exhausted: bye, error: bye}}
nodes:
  main:
    type: menu
    prompt: For bills press one.
    options:
      1: ask
      2: message
  ask:
    type: operation
    http: {url: crm:/a}
    next: end
    outcomes:
      404: bye
      5xx: bye
      interrupted: bye
  message: {type: record, next: bye, outcomes: {too_short: bye}}
  bye: {type: hangup, prompt: Goodbye.}
"""


def covered(folder: Path, cases: str) -> Coverage:
    flow = folder / "flow.yaml"
    flow.write_text(FLOW)
    loaded, _ = loader.load(flow.read_bytes(), str(flow), registry.load_all("ivr.nodes"))
    report: Report = testing.run([written(folder, cases)], {"t": loaded})
    assert report.ok, [outcome.failures for outcome in report.failed]
    return report.coverage["t"]


def missed(coverage: Coverage) -> list[str]:
    return [f"{way.place.line} {way}" for way in coverage.missed]


def test_ways_that_were_not_taken_are_listed_with_their_lines(tmp_path: Path) -> None:
    seen = covered(tmp_path, "- {name: a, steps: [{press: 2}, {wait: 2s}, {say: Hello to everybody}]}")
    assert missed(seen) == [
        "6 main=0",
        "6 main=exhausted",
        "10 main=1",
        "12 ask",
        "20 message=too_short",
    ]
    assert (seen.nodes, seen.edges) == ((3, 4), (2, 10))
    assert round(seen.percent, 1) == 20.0


def test_what_no_caller_can_make_happen_does_not_count(tmp_path: Path) -> None:
    ways = {str(way) for way in covered(tmp_path, "- {name: a, steps: [hang_up]}").ways}
    assert not ways & {"ask=interrupted", "message=exhausted", "bye=next"}
    assert {"ask=error", "ask=404", "ask=5xx", "main=0"} <= ways


def test_a_status_covers_its_kind_and_else_the_error(tmp_path: Path) -> None:
    seen = covered(
        tmp_path,
        """
        - name: "{{ status }}"
          each: [{status: 503}, {status: 418}, {status: 404}]
          mock: {GET crm:/a: "{{ status }}"}
          steps: [{press: 1}]
        """,
    )
    assert {"ask=5xx", "ask=error", "ask=404"} & {str(way) for way in seen.missed} == set()


def test_a_caller_who_leaves_takes_no_way(tmp_path: Path) -> None:
    assert covered(tmp_path, "- {name: a, steps: [hang_up]}").edges[0] == 0


def test_a_flow_whose_file_has_changed_is_still_covered(tmp_path: Path) -> None:
    flow = tmp_path / "flow.yaml"
    flow.write_text(FLOW)
    loaded, _ = loader.load(flow.read_bytes(), str(flow), registry.load_all("ivr.nodes"))
    flow.write_text("other")
    report = testing.run([written(tmp_path, "- {name: a, steps: [hang_up]}")], {"t": loaded})
    assert {way.place.line for way in report.coverage["t"].ways} == {1}
