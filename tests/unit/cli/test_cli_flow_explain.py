"""`ivr flow explain`: a code in words, where the designer is."""

from __future__ import annotations

import pytest
from wcwidth import wcswidth

from ivr.cli import run
from ivr.testing.explained import entries


def test_a_code_is_explained_with_a_wrong_and_a_right_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "explain", "f104"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("F104 an option that does not exist\n")
    assert out.index("wrong:") < out.index("promt") < out.index("right:")


def test_several_codes_are_explained_one_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "explain", "E012", "S001"]) == 0
    out = capsys.readouterr().out
    assert out.index("E012 ") < out.index("S001 ")
    assert "given: values" in out


def test_links_are_only_their_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "explain", "F102"]) == 0
    out = capsys.readouterr().out
    assert "nodes has them all" in " ".join(out.split())
    assert "](" not in out


def test_without_a_code_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "explain"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {code}  " in out for code in entries())


def test_a_code_that_is_none_is_a_failure_with_a_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "explain", "Q999"]) == 1
    assert "`ivr flow explain` lists them" in capsys.readouterr().err


def test_what_is_wrong_with_tests_is_explained_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "explain", "T101"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("T101 a step that is none\n")
    assert out.index("wrong:") < out.index("{hear: Welcome, press: 1}") < out.index("right:")


def test_a_code_is_explained_in_chinese_with_the_same_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "explain", "F104", "--language", "zh-CN"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("F104 不存在的选项\n\n节点（或流程）没有这个名称的选项。")
    assert out.index("错误：") < out.index("promt") < out.index("正确：")


def test_chinese_is_broken_where_the_terminal_ends_and_never_before_a_mark(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert run(["flow", "explain", "F003", "--language", "zh-CN"]) == 0
    prose = capsys.readouterr().out.partition("错误：")[0].splitlines()[1:]
    assert max(map(wcswidth, prose)) in (39, 40)
    assert not [line for line in prose if line[:1] in tuple("，。：；、）”")]
    assert "".join(prose) == "".join(entries("zh-CN")["F003"].paragraphs)


def test_all_codes_are_listed_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flow", "explain", "--language", "zh-CN"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("文件\n  F001  文件超过流程允许的大小\n")
    assert all(f"  {code}  " in out for code in entries())


def test_the_terminals_language_is_taken_unless_another_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run(["flow", "explain", "F104"]) == 0
    assert capsys.readouterr().out.startswith("F104 不存在的选项\n")
    assert run(["flow", "explain", "F104", "--language", "en-US"]) == 0
    assert capsys.readouterr().out.startswith("F104 an option that does not exist\n")
