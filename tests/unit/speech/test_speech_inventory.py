"""Every sentence in every language: who says it, and what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flow.model import LoadedFlow
from ivr.runtime import reading
from ivr.settings import Speech
from ivr.speech.audio import header
from ivr.speech.chain import Chain
from ivr.speech.inventory import inventory
from ivr.speech.recorded import file_name
from ivr.speech.takes import Takes
from tests.calls import load
from tests.unit.speech.test_speech_takes import sound

HOTLINE = """
id: hotline
languages: [zh-CN, en-US]
vars: {amount: 5}
nodes:
  greet: {type: play, prompt: {zh-CN: 您好。, en-US: "Welcome, dear caller."}, next: tell}
  tell:
    type: play
    prompt: {zh-CN: "余额是{{ amount }}元。", en-US: "You owe {{ amount }} dollars."}
    next: end
"""
OTHER = """
id: other
languages: [en-US]
voices: {en-US: {voice: en-us+f3}}
nodes:
  greet: {type: play, prompt: "Welcome, dear caller", next: end}
"""
WELCOME = Path(file_name("en-US", "Welcome, dear caller.")).stem


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    return Chain(Speech(cache=tmp_path / "cache", recorded=tmp_path / "recorded"))


@pytest.fixture
def flows(tmp_path: Path) -> dict[str, LoadedFlow]:
    for name, text in (("hotline", HOTLINE), ("other", OTHER)):
        (tmp_path / f"{name}.yaml").write_text(text)
    return dict(reading.read(reading.files(tmp_path)).flows)


def test_words_that_several_flows_say_are_one_line(flows: dict[str, LoadedFlow], chain: Chain) -> None:
    line = inventory(flows, chain).lines[WELCOME]
    assert (line.language, line.sound, line.etag, line.path, line.estimated) == ("en-US", "", "", None, True)
    assert line.flows == ("hotline", "other")
    assert [use.place for use in line.uses] == ["greet.prompt", "greet.prompt"]
    assert line.voice == "en-us+f3"


def test_what_has_no_sound_is_silent(flows: dict[str, LoadedFlow], chain: Chain) -> None:
    taken = inventory(flows, chain)
    assert len(taken.silent) == len(taken.lines)
    assert "您好。" in [line.text for line in taken.silent]


def test_a_recording_is_heard_at_once(flows: dict[str, LoadedFlow], chain: Chain, tmp_path: Path) -> None:
    taken = Takes(tmp_path / "recorded").put(sound(1.5), "Welcome, dear caller.", "en-US")
    line = inventory(flows, chain).lines[WELCOME]
    assert taken.after is not None
    assert (line.sound, line.etag) == ("recorded", taken.after.digest)
    assert line.path is not None
    assert line.path.read_bytes()[:4] == header(1)[:4]
    assert not line.estimated
    assert line not in inventory(flows, chain).silent


def test_a_part_of_a_sentence_is_told_with_the_whole(flows: dict[str, LoadedFlow], chain: Chain) -> None:
    parts = {line.text: line.part_of for line in inventory(flows, chain).lines.values()}
    assert parts["You owe"] == "You owe {{ amount }} dollars."
    assert parts["Welcome, dear caller."] == ""


def test_recordings_that_nobody_asks_for_are_told(
    flows: dict[str, LoadedFlow], chain: Chain, tmp_path: Path
) -> None:
    Takes(tmp_path / "recorded").put(sound(), "Good morning.", "en-US")
    assert [one.text for one in inventory(flows, chain).unused] == ["Good morning."]


def test_a_row_of_no_use_is_told(flows: dict[str, LoadedFlow], chain: Chain, tmp_path: Path) -> None:
    Takes(tmp_path / "recorded").shelf.add("en-US", "Welcome, dear caller.", "../secret.wav")
    taken = inventory(flows, chain)
    assert "outside of" in taken.problems[0]
    assert taken.lines[WELCOME].path is None


def test_a_prompt_without_words_in_a_language_is_told(chain: Chain) -> None:
    text = """
        id: a
        languages: [zh-CN, en-US]
        nodes: {greet: {type: play, prompt: {zh-CN: 您好。}, next: end}}
    """
    (missing,) = inventory(load(text, checked=False), chain).unspoken
    assert (missing.flow, missing.place, missing.language) == ("a", "greet.prompt", "en-US")
