"""`ivr flow lint`: its output for people, programs and GitHub, and the repair of files on disk."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ivr.cli import run
from ivr.cli.flow.annotations import annotation
from ivr.errors import Finding, Place

WRONG = """\
id: shop   # what it is
languages: [en-US]
nodes:
  hello: {type: play, promt: Hello., next: end}
"""


@pytest.fixture
def flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = Path("shop.yaml")
    file.write_text(WRONG)
    return file


def test_github_shows_a_finding_beside_its_line(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "lint", "--format", "github", "shop.yaml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    message = 'unknown option "promt" for play; did you mean "prompt"?'
    assert f"::error file=shop.yaml,line=4,col=23,title=F104::{message}" in lines


def test_annotations_escape_what_means_something_to_github() -> None:
    finding = Finding(Place("a:b,c%.yaml", 1, 2), "F1", "100 %: a, b\r\nc", "d", "warning")
    told = "::warning file=a%3Ab%2Cc%25.yaml,line=1,col=2,title=F1::100 %25: a, b%0D%0Ac; d"
    assert annotation(finding) == told


@pytest.mark.parametrize("flags", [["--json"], ["--format", "json"]])
def test_programs_get_json(flags: list[str], flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "lint", *flags, "shop.yaml"]) == 1
    assert "F104" in {row["code"] for row in json.loads(capsys.readouterr().out)}


def test_findings_are_said_in_a_language(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "lint", "--language", "zh-CN", "shop.yaml"]) == 1
    out, err = capsys.readouterr()
    assert "shop.yaml:4:23 F104 没有选项“promt”（play）；是否想写“prompt”？" in out.splitlines()
    assert err == "1 个流程：2 个错误，没有警告\n"


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "zh"])
def test_who_sits_at_a_chinese_terminal_reads_chinese_and_programs_english(
    locale: str, flow: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LC_ALL")
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", locale)
    run(["flow", "lint", "shop.yaml"])
    assert "没有选项" in capsys.readouterr().out
    for form in ("json", "github"):
        run(["flow", "lint", "--format", form, "shop.yaml"])
        assert "unknown option" in capsys.readouterr().out
    run(["flow", "lint", "--json", "--language", "zh-CN", "shop.yaml"])
    assert "没有选项“promt”（play）" in {row["message"] for row in json.loads(capsys.readouterr().out)}


def test_colours_are_for_terminals_only(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["flow", "lint", "shop.yaml"])
    assert "\x1b" not in "".join(capsys.readouterr())


def test_a_fix_changes_the_file_and_nothing_else_about_it(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow.chmod(0o640)
    assert run(["flow", "lint", "--fix", "shop.yaml"]) == 0
    assert flow.read_text() == WRONG.replace("promt", "prompt")
    assert flow.stat().st_mode & 0o777 == 0o640
    assert os.listdir() == ["shop.yaml"]
    assert "shop.yaml: 1 finding repaired" in capsys.readouterr().err


def test_a_fix_goes_through_a_link(flow: Path, tmp_path: Path) -> None:
    Path("linked").mkdir()
    Path("linked/shop.yaml").symlink_to(tmp_path / "shop.yaml")
    assert run(["flow", "lint", "--fix", "linked"]) == 0
    assert Path("linked/shop.yaml").is_symlink()
    assert flow.read_text() == WRONG.replace("promt", "prompt")


def test_a_difference_is_shown_and_not_made(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "lint", "--diff", "shop.yaml"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("--- a/shop.yaml\n+++ b/shop.yaml\n")
    assert "+  hello: {type: play, prompt: Hello., next: end}\n" in out
    assert flow.read_text() == WRONG
    flow.write_text(WRONG.replace("promt", "prompt"))
    assert run(["flow", "lint", "--diff", "shop.yaml"]) == 0
    assert capsys.readouterr().out == ""


def test_a_repair_that_would_not_help_is_told(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flow.write_text(WRONG.replace("promt", "prompt: Hi., promt"))
    assert run(["flow", "lint", "--fix", "shop.yaml"]) == 1
    assert "shop.yaml:4:36 F104 left as it is" in capsys.readouterr().err
    assert flow.read_text() == WRONG.replace("promt", "prompt: Hi., promt")


def test_a_file_that_cannot_be_read_is_passed_over(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("gone.yaml").symlink_to("nowhere")
    Path("latin.yaml").write_bytes(b"id: \xe9")
    assert run(["flow", "lint", "--fix", "."]) == 1
    assert "F002" in capsys.readouterr().out
    assert Path("latin.yaml").read_bytes() == b"id: \xe9"
