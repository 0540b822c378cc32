"""Logs: for people and for machines, and never the values of variables."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import structlog

from ivr import log


@pytest.fixture
def _logging_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root, before = logging.getLogger(), structlog.get_config()
    monkeypatch.setattr(root, "handlers", root.handlers[:])
    monkeypatch.setattr(root, "level", root.level)
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("_logging_as_before")
def test_machines_get_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json")
    log.get("one").info("call begins", call="abc", name="王")
    logging.getLogger("other").warning("from %s", "elsewhere")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (lines[0]["event"], lines[0]["call"], lines[0]["level"], lines[0]["name"]) == (
        "call begins",
        "abc",
        "info",
        "王",
    )
    assert (lines[1]["event"], lines[1]["level"]) == ("from elsewhere", "warning")
    assert all(line["timestamp"].endswith("Z") for line in lines)


@pytest.mark.usefixtures("_logging_as_before")
def test_what_is_below_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("warning", "text")
    log.get("two").info("quiet")
    log.get("two").warning("loud")
    logged = capsys.readouterr().err
    assert "quiet" not in logged
    assert "loud" in logged


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.usefixtures("_logging_as_before")
def test_a_trace_shows_no_values_of_variables(capsys: pytest.CaptureFixture[str], form: str) -> None:
    log.configure("info", form)
    digits = "7391" + "5528"
    try:
        int(digits[:0])
    except ValueError:
        log.get("three").exception("failed")
    logged = capsys.readouterr().err
    assert "ValueError" in logged
    assert "73915528" not in logged


@pytest.mark.usefixtures("_logging_as_before")
def test_who_listens_sees_each_line_first_and_may_take_it(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json")
    logger, seen = log.get("listened"), []

    def listener(line: Mapping[str, Any]) -> bool:
        seen.append(line["event"])
        return bool(line["event"] == "mine")

    logger.info("before")
    with log.listening(listener):
        logger.warning("mine", error="x")
        logger.warning("not mine")
        logging.getLogger("other").warning("from %s", "elsewhere")
    logger.info("mine")
    written = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert written == ["before", "not mine", "from elsewhere", "mine"]
    assert seen == ["mine", "not mine", "from elsewhere"]
