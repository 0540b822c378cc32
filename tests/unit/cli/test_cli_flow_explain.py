"""`ivr flow explain`: a code in words, where the designer is."""

from __future__ import annotations

import pytest

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
