"""`ivr prompt`: sentences as text, as sound, and as somebody's voice."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from ivr.cli import run
from ivr.settings import Speech as SpeechSettings
from ivr.speech.audio import header, is_prompt
from ivr.speech.cache import Cache, Note, key
from ivr.speech.recorded import file_name
from ivr.speech.recorded_table import INDEX
from ivr.speech.tts.pyttsx3 import Pyttsx3Engine

HOTLINE = """
id: hotline
languages: [zh-CN, en-US]
voices: {en-US: {voice: en-us+f3, rate: 190}}
vars: {amount: 5}
nodes:
  greet: {type: play, prompt: {zh-CN: 您好，欢迎致电。, en-US: "Welcome, dear caller."}, next: tell}
  tell:
    type: play
    prompt: {zh-CN: "余额是{{ amount }}元。", en-US: "You owe {{ amount }} dollars."}
    next: end
"""
OTHER = """
id: other
languages: [en-US]
nodes:
  greet: {type: play, prompt: "Welcome, dear caller.", next: end}
"""

Ivr = Callable[..., tuple[int, str, str]]


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    return tmp_path / "recorded"


@pytest.fixture
def ivr(tmp_path: Path, recorded: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> Ivr:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/hotline.yaml").write_text(HOTLINE)
    (tmp_path / "flows/other.yaml").write_text(OTHER)
    settings = {
        "flows.dir": tmp_path / "flows",
        "speech.cache": tmp_path / "cache",
        "speech.recorded": recorded,
    }
    flags = [f"--set={name}={value}" for name, value in settings.items()]

    def ivr(*words: object) -> tuple[int, str, str]:
        code = run(["prompt", str(words[0]), *flags, *map(str, words[1:])])
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return ivr


def speak(path: Path, seconds: float, rate: int = 44100, gain: float = 0.3, noise: float = 0.0001) -> Path:
    """Something as loud and as long as a sentence, with a pause in it."""
    at = np.arange(int(seconds * rate)) / rate
    tone = gain * np.sin(at * 2 * np.pi * 300) * (np.abs(at - seconds / 2) > 0.1 * seconds)
    sound = np.clip(tone + noise * np.random.default_rng(7).standard_normal(len(at)), -1, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(str(path), np.stack([sound, sound], axis=1), rate)
    return path


def rows(output: str) -> dict[tuple[str, str, str | None], dict[str, Any]]:
    return {(row["language"], row["text"], row["voice"]): row for row in json.loads(output)}


# Listing ----------------------------------------------------------------------------------------------


def test_every_constant_sentence_is_listed_with_its_manner_and_where_it_is_said(ivr: Ivr) -> None:
    code, out, _ = ivr("list", "--json")
    found = rows(out)
    assert code == 0
    assert found.keys() == {
        ("zh-CN", "您好，欢迎致电。", None),
        ("zh-CN", "余额是", None),
        ("zh-CN", "元。", None),
        ("en-US", "Welcome, dear caller.", "en-us+f3"),
        ("en-US", "Welcome, dear caller.", None),
        ("en-US", "You owe", "en-us+f3"),
        ("en-US", "dollars.", "en-us+f3"),
    }
    welcome = found["en-US", "Welcome, dear caller.", "en-us+f3"]
    assert (welcome["rate"], welcome["used"]) == (190, ["hotline greet.prompt"])
    assert (welcome["sound"], welcome["file"]) == (None, None)
    assert found["en-US", "You owe", "en-us+f3"]["part_of"] == "You owe {{ amount }} dollars."


def test_a_flow_and_a_language_narrow_the_list(ivr: Ivr) -> None:
    assert {row[2] for row in rows(ivr("list", "--json", "other")[1])} == {None}
    assert {row[0] for row in rows(ivr("list", "--json", "--language=zh-CN")[1])} == {"zh-CN"}
    code, _, err = ivr("list", "otter")
    assert code == 1
    assert 'there is no flow "otter"' in err
    assert 'did you mean "other"?' in err


def test_a_person_sees_what_is_recorded_and_what_is_rendered(
    ivr: Ivr, tmp_path: Path, recorded: Path
) -> None:
    engine = Pyttsx3Engine(SpeechSettings())
    utterance = engine.utterance("余额是", "zh-CN")
    note = Note("余额是", "zh-CN", "pyttsx3", "cmn", 1.0, "", fresh=False)
    Cache(tmp_path / "cache").store(key(engine, utterance), b"\x01\x00" * 8000, note)
    speak(tmp_path / "hi.wav", 2.0)
    assert ivr("record", tmp_path / "hi.wav", "--text=您好，欢迎致电", "--language=zh-CN")[0] == 0
    _, out, _ = ivr("list", "hotline")
    lines = {line.split()[1]: line for line in out.splitlines()[1:]}
    assert "recorded" in lines["您好，欢迎致电。"]
    assert "rendered      1.0  hotline tell.prompt" in lines["余额是"]
    assert "–" in lines["元。"]


def test_a_script_for_a_studio_has_each_sentence_once_and_a_name_for_its_file(ivr: Ivr) -> None:
    _, out, _ = ivr("list", "--csv", "--language=en-US")
    assert out.startswith("\ufeff"), "a spreadsheet must see that this is UTF-8"
    script = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert [row["text"] for row in script] == ["Welcome, dear caller.", "You owe", "dollars."]
    assert script[0]["file"] == file_name("en-US", "Welcome, dear caller.")
    assert script[1]["part of"] == "You owe {{ amount }} dollars."


def test_a_flow_with_errors_is_left_out_and_said_so(ivr: Ivr, tmp_path: Path) -> None:
    (tmp_path / "flows/bad.yaml").write_text(OTHER.replace("id: other", "id: bad").replace("prompt", "promt"))
    code, _, err = ivr("list")
    assert code == 0
    assert "1 file has errors and is left out" in err


# What is missing --------------------------------------------------------------------------------------


def test_what_has_no_sound_is_missing(ivr: Ivr) -> None:
    code, out, _ = ivr("missing", "other")
    assert code == 1
    assert out.split() == ["en-US", "no", "sound", "Welcome,", "dear", "caller.", "(other", "greet.prompt)"]


def test_nothing_is_missing_when_all_is_recorded(ivr: Ivr, tmp_path: Path) -> None:
    sound = speak(tmp_path / "hi.wav", 2.0)
    assert ivr("record", sound, "--text", "Welcome, dear caller.", "--language", "en-US")[0] == 0
    code, out, err = ivr("missing", "other", "--recordings")
    assert (code, out) == (0, "")
    assert "nothing is missing" in err


def test_a_recording_that_cannot_be_used_or_that_no_flow_asks_for_is_told(
    ivr: Ivr, recorded: Path, tmp_path: Path
) -> None:
    speak(recorded / "old.wav", 2.0)
    (recorded / INDEX).write_text("language,text,file\nen-US,Welcome!,old.wav\nen-US,Bye.,none.wav\n")
    code, _, err = ivr("missing")
    assert code == 1
    assert f"{recorded / INDEX}:3:1: none.wav cannot be read" in err
    assert "no flow says this: en-US Welcome! (old.wav)" in err
    found = json.loads(ivr("missing", "--json")[1])
    assert found["unused_recordings"] == ["en-US Welcome! (old.wav)"]
    assert len(found["problems"]) == 1


def test_a_voice_that_no_engine_has_is_told(ivr: Ivr, tmp_path: Path) -> None:
    (tmp_path / "flows/hotline.yaml").write_text(HOTLINE.replace("en-us+f3", "nobody"))
    assert json.loads(ivr("list", "--json")[1]), "no line of a log is among the data"
    code, _, err = ivr("missing")
    assert code == 1
    assert "no_such_voice" not in err, "it is told once"
    assert 'hotline.yaml: voices.en-US: no engine has a voice "nobody"; `ivr prompt voices`' in err


# Recording --------------------------------------------------------------------------------------------


def test_a_recording_becomes_a_telephone_prompt_under_its_own_name(
    ivr: Ivr, tmp_path: Path, recorded: Path
) -> None:
    sound = speak(tmp_path / "take 1.wav", 2.0)
    code, out, _ = ivr("record", sound, "--text", "Welcome, dear caller.", "--language", "en-US", "--json")
    (outcome,) = json.loads(out)
    assert (code, outcome["result"], outcome["faults"], outcome["remarks"]) == (0, "taken", [], [])
    assert outcome["seconds"] == pytest.approx(2.0, abs=0.05)
    file = recorded / file_name("en-US", "Welcome, dear caller.")
    assert is_prompt(file)
    assert (recorded / INDEX).read_text(encoding="utf-8-sig").splitlines()[1].endswith(file.name)
    assert sound.exists()


def test_a_recording_is_replaced_only_when_asked_and_can_be_given_up(
    ivr: Ivr, tmp_path: Path, recorded: Path
) -> None:
    what = ["--text", "Welcome, dear caller.", "--language", "en-US"]
    file = recorded / file_name("en-US", "Welcome, dear caller.")
    assert ivr("record", speak(tmp_path / "a.wav", 2.0), *what)[0] == 0
    before = file.read_bytes()
    code, out, _ = ivr("record", speak(tmp_path / "b.wav", 1.8), *what)
    assert code == 1
    assert "there is a recording of it already" in out
    assert file.read_bytes() == before
    assert ivr("record", tmp_path / "b.wav", *what, "--replace")[0] == 0
    assert file.read_bytes() != before
    assert ivr("record", "--remove", *what)[0] == 0
    assert not file.exists()
    code, _, err = ivr("record", "--remove", *what)
    assert code == 1
    assert "is not recorded in en-US" in err


@pytest.mark.parametrize(
    ("sound", "fault"),
    [
        ({"gain": 3.0}, "it is clipped at"),
        ({"gain": 0.001, "noise": 0.0}, "it is hardly there"),
        ({"seconds": 12.0}, "it takes 12.0 s where some"),
        ({"seconds": 0.3}, "it takes 0.3 s where some"),
    ],
)
def test_a_recording_with_a_fault_is_refused_unless_forced(
    ivr: Ivr, tmp_path: Path, recorded: Path, sound: dict[str, float], fault: str
) -> None:
    file = speak(tmp_path / "a.wav", **{"seconds": 2.0, **sound})  # type: ignore[arg-type]
    what = ["--text", "Welcome, dear caller.", "--language", "en-US"]
    code, out, _ = ivr("record", file, *what)
    assert code == 1
    assert fault in out
    assert not recorded.exists()
    assert ivr("record", file, *what, "--force")[0] == 0


@pytest.mark.parametrize(
    ("sound", "remark"),
    [
        ({"gain": 0.008, "noise": 0.0}, "it is quiet"),
        ({"noise": 0.05}, "there is noise in its pauses"),
        ({"rate": 6000}, "it was recorded at 6000 Hz"),
        ({"seconds": 3.5}, "it takes 3.5 s where some"),
    ],
)
def test_what_might_be_better_is_said_and_the_recording_taken(
    ivr: Ivr, tmp_path: Path, sound: dict[str, float], remark: str
) -> None:
    file = speak(tmp_path / "a.wav", **{"seconds": 2.0, **sound})  # type: ignore[arg-type]
    code, out, _ = ivr("record", file, "--text", "Welcome, dear caller.", "--language", "en-US")
    assert code == 0
    assert remark in out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a.wav is not a sound file"),
        (b"<html>", "a.wav is not a sound file"),
        (header(16000) + bytes(32000), "a.wav holds silence"),
    ],
)
def test_what_is_no_sound_is_refused(ivr: Ivr, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    code, out, _ = ivr("record", tmp_path / "a.wav", "--text", "Welcome.", "--language", "en-US", "--force")
    assert code == 1
    assert message in out


def test_a_folder_from_a_studio_is_taken_by_the_names_of_its_files(
    ivr: Ivr, tmp_path: Path, recorded: Path
) -> None:
    studio = tmp_path / "studio"
    first = file_name("zh-CN", "您好，欢迎致电。")
    second = Path(file_name("en-US", "Welcome, dear caller.")).stem.upper() + ".FLAC"
    speak(studio / first, 2.0)
    speak(studio / "day two" / second, 2.0)
    speak(studio / "outtake.wav", 2.0)
    (studio / "notes.txt").write_text("all well")
    code, out, _ = ivr("record", studio, "--json")
    outcomes = {Path(each["source"]).name: each for each in json.loads(out)}
    assert code == 1
    assert {name: each["result"] for name, each in outcomes.items()} == {
        first: "taken",
        second: "taken",
        "outtake.wav": "refused",
    }
    assert "no sentence of the flows has this name" in outcomes["outtake.wav"]["faults"][0]
    assert len(list(recorded.glob("*.wav"))) == 2


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a.wav"],
        ["a.wav", "--text=Hello"],
        ["a.wav", "--remove", "--text=Hello", "--language=en-US"],
        ["a.wav", "--text=Hello", "--language=English"],
        ["a.wav", "--text=...", "--language=en-US"],
        [".", "--text=Hello"],
        ["--remove", "--text=Hello"],
    ],
)
def test_a_command_that_makes_no_sense_is_a_wrong_command_line(
    ivr: Ivr, tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    speak(tmp_path / "a.wav", 1.0)
    assert ivr("record", *words)[0] == 2


def test_an_empty_folder_is_told(ivr: Ivr, tmp_path: Path) -> None:
    (tmp_path / "studio").mkdir()
    code, _, err = ivr("record", tmp_path / "studio")
    assert code == 1
    assert "there is no sound file in" in err


# Voices -----------------------------------------------------------------------------------------------


def test_voices_are_listed_by_language_and_the_usual_one_is_marked(ivr: Ivr) -> None:
    found = json.loads(ivr("voices", "--json", "--language=zh-CN")[1])
    assert {each["voice"] for each in found} >= {"cmn", "yue"}
    assert [each["voice"] for each in found if each["usual"]] == ["cmn"]
    assert len(json.loads(ivr("voices", "--json")[1])) > 100
    _, out, _ = ivr("voices", "--language=en")
    assert "English (America)" in out


def test_an_engine_that_cannot_tell_its_voices_says_so(ivr: Ivr) -> None:
    code, _, err = ivr("voices", "--set=speech.engine=http", "--set=speech.url=http://127.0.0.1:1/say")
    assert code == 0
    assert "http cannot tell which voices it has" in err
