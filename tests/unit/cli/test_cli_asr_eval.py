"""A small flow, said by a synthetic voice and heard by real engines with models made of such voices."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import wave
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ivr.cli import run
from ivr.speech.asr import tiny

MODELS = "asr.models=" + json.dumps({language: str(folder) for language, folder in tiny.models().items()})
FLOW = """
id: small
languages: [en-US, zh-CN, fr-FR]
start: main
vars: {month: null}
nodes:
  main:
    type: menu
    prompt: {en-US: Your bill or an outage?, zh-CN: 电费还是停电？, fr-FR: Facture ou panne?}
    options:
      1: {next: end, say: {en-US: [my bill], zh-CN: [电费], fr-FR: [facture]}}
      2: {next: end, say: {en-US: [outage], zh-CN: [停电], fr-FR: [panne]}}
    outcomes: {exhausted: end}
  month:
    type: listen
    prompt: {en-US: Which month?, zh-CN: 几月的？, fr-FR: Quel mois?}
    intents: {month: {next: end, say: {en-US: "for {month}", zh-CN: "{month}", fr-FR: un mois}}}
    slots: {month: month}
    outcomes: {exhausted: end, unavailable: end}
  quiet:
    type: menu
    prompt: {en-US: Press 1., zh-CN: 请按1。, fr-FR: Tapez 1.}
    options: {1: main, 2: month}
    outcomes: {exhausted: end}
"""
QUICK = ["--voices", "1", "--noise", "", "--sentences", "2"]


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(FLOW, encoding="utf-8")
    return file


def evaluate(flow: Path, *arguments: str) -> int:
    return run(["asr", "eval", str(flow), *QUICK, *arguments, "--set", MODELS])


def rows(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def children(pid: int) -> set[int]:
    """The processes that a process has started and that are there."""
    with suppress(OSError):
        return {
            int(each)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for each in (task / "children").read_text().split()
        }
    return set()


def test_every_engine_hears_every_language_it_serves(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = children(os.getpid())
    assert evaluate(flow, "--node", "main", "--json") == 0
    found = rows(capsys)
    assert {(each["engine"], each["language"]) for each in found["engines"]} == {
        ("vosk", "en-US"),
        ("vosk", "zh-CN"),
        ("pocketsphinx", "en-US"),
    }
    vosk = [each for each in found["choices"] if each["engine"] == "vosk"]
    assert [each["right"] for each in vosk] == [100.0] * 4, vosk
    assert {each["node"] for each in found["choices"]} == {"main"}
    assert "says nothing about how people" in found["note"]
    (untried,) = found["untried"]
    assert untried["language"] == "fr-FR"
    assert children(os.getpid()) <= before


def test_slots_are_filled_and_phrases_of_all_nodes_are_tried(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(flow, "--language", "en-US", "--engine", "vosk", "--json") == 0
    found = rows(capsys)
    assert {each["node"] for each in found["choices"]} == {"main", "month"}
    assert found["untried"] == []
    assert all(each["real_time_factor"] > 0 for each in found["engines"])


def test_tables_are_for_people_and_say_that_they_tell_nothing_about_people(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(flow, "--language", "en-US", "--engine", "pocketsphinx", "--node", "main") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Every voice here was made by a program.")
    assert "1 (my bill)" in shown
    assert "believed wrong" in shown


def test_a_language_that_cannot_be_tried_is_not_passed_over_where_a_share_is_asked_for(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only = ("--engine", "vosk", "--node", "main", "--min", "50")
    assert evaluate(flow, *only, "--language", "zh-CN") == 0
    assert evaluate(flow, *only, "--language", "zh-CN", "--language", "fr-FR") == 1
    assert "fr-FR" in capsys.readouterr().err


def test_what_was_heard_is_kept_with_what_it_is(
    flow: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "kept"
    assert (
        evaluate(flow, "--language", "en-US", "--engine", "vosk", "--node", "main", "--save", str(folder))
        == 0
    )
    index = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    assert {each["said"] for each in index if each["meant"]} == {"my bill", "outage"}
    for each in index:
        with wave.open(str(folder / each["file"])) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--language", "en-GB"], 1, "does not speak en-GB"),
        (["--node", "mian"], 1, 'did you mean "main"'),
        (["--node", "quiet"], 1, "no node with phrases"),
        (["--engine", "voks"], 1, 'did you mean "vosk"'),
        (["--language", "fr-FR"], 1, "serves fr-FR"),
        (["--noise", "loud"], 2, "decibels"),
        (["--noise", "90"], 2, "60 dB"),
    ],
)
def test_what_cannot_be_tried_is_said_with_the_way_out(
    flow: Path, arguments: list[str], code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(flow, *arguments) == code
    assert told in capsys.readouterr().err


def test_a_flow_with_mistakes_is_not_tried(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flow.write_text(FLOW.replace("next: end", "next: nowhere", 1), encoding="utf-8")
    assert evaluate(flow) == 1
    assert "nowhere" in capsys.readouterr().out


@pytest.mark.parametrize("begun", [1, 2], ids=["while voices speak", "while engines hear"])
def test_ctrl_c_leaves_no_process(flow: Path, begun: int) -> None:
    many = ["--voices", "20", "--node", "main", "--language", "en-US", "--engine", "pocketsphinx"]
    arguments = ["asr", "eval", str(flow), *many, "--set", MODELS]
    # Ctrl-C counts also where the tests run in the background.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    start = f"import sys; {heard}; from ivr.cli import run; sys.exit(run({arguments!r}))"
    process = subprocess.Popen([sys.executable, "-c", start], stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    seen: set[int] = set()
    try:
        until = time.monotonic() + 60
        while len(seen) < begun and process.poll() is None and time.monotonic() < until:
            seen |= children(process.pid)
            time.sleep(0.02)
        assert len(seen) == begun
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    until = time.monotonic() + 30  # who had only just begun ends when it finds its pipes closed
    while left := [pid for pid in seen if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < until, left
        time.sleep(0.05)
