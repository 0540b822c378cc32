"""The commands that publish flows, compare versions, share callers out and go back, as an admin uses them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ivr.cli import run
from ivr.store.records import CallRecord, Step
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert

FLOW = """
id: line
languages: [en-US]
numbers: ["1"]
nodes:
  main:
    type: menu
    prompt: "{words}"
    noinput: Please press a key.
    nomatch: That is not a choice.
    options: {{1: bye}}
    outcomes: {{exhausted: bye, error: bye}}
  bye: {{type: play, prompt: Goodbye., goal: done, next: end}}
"""
TEST = """
flow: line
cases:
  - name: a key
    steps: [{{hear: Press}}, {{press: 1}}]
    expect: {{goal: {goal}}}
"""
Ivr = Callable[..., tuple[int, str, str]]


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    folder = tmp_path / "flows"
    (folder / "tests").mkdir(parents=True)
    (folder / "line.yaml").write_text(FLOW.format(words="Press 1."))
    (folder / "tests" / "line.yaml").write_text(TEST.format(goal="done"))
    return folder


@pytest.fixture
def ivr(
    flows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Ivr:
    monkeypatch.setenv("IVR_FLOWS_DIR", str(flows))
    monkeypatch.setenv("IVR_STORE_URL", f"sqlite:///{tmp_path}/ivory.db")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def command(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["flow", *words])
        out, err = capsys.readouterr()
        return code, out, err

    return command


def edit(flows: Path, words: str) -> None:
    (flows / "line.yaml").write_text(FLOW.format(words=words))


def version(text: str) -> str:
    found = re.search(r"[0-9a-f]{12}", text)
    assert found, text
    return found[0]


def data(answer: tuple[int, str, str]) -> Any:
    return json.loads(answer[1])


def test_a_flow_is_checked_tested_and_put_in_service(ivr: Ivr) -> None:
    code, _, err = ivr("publish", "line", "-m", "first", "--by", "zhang")
    assert code == 0
    assert "1 passed" in err
    (release,) = data(ivr("log", "line", "--json"))["releases"]
    assert release["version"] == version(err)
    assert (release["by"], release["message"]) == ("zhang", "first")
    assert release["tests"].startswith("1 passed, ")


def test_publishing_again_changes_nothing(ivr: Ivr) -> None:
    ivr("publish", "line")
    code, _, err = ivr("publish", "--all")
    assert (code, "in service already" in err) == (0, True)


def test_nothing_with_an_error_is_published(ivr: Ivr, flows: Path) -> None:
    (flows / "line.yaml").write_text(FLOW.format(words="Press 1.").replace("1: bye", "1: nowhere"))
    code, out, err = ivr("publish", "line", "--untested")
    assert code == 1
    assert "F201" in out
    assert "nothing is published" in err
    assert ivr("publish", "--all")[0] == 1
    assert data(ivr("log", "line", "--json"))["releases"] == []


def test_nothing_whose_tests_fail_is_published_but_knowingly(ivr: Ivr, flows: Path) -> None:
    test = TEST.format(goal="done").replace("hear: Press", "hear: Bonjour")
    (flows / "tests" / "line.yaml").write_text(test)
    code, out, err = ivr("publish", "line")
    assert code == 1
    assert "“Bonjour” was not heard" in out
    assert "nothing is published" in err
    assert ivr("publish", "line", "--untested")[0] == 0
    (release,) = data(ivr("log", "line", "--json"))["releases"]
    assert release["tests"].startswith("published although its tests do not pass: 0 passed, 1 failed")


def test_too_little_tested_is_not_published(ivr: Ivr) -> None:
    code, _, err = ivr("publish", "line", "--coverage", "99")
    assert (code, "99 % wanted" in err) == (1, True)


def test_a_flow_without_tests_may_be_published_and_is_told_so(ivr: Ivr, flows: Path) -> None:
    (flows / "tests" / "line.yaml").unlink()
    code, _, err = ivr("publish", "line")
    assert (code, "has no tests" in err) == (0, True)
    assert ivr("publish", "line", "--coverage", "1")[0] == 1


def test_what_was_published_is_compared_with_the_draft(ivr: Ivr, flows: Path) -> None:
    ivr("publish", "line")
    assert ivr("diff", "line")[0] == 0
    edit(flows, "Please press 1.")
    code, out, _ = ivr("diff", "line", "--lines")
    assert code == 1
    assert "~ main.prompt: Press 1. → Please press 1." in out
    assert '+    prompt: "Please press 1."' in out
    (change,) = data(ivr("diff", "line", "--json"))["flows"]["line"]
    assert change == {
        "what": "option",
        "where": "main.prompt",
        "old": "Press 1.",
        "new": "Please press 1.",
        "sign": "~",
    }


def test_two_versions_are_compared(ivr: Ivr, flows: Path) -> None:
    old = version(ivr("publish", "line")[2])
    edit(flows, "Please press 1.")
    new = version(ivr("publish", "line")[2])
    edit(flows, "Draft: Press 1.")
    assert "→ Please press 1." in ivr("diff", "line", old, new)[1]
    assert ivr("diff", "line", old[:5], old)[0] == 0


def test_a_version_comes_back_as_files(ivr: Ivr, flows: Path, tmp_path: Path) -> None:
    ivr("publish", "line")
    before = (flows / "line.yaml").read_text()
    (flows / "line.yaml").unlink()
    assert ivr("show", "line")[1] == before
    code, _, err = ivr("show", "line", "--to", str(tmp_path / "back"))
    assert code == 0
    number = sum(path.is_file() for path in (tmp_path / "back").rglob("*"))
    assert ("1 file is in" if number == 1 else f"{number} files are in") in err
    assert (tmp_path / "back" / "line.yaml").read_text() == before
    code, _, err = ivr("show", "line", "--to", str(tmp_path / "back"))
    assert (code, "is there already" in err) == (1, True)


def test_a_canary_is_compared_with_what_serves_beside_it(ivr: Ivr, flows: Path, tmp_path: Path) -> None:
    old = version(ivr("publish", "line")[2])
    edit(flows, "Please press 1.")
    new = version(ivr("publish", "line", "--canary", "20")[2])
    assert ivr("canary", "line", "40")[0] == 0
    start = datetime.now(UTC) + timedelta(seconds=1)
    with open_current(f"sqlite:///{tmp_path}/ivory.db") as store:
        records = [
            CallRecord(f"{name}{number}", start, "line", one, ended=start + timedelta(seconds=number % 40),
                       end="completed" if number % 10 < share else "abandoned",
                       goals=("done",) if number % 10 < share else ())
            for name, one, share in (("old", old, 3), ("new", new, 8)) for number in range(100)
        ]  # fmt: skip
        assert not Upsert(store)([pack(record) for record in records])
    told = data(ivr("canary", "line", "--json"))
    contained = told["comparison"]["shares"][0]
    assert (contained["name"], contained["old"], contained["new"]) == ("contained", 0.3, 0.8)
    assert contained["change"]["low"] > 0.3
    assert "+50.0" in ivr("canary", "line")[1]
    assert ivr("promote", "line")[0] == 0
    assert data(ivr("log", "line", "--json"))["serving"] == {"version": new, "canary": "", "percent": 0}


def test_going_back_and_out_of_service(ivr: Ivr, flows: Path) -> None:
    old = version(ivr("publish", "line")[2])
    edit(flows, "Please press 1.")
    ivr("publish", "line")
    assert version(ivr("rollback", "line")[2]) == old
    assert ivr("retire", "line")[0] == 0
    assert "retired" in ivr("list")[1]
    assert ivr("rollback", "line", old[:6])[0] == 0
    assert old in ivr("list")[1]
    kinds = [release["kind"] for release in data(ivr("log", "line", "--json"))["releases"]]
    assert kinds == ["rollback", "retire", "rollback", "publish", "publish"]


def test_a_flow_that_leads_to_a_newer_one_is_named(ivr: Ivr, flows: Path) -> None:
    (flows / "door.yaml").write_text(
        "id: door\nlanguages: [en-US]\nnodes: {a: {type: play, prompt: Hi., next: 'flow:line'}}\n"
    )
    ivr("publish", "door", "line")
    edit(flows, "Please press 1.")
    assert "door goes on with the line it was published with" in ivr("publish", "line")[2]
    assert "goes on with" not in ivr("publish", "door")[2]


def test_what_cannot_be_is_said(ivr: Ivr) -> None:
    for words, said in (
        (("publish", "nix"), "there is no flow nix"),
        (("rollback", "line"), "no other version"),
        (("canary", "line"), "has no canary"),
        (("promote", "line"), "no canary to promote"),
        (("retire", "line"), "no version of line is in service"),
        (("diff", "line"), "not in service"),
        (("show", "line"), "not in service"),
        (("show", "line", "abc"), 'no version "abc"'),
    ):
        code, _, err = ivr(*words)
        assert code == 1, words
        assert said in err
    assert ivr("publish")[0] == 2
    assert ivr("publish", "line", "--canary", "100")[0] == 2


def test_figures_take_menus_from_the_version_that_served(ivr: Ivr, flows: Path, tmp_path: Path) -> None:
    version_now = version(ivr("publish", "line")[2])
    (flows / "line.yaml").unlink()
    start = datetime.now(UTC) - timedelta(minutes=5)
    middle, end = start + timedelta(seconds=4), start + timedelta(seconds=9)
    records = (
        CallRecord("c1", start, "line", version_now, ended=end, end="completed", goals=("done",)),
        Step("c1", 1, "line", "main", "menu", start, middle, "1", "1"),
        Step("c1", 2, "line", "bye", "play", middle, end, "next"),
    )
    with open_current(f"sqlite:///{tmp_path}/ivory.db") as store:
        assert not Upsert(store)([pack(record) for record in records])
    told = data(ivr("stats", "line", "--json"))
    assert told["calls"]["total"] == 1
    assert "main" in json.dumps(told["menus"])
