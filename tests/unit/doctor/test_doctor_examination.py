"""The examination: what a check that hangs, breaks or cannot ask does to the others."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest

from ivr.cli import run
from ivr.doctor.check import Check
from ivr.doctor.examination import Examination, Examined
from ivr.doctor.findings import Finding, ok, warning
from ivr.doctor.patient import Patient
from ivr.errors import IvoryError
from tests.unit.doctor.told import settings

KNOWN = "--set=switch.password=ClueCon"


def fine(_patient: Patient) -> Iterator[Finding]:
    yield warning("so so", "mend it")
    yield ok("fine")


def hangs(_patient: Patient) -> Iterator[Finding]:
    yield ok("so far")
    gevent.sleep(30)


def blocks(patient: Patient) -> Iterator[Finding]:
    released = socket.socketpair()
    with released[0], released[1]:
        try:
            patient.aside(released[0].recv, 1)
        finally:
            released[1].send(b"x")
    yield ok("never")


def breaks(_patient: Patient) -> Iterator[Finding]:
    raise ZeroDivisionError
    yield


def explains(patient: Patient) -> Iterator[Finding]:
    def fail() -> None:
        raise IvoryError("it is so", hint="do that")

    patient.aside(fail)
    yield ok("never")


def examine(*checks: Check, **values: str) -> list[Examined]:
    return [done for _, done in Examination(settings(**values), checks).run() if done]


def test_a_check_that_hangs_ends_at_its_time_and_the_next_is_made() -> None:
    late, next_ = examine(Check("slow", hangs, False, 0.05), Check("next", fine, False, 5))
    assert [finding.status for finding in late.findings] == ["ok", "failure"]
    assert "--only slow" in late.findings[1].mend
    assert next_.status == "warning"


def test_a_check_that_waits_for_a_thread_ends_at_its_time() -> None:
    [late] = examine(Check("slow", blocks, False, 0.05))
    assert late.status == "failure"


def test_a_check_that_breaks_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    [broken] = examine(Check("broken", breaks, False, 5))
    assert "ZeroDivisionError" in broken.findings[0].seen


def test_an_error_of_ours_is_told_with_its_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    [explained] = examine(Check("x", explains, False, 5))
    [finding] = explained.findings
    assert (finding.status, finding.seen, finding.mend) == ("failure", "it is so", "do that")
    assert capsys.readouterr().err == ""


def test_the_worst_of_a_check_is_last() -> None:
    [examined] = examine(Check("x", fine, False, 5))
    assert [finding.status for finding in examined.findings] == ["ok", "warning"]


@pytest.fixture
def silent() -> Iterator[int]:
    """A port at which somebody listens and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def doctor(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, str]]:
    code = run(["doctor", "--json", *words])
    return code, json.loads(capsys.readouterr().out)["checks"]


def test_nobody_there_is_69_and_what_needs_nobody_is_looked_at(
    silent: int, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, found = doctor(
        capsys, "--only=connection", "--only=modules", "--only=disk", "--set=switch.connect_timeout=0.2",
        f"--set=switch.port={silent}", f"--set=calls.recordings={tmp_path}", f"--set=speech.cache={tmp_path}",
    )  # fmt: skip
    assert code == 69
    assert found == {"connection": "failure", "disk": "ok", "modules": "skipped"}


def test_checks_that_ask_nobody_do_not_connect(silent: int, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = doctor(capsys, "--only=password", KNOWN, f"--set=switch.port={silent}")
    assert (code, found) == (0, {"password": "warning"})


def test_a_check_that_is_not_there_is_a_wrong_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--only=modles"]) == 2
    assert 'did you mean "modules"?' in capsys.readouterr().err


def test_a_failure_is_exit_code_1_and_is_printed_last(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["doctor", "--only=flows", "--only=password", KNOWN, f"--flows={tmp_path}/no"]) == 1
    output = capsys.readouterr()
    assert [line.split()[0] for line in output.out.splitlines()] == ["warning", "mend:", "failure", "mend:"]
    assert output.err.strip() == "1 failure, 1 warning"


def test_checks_left_out_for_one_reason_are_one_line(silent: int, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--only=version", "--only=modules", "--only=clock", "--set=switch.connect_timeout=0.2"]
    assert run(["doctor", *words, f"--set=switch.port={silent}"]) == 69
    line, why, mend = capsys.readouterr().out.splitlines()
    assert why.split()[:2] == ["failure", "connection"]  # asked for or not: it is the reason
    assert "does not answer in time" in mend
    assert line.split(maxsplit=1) == ["skipped", "clock, modules, version: FreeSWITCH was not reached"]
