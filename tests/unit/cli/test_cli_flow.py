"""`ivr flow lint` and `ivr flow list`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.cli import run

GOOD = """
id: good
languages: [en-US]
numbers: ["1"]
nodes:
  hello: {type: play, prompt: Hello., next: end}
"""
BAD = GOOD.replace("id: good", "id: bad").replace("prompt:", "promt:")
CALLER = """
id: caller
languages: [en-US]
nodes:
  over: {type: transfer, flow: good}
"""


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    for name, text in (("good", GOOD), ("bad", BAD), ("caller", CALLER)):
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def test_a_good_flow_has_exit_code_0(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "lint", str(flows / "good.yaml")]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "1 flow: no errors" in err


def test_an_error_has_exit_code_1_and_its_place(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "lint", str(flows)]) == 1
    out = capsys.readouterr().out
    assert f'{flows}/bad.yaml:6:23 F104 unknown option "promt"' in out
    assert 'did you mean "prompt"?' in out


def test_findings_are_data_with_json(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "lint", "--json", str(flows / "bad.yaml")]) == 1
    finding = next(row for row in json.loads(capsys.readouterr().out) if row["code"] == "F104")
    assert (finding["line"], finding["column"], finding["severity"]) == (6, 23, "error")


def test_a_flow_may_refer_to_its_neighbours(flows: Path) -> None:
    assert run(["flow", "lint", str(flows / "caller.yaml")]) == 0


def test_without_a_path_all_of_the_setting_is_checked(flows: Path) -> None:
    assert run(["flow", "lint", "--flows", str(flows)]) == 1
    (flows / "bad.yaml").unlink()
    assert run(["flow", "lint", "--flows", str(flows)]) == 0


def test_the_list_shows_what_may_serve_and_tells_of_the_rest(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["flow", "list", "--json", "--flows", str(flows)]) == 0
    assert {row["id"]: row["numbers"] for row in json.loads(capsys.readouterr().out)} == {
        "good": ["1"],
        "caller": [],
    }
    assert run(["flow", "list", "--flows", str(flows)]) == 0
    out, err = capsys.readouterr()
    assert "good" in out
    assert "bad.yaml has errors" in err


def test_a_flow_is_checked_by_its_name(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "lint", "good", "--flows", str(flows)]) == 0
    capsys.readouterr()
    assert run(["flow", "lint", "goood", "--flows", str(flows)]) == 1
    assert 'no file and no flow goood; did you mean "good"?' in capsys.readouterr().err
