"""`ivr flow schema`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from ivr.cli import run


def test_the_schema_is_printed_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "schema"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    validator = Draft7Validator(json.loads(out))
    assert validator.is_valid({"id": "x", "nodes": {"a": {"type": "hangup"}}})
    assert not validator.is_valid({"id": "x", "nodes": {"a": {"type": "hang"}}})


def test_it_is_written_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "flow.schema.json"
    assert run(["flow", "schema", "--output", str(file), "--docs", "https://wiki.example/ivory"]) == 0
    assert capsys.readouterr().out == ""
    text = file.read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert "https://wiki.example/ivory/nodes/menu.md" in text


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "nowhere/flow.schema.json"
    assert run(["flow", "schema", "--output", str(file)]) == 1
    assert f"{file} cannot be written: No such file or directory" in capsys.readouterr().err


def test_the_same_installation_makes_the_same_bytes() -> None:
    made = {
        subprocess.run(
            [sys.executable, "-m", "ivr", "flow", "schema"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1
    assert b'"title": "Ivory flow"' in made.pop()


def test_tests_have_a_schema_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "schema", "--tests"]) == 0
    validator = Draft7Validator(json.loads(capsys.readouterr().out))
    assert validator.is_valid({"flow": "x", "cases": [{"name": "a", "steps": ["hang_up"]}]})
    assert not validator.is_valid({"flow": "x", "cases": [{"name": "a", "steps": ["hang up"]}]})


@pytest.mark.parametrize(("what", "words"), [([], "一个流程"), (["--tests"], "来电者的一个动作。")])
def test_it_is_explained_in_chinese_too(
    capsys: pytest.CaptureFixture[str], what: list[str], words: str
) -> None:
    assert run(["flow", "schema", *what, "--language", "zh-CN"]) == 0
    assert words in capsys.readouterr().out
    assert run(["flow", "schema", *what]) == 0
    assert words not in capsys.readouterr().out
