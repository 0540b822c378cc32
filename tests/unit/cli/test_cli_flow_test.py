"""`ivr flow test`: what is played, what is shown, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.cli import run

FLOW = """id: shop
languages: [en-US]
nodes:
  main:
    type: menu
    prompt: For bills press one.
    options: {1: bye}
    outcomes: {exhausted: bye}
  bye: {type: hangup, prompt: Goodbye.}
"""
TESTS = """flow: shop
cases:
  - {name: key one, steps: [{press: 1}, {hear: Goodbye}]}
  - {name: nothing, steps: [{hear: Goodbye}]}
"""


@pytest.fixture
def flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(FLOW)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "shop.yaml").write_text(TESTS)
    monkeypatch.setenv("IVR_FLOWS_DIR", str(tmp_path))
    return tmp_path


def break_(flows: Path) -> None:
    tests = flows / "tests" / "shop.yaml"
    tests.write_text(TESTS.replace("[{hear: Goodbye}]", "[{hear: Good morning}]"))


def test_all_is_well_in_two_lines(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "test"]) == 0
    out, err = capsys.readouterr()
    assert out.split() == ["shop", "2", "cases", "nodes", "2/2", "ways", "2/2", "100", "%"]
    assert err.startswith("2 passed in ")


@pytest.mark.parametrize("what", ["shop", "shop.yaml", "tests/shop.yaml", "tests", "."])
def test_tests_are_named_by_flow_file_or_folder(
    flows: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    monkeypatch.chdir(flows)
    assert run(["flow", "test", what]) == 0
    assert capsys.readouterr().err.startswith("2 passed")


def test_a_failure_shows_the_line_and_the_call(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_(flows)
    assert run(["flow", "test"]) == 1
    out, err = capsys.readouterr()
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0] == "✗ shop: nothing"
    assert lines[1].startswith(f"{flows}/tests/shop.yaml:4 “Good morning” was not heard before the call")
    assert lines[2] == "the nearest that was heard: “Goodbye.”"
    assert "0:00.0 ivr For bills press one. main" in lines
    assert "1 passed, 1 failed in " in err
    assert err.endswith("\nto play it alone: ivr flow test shop -k nothing\n")
    assert not [line for line in out.splitlines() if line.endswith(" ")]


def test_of_many_failures_the_first_few_are_shown(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = "expect: {heard: [one potato, two potatoes, three potatoes, four], never: main, end: failed}"
    (flows / "tests" / "shop.yaml").write_text(TESTS.replace("[{press: 1}, {hear: Goodbye}]", f"[], {wrong}"))
    assert run(["flow", "test", "shop", "-k", "key"]) == 1
    out = capsys.readouterr().out
    assert out.count("shop.yaml:3 ") == 3
    assert "\n  and 3 more, which may come of these\n" in out


def test_the_call_is_aligned_with_the_node_of_each_line(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tests = flows / "tests" / "shop.yaml"
    tests.write_text(TESTS.replace("{hear: Goodbye}]", "{hear: Good evening}]"))
    assert run(["flow", "test"]) == 1
    lines = capsys.readouterr().out.partition("\n\n")[2].splitlines()
    assert lines[:4] == [
        "    0:00.0  ivr     For bills press one.  main",
        "    0:00.5  caller  1",
        "    0:00.5  ivr     Goodbye.              bye",
        "    0:00.9  switch  hangs up: NORMAL_CLEARING",
    ]


def test_a_goal_that_was_missed_tells_what_could_not_be_said(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bye = 'bye: {type: hangup, goal: told, prompt: ["Due {{ eta | date }}.", Goodbye.]}\nvars: {eta: noon}'
    (flows / "shop.yaml").write_text(FLOW.replace("bye: {type: hangup, prompt: Goodbye.}", bye))
    case = "  - {name: told, steps: [{press: 1}], expect: {goal: told}}\n"
    (flows / "tests" / "shop.yaml").write_text(f"flow: shop\ncases:\n{case}")
    assert run(["flow", "test"]) == 1
    problem = 'E014 eta is "noon", not a date such as 2026-12-01, so its sentence was not said'
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].endswith("shop.yaml:3 expected goal told; it was no goal")
    assert lines[2] == f"    bye: {problem}"
    assert lines[5:8] == [
        "    0:00.5  caller  1",
        f"    0:00.5  ivr !   {problem}  bye",
        "    0:00.5  ivr     Goodbye.",
    ]


def test_low_coverage_fails_and_says_what_is_missing(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tests = flows / "tests" / "shop.yaml"
    tests.write_text(TESTS.partition("  - {name: nothing")[0])
    assert run(["flow", "test", "--coverage", "50"]) == 0
    assert run(["flow", "test", "--coverage", "95"]) == 1
    assert f"{flows}/shop.yaml:8 main exhausted" in " ".join(capsys.readouterr().out.split())


def test_some_cases_say_nothing_of_coverage(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "test", "-k", "key ONE"]) == 0
    out, err = capsys.readouterr()
    assert (out, err.startswith("1 passed")) == ("", True)


def test_no_case_at_all_is_a_failure(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "test", "-k", "elephants"]) == 1
    assert "no case was played" in capsys.readouterr().err


def test_the_first_failure_may_be_the_last(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_(flows)
    assert run(["flow", "test", "-x", "-k", "nothing"]) == 1
    assert "1 failed" in capsys.readouterr().err


def test_several_failures_are_taken_one_by_one(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (flows / "tests" / "shop.yaml").write_text(TESTS.replace("Goodbye", "Farewell"))
    assert run(["flow", "test"]) == 1
    assert capsys.readouterr().err.endswith("\nto take one at a time: ivr flow test shop -x\n")


def test_a_test_that_cannot_be_read_fails_with_its_place(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "tests" / "shop.yaml").write_text(TESTS.replace("press: 1", "pres: 1"))
    assert run(["flow", "test"]) == 1
    out, err = capsys.readouterr()
    assert "shop.yaml:3:29 T101" in out
    assert 'did you mean "press"?' in out
    assert "1 file with errors" in err
    assert err.endswith("\nwhat is meant, with an example: ivr flow explain T101\n")


def test_a_flow_that_cannot_serve_fails_its_tests(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (flows / "shop.yaml").write_text(FLOW.replace("exhausted: bye", "exhausted: by"))
    assert run(["flow", "test"]) == 1
    out = capsys.readouterr().out
    assert 'T108 there is no flow "shop" that can serve' in out
    assert "shop.yaml:8:27 F201" in out


def test_results_are_written_for_programs(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    xml = flows / "junit.xml"
    assert run(["flow", "test", "--json", "--junit", str(xml)]) == 0
    assert json.loads(capsys.readouterr().out)["passed"] == 2
    assert b'tests="2"' in xml.read_bytes()


def test_the_slowest_are_shown(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "test", "--slowest", "1"]) == 0
    assert " ms  shop: " in capsys.readouterr().out


def test_files_that_change_are_tested_again_until_ctrl_c(
    flows: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looks = 0

    def sleep(_seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            break_(flows)
        if looks > 4:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    assert run(["flow", "test", "--watch"]) == 130
    err = capsys.readouterr().err
    assert (err.count("2 passed"), err.count("1 passed, 1 failed")) == (1, 1)


def test_a_flow_without_tests_is_named_and_is_not_covered(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "other.yaml").write_text(FLOW.replace("id: shop", "id: other"))
    assert run(["flow", "test"]) == 0
    assert "other has no tests" in capsys.readouterr().err
    assert run(["flow", "test", "--coverage", "50"]) == 1
    assert run(["flow", "test", "shop", "--coverage", "50"]) == 0


def test_a_flow_that_others_call_is_covered_by_their_tests(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "other.yaml").write_text(
        "id: other\nlanguages: [en-US]\nnodes: {a: {type: play, prompt: Hi, next: end}}\n"
    )
    (flows / "shop.yaml").write_text(FLOW + "  sub: {type: subflow, flow: other, next: bye}\nstart: sub\n")
    assert run(["flow", "test", "-k", "nothing"]) == 0
    capsys.readouterr()
    assert run(["flow", "test", "--json"]) in (0, 1)
    told = json.loads(capsys.readouterr().out)
    assert {one["flow"]: one["percent"] for one in told["coverage"]}["other"] == 100.0
