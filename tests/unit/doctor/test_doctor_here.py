"""The checks that need no FreeSWITCH, on real files, databases and engines."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ivr.store.schema import open_current
from ivr.store.spool import Spool
from tests.unit.doctor.told import look, statuses

PROJECT = Path(__file__).parents[3]


def test_a_database_of_this_ivory_can_be_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ivory.db"
    open_current(url).close()
    findings = look("store", {}, store__url=url, store__spool=str(tmp_path / "spool"))
    assert statuses(findings) == ["ok"]


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    [finding] = look("store", {}, store__url=f"sqlite:///{tmp_path}/x.db", store__spool=str(tmp_path))
    assert (finding.status, "ivr db migrate" in finding.mend) == ("warning", True)
    assert not (tmp_path / "x.db").exists()


def test_what_is_no_database_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("no database at all, but long enough to be taken for one" * 10)
    [finding] = look("store", {}, store__url=f"sqlite:///{tmp_path}/x.db", store__spool=str(tmp_path))
    assert (finding.status, "not a database" in finding.seen) == ("failure", True)


def test_records_that_wait_are_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ivory.db"
    open_current(url).close()
    spool = Spool(tmp_path / "spool")
    spool.append(['{"x": 1}', '{"x": 2}'])
    spool.close()
    findings = look("store", {}, store__url=url, store__spool=str(tmp_path / "spool"))
    assert statuses(findings) == ["ok", "warning"]
    assert any("2 records wait" in finding.seen for finding in findings)


def test_flows_in_order_are_named() -> None:
    [finding] = look("flows", {}, flows__dir=str(PROJECT / "flows"))
    assert (finding.status, "can serve: agents" in finding.seen) == ("ok", True)


def test_flows_with_errors_are_counted_and_one_is_shown(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("nodes: 7\n")
    findings = look("flows", {}, flows__dir=str(tmp_path))
    assert statuses(findings) == ["failure", "failure"]
    assert "broken.yaml" in findings[0].seen


def test_a_missing_folder_of_flows_is_a_failure(tmp_path: Path) -> None:
    [finding] = look("flows", {}, flows__dir=str(tmp_path / "no"))
    assert (finding.status, "--flows" in finding.mend) == ("failure", True)


def test_an_engine_speaks_every_language_of_the_flows(tmp_path: Path) -> None:
    findings = look("speech", {}, flows__dir=str(PROJECT / "flows"), speech__cache=str(tmp_path / "cache"))
    assert [finding.seen.split()[0] for finding in findings] == ["en-US", "zh-CN"]
    assert statuses(findings) == ["ok", "ok"]
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ({"speech__engine": "nope"}, 'nothing called "nope"'),
        ({"speech__engine": "command", "speech__command": "false {text_file} {wav}"}, "cannot be spoken"),
    ],
)
def test_an_engine_that_does_not_work_is_a_failure(values: dict[str, str], seen: str, tmp_path: Path) -> None:
    [finding] = look("speech", {}, flows__dir=str(tmp_path), **values)
    assert finding.status == "failure"
    assert seen in finding.seen
    assert finding.mend


def test_who_listens_is_told_for_each_language_in_which_flows_do() -> None:
    findings = look("ears", {}, flows__dir=str(PROJECT / "flows"))
    assert statuses(findings) == ["ok", "warning"]
    assert "pocketsphinx" in findings[0].seen
    assert "zh-CN" in findings[1].seen
    assert "asr.models" in findings[1].mend


def test_sound_that_cannot_come_from_another_host_is_a_failure() -> None:
    values = {"flows__dir": str(PROJECT / "flows"), "files__url": "http://10.0.0.5:8089"}
    [finding, *_] = look("ears", {}, **values)
    assert (finding.status, "asr.sip" in finding.mend) == ("failure", True)
    assert "failure" not in statuses(look("ears", {}, **values, asr__sip="10.0.0.5:5090"))


def test_an_engine_that_is_none_is_a_failure_and_no_listening_flow_is_well(tmp_path: Path) -> None:
    [finding] = look("ears", {}, flows__dir=str(tmp_path), asr__engines=["nope"])
    assert (finding.status, "nope" in finding.seen) == ("failure", True)
    [finding] = look("ears", {}, flows__dir=str(tmp_path))
    assert finding.status == "ok"


def test_the_user_is_shown() -> None:
    [finding] = look("user", {"global_getvar": "/nowhere"}, switch__host="10.0.0.5")
    assert finding.status == "ok"
    assert os.geteuid() != 0 or "root" in finding.seen
