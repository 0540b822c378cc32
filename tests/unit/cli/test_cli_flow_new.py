"""`ivr flow new`: what it writes can serve and passes its tests; what is there is never written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr import testing
from ivr.cli import run
from ivr.flow import starters
from ivr.runtime import reading

FLOWS = Path(__file__).parents[3] / "flows"


def new(folder: Path, *words: str) -> int:
    return run(["flow", "new", "--flows", str(folder), *words])


def judged(folder: Path) -> tuple[list[str], testing.Report]:
    """All that lint says of a folder's flows, and what came of their tests."""
    found = reading.read(reading.files(folder))
    return [str(finding) for finding in found.findings], testing.run([folder], found.flows)


@pytest.mark.parametrize("languages", ["zh-CN,en-US", "en-US,zh-CN", "en-US", "zh-CN"])
def test_a_new_flow_has_no_finding_and_passes_its_tests(tmp_path: Path, languages: str) -> None:
    assert new(tmp_path / "flows", "office", "--languages", languages) == 0
    findings, report = judged(tmp_path / "flows")
    assert findings == []
    assert report.ok
    assert report.passed > 10
    assert report.coverage["office"].percent >= 95


@pytest.mark.parametrize(
    ("starter", "languages"), [("survey", ""), *((name, "en-US,zh-CN") for name in starters.names())]
)
def test_a_copy_of_a_starter_has_no_finding_and_passes_its_tests(
    tmp_path: Path, starter: str, languages: str
) -> None:
    assert new(tmp_path, "mine", "--from", starter, "--languages", languages) == 0
    findings, report = judged(tmp_path)
    assert findings == []
    assert report.ok
    assert report.passed
    flow = reading.read([tmp_path / "mine.yaml"]).flows["mine"].flow
    codes = tuple(f"*7{digit}" for digit in range(8))
    assert flow.numbers == (codes if starter == "agents" else ())
    assert flow.languages == (("en-US", "zh-CN") if languages else ("zh-CN", "en-US"))


def test_it_says_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path, "office")
    err = capsys.readouterr().err
    for words in ("ivr flow run office", "ivr flow lint", "ivr flow test office", "bank, clinic", "numbers:"):
        assert words in err


def test_a_copy_keeps_feature_codes_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path, "our_codes", "--from", "agents")
    err = capsys.readouterr().err
    assert "Telephones of the house come to it by *70, *71," in err
    assert "Callers come" not in err


def test_a_code_that_another_flow_answers_is_not_taken_from_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nodes = "nodes:\n  bye: {type: hangup, prompt: Bye}\n"
    (tmp_path / "old.yaml").write_text(f'id: old\nlanguages: [en-US]\nnumbers: ["*71", "*72"]\n{nodes}')
    new(tmp_path, "our_codes", "--from", "agents")
    err = capsys.readouterr().err
    assert f"{tmp_path / 'old.yaml'} answers *71, *72 already" in err
    assert "by *70, *73," in err
    assert not [line for line in judged(tmp_path)[0] if "F212" in line]


@pytest.mark.parametrize("there", ["office.yaml", "tests/office.yaml"])
def test_what_is_there_is_not_written_over(
    tmp_path: Path, there: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / there).write_text("mine")
    assert new(tmp_path, "office") == 1
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / there).read_text() == "mine"
    assert [path.name for path in tmp_path.rglob("*.yaml")] == ["office.yaml"]


def test_a_name_that_another_file_has_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(tmp_path, "office") == 0
    (tmp_path / "office.yaml").rename(tmp_path / "renamed.yaml")
    (tmp_path / "tests/office.yaml").unlink()
    assert new(tmp_path, "office") == 1
    assert 'renamed.yaml is called "office" already' in capsys.readouterr().err


@pytest.mark.parametrize("name", ["My-Flow", "9x", "../x", "中文", ""])
def test_a_name_that_is_none_is_refused(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new(tmp_path / "flows", name) == 1
    assert "cannot be a name" in capsys.readouterr().err
    assert not (tmp_path / "flows").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "bnk"), 'did you mean "bank"?'),
        (("--from", "zzzzz"), "agents, bank, clinic, hotline, speak, survey, telecom, vip, voicemail"),
        (("--from", "bank", "--languages", "fr-FR"), 'bank does not speak "fr-FR"'),
        (("--languages", "fr-FR"), 'no words in "fr-FR" yet'),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(
    tmp_path: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new(tmp_path / "flows", "mine", *words) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "flows").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert new(tmp_path / "file" / "flows", "office") == 1
    assert "cannot be written" in capsys.readouterr().err


def test_starters_are_found_where_a_wheel_puts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path / "share/ivory/flows"
    shared.mkdir(parents=True)
    (shared / "hotline.yaml").write_bytes((FLOWS / "hotline.yaml").read_bytes())
    monkeypatch.setattr(starters, "__file__", str(tmp_path / "site-packages/ivr/flow/starters.py"))
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    assert (starters.home(), starters.names()) == (shared, ["hotline"])
