from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.cli import run

PROJECT = Path(__file__).parents[3]


def test_a_dry_run_shows_the_diff_and_writes_nothing(conf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dialplan", "install", "--conf", str(conf), "--number", "95598", "--dry-run"]) == 0
    shown = capsys.readouterr()
    assert "+++ b/dialplan/public/ivory.xml" in shown.out
    assert '+    <condition field="destination_number" expression="^(95598)$">' in shown.out
    assert "dry run" in shown.err
    assert not (conf / "dialplan/ivory.xml").exists()
    assert not (conf / ".ivory").exists()


def test_installing_says_how_to_let_freeswitch_read_it_and_twice_does_nothing(
    conf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["dialplan", "install", "--conf", str(conf), "--number=95598", "--yes"]
    assert run(line) == 0
    assert "fs_cli -x reloadxml" in capsys.readouterr().err
    assert run(line) == 0
    assert capsys.readouterr().err == "nothing to do\n"
    assert run(["dialplan", "check", "--conf", str(conf)]) == 0
    assert run(["dialplan", "uninstall", "--conf", str(conf), "--yes"]) == 0
    assert run(["dialplan", "check", "--conf", str(conf)]) == 1
    assert run(["dialplan", "uninstall", "--conf", str(conf), "--yes"]) == 0
    assert "nothing to do" in capsys.readouterr().err


def test_nobody_to_ask_is_no_consent(conf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dialplan", "install", "--conf", str(conf), "--number=95598"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert not (conf / "dialplan/ivory.xml").exists()


def test_a_conflict_ends_with_1_and_its_place(conf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dialplan", "install", "--conf", str(conf), "--number=1005", "--yes"]) == 1
    err = capsys.readouterr().err
    assert f"{conf}/dialplan/public.xml:9: extension desks takes 1005 before Ivory does" in err
    assert "nothing was written" in err


def test_json_tells_programs_the_same(conf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["dialplan", "install", "--conf", str(conf), "--number=7000", "--json", "--yes"]
    assert run(line) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["written"] is True
    assert [change["path"] for change in report["changes"]] == [
        "dialplan/ivory.xml",
        "dialplan/public/ivory.xml",
    ]
    assert [(note["severity"], note["line"]) for note in report["notes"]] == [("warning", 14)]
    assert run(["dialplan", "check", "--conf", str(conf), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_without_a_number_those_of_the_flows_are_meant(
    conf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flows = str(PROJECT / "flows")
    assert run(["dialplan", "install", "--conf", str(conf), "--flows", flows, "--yes"]) == 0
    assert "95598" in (conf / "dialplan/public/ivory.xml").read_text()


@pytest.mark.parametrize("number", ["95598;rm", '"', "${x}", "/(/"])
def test_a_hostile_number_is_refused_in_one_sentence(
    conf: Path, capsys: pytest.CaptureFixture[str], number: str
) -> None:
    assert run(["dialplan", "install", "--conf", str(conf), "--number", number, "--yes"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("error: X001 ")
    assert err.count("\n") == 1


def test_a_folder_that_is_no_configuration_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["dialplan", "check", "--conf", str(tmp_path)]) == 1
    assert "no freeswitch.xml" in capsys.readouterr().err


def test_reload_without_a_freeswitch_says_so_after_the_files_are_written(
    conf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["dialplan", "install", "--conf", str(conf), "--number=95598", "--yes", "--reload"]
    assert run([*line, "--set=switch.port=1"]) == 69
    assert "W002" in capsys.readouterr().err
    assert (conf / "dialplan/ivory.xml").exists()


def test_the_guard_is_the_one_that_workers_wind_up(conf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["dialplan", "install", "--conf", str(conf), "--number=95598", "--yes"]
    assert run([*line, "--set=calls.guard=0"]) == 78
    assert "calls.guard is 0" in capsys.readouterr().err
    assert run([*line, "--set=calls.guard=20"]) == 0
    assert (conf / "dialplan/public/ivory.xml").read_text().count("+20 ivr-guard-") == 3
    assert run([*line, "--set=calls.guard=20", "--guard=9"]) == 0
    assert "set calls.guard to 9, too" in capsys.readouterr().err


def test_answering_in_the_dialplan_is_asked_for_and_can_be_taken_back(
    conf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["dialplan", "install", "--conf", str(conf), "--number=95598", "--yes"]
    assert run([*line, "--answer"]) == 0
    written = (conf / "dialplan/public/ivory.xml").read_text()
    assert '<action application="answer"/>' in written
    assert run(["dialplan", "check", "--conf", str(conf)]) == 0
    assert run([*line, "--answer"]) == 0
    assert "nothing to do" in capsys.readouterr().err
    assert run(line) == 0
    assert '<action application="answer"/>' not in (conf / "dialplan/public/ivory.xml").read_text()
