"""What a model's folder tells, the tiny models of a checkout, and the commands that look at them."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import pytest

from ivr.cli import run
from ivr.speech.asr import tiny
from ivr.speech.asr.folders import facts
from tests.spoken import said

pytestmark = pytest.mark.usefixtures("logging_comes_back")

PHRASES = ("--say", "my bill", "--say", "operator", "--language", "en-US")


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings of their own, which name the tiny models."""
    monkeypatch.setenv("IVR_ASR_DEADLINE", "60")  # the machine may be busy
    monkeypatch.chdir(tmp_path)
    named = {"models": {name: str(folder) for name, folder in tiny.models().items()}}
    (tmp_path / "ivr.yaml").write_text(
        json.dumps({"asr": named, "speech": {"cache": str(tmp_path / "cache")}})
    )
    return tmp_path


def wav(file: Path, samples: bytes) -> str:
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(samples)
    return str(file)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_tiny_models_have_all_that_a_model_needs(language: str) -> None:
    found = facts(tiny.models()[language])
    assert found.missing == ()
    assert found.grammar
    assert found.rate == 8000
    assert found.words > 100


def test_what_a_folder_lacks_is_named(tmp_path: Path) -> None:
    (tmp_path / "am").mkdir()
    found = facts(tmp_path)
    assert "am/final.mdl" in found.missing
    assert "graph/HCLG.fst" in found.missing
    assert (found.words, found.grammar) == (0, False)


def test_a_big_model_takes_no_grammar(tmp_path: Path) -> None:
    for file in ("am/final.mdl", "conf/mfcc.conf", "graph/HCLG.fst", "graph/phones/word_boundary.int"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("")
    (tmp_path / "graph/words.txt").write_text("<eps> 0\nyes 1\n[unk] 2\n#0 3\n<s> 4\n!SIL 5\nno 6\n")
    found = facts(tmp_path)
    assert (found.missing, found.grammar, found.words, found.rate) == ((), False, 2, 16000)


def test_every_model_is_tried(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["asr", "models", "--json"]) == 0
    rows = {(row["engine"], row["language"]): row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == {("vosk", "en"), ("vosk", "zh"), ("pocketsphinx", "en")}
    assert all(row["heard"][0]["words"] == row["said"] for row in rows.values())
    assert rows["vosk", "zh"]["memory_mb"] > 10


def test_a_model_that_cannot_work_is_a_failure(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (models / "empty").mkdir()
    assert run(["asr", "models", "--set", "asr.models={en: empty}", "--set", "asr.engines=vosk"]) == 1
    assert "empty lacks" in capsys.readouterr().out


def test_a_recording_is_heard(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = wav(models / "caller.wav", said("my bill"))
    assert run(["asr", "try", *PHRASES, "--file", file, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["engine"] for row in rows] == ["vosk", "pocketsphinx"]
    assert all(row["choice"]["name"] == "my bill" for row in rows)


def test_a_sentence_is_spoken_and_heard(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["asr", "try", *PHRASES, "--text", "operator", "--engine", "vosk"]) == 0
    assert "operator" in capsys.readouterr().out


def test_what_nobody_understood_is_a_failure(models: Path) -> None:
    file = wav(models / "silence.wav", bytes(16000))
    assert run(["asr", "try", *PHRASES, "--file", file]) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([*PHRASES], 2, "--file"),
        ([*PHRASES, "--text", "a", "--engine", "vosc"], 1, "vosk"),
        (["--say", "a", "--text", "a"], 2, "--language"),
        (["--say", "(a", "--language", "en-US", "--text", "a"], 2, "--say"),
        (["--say", "a", "--language", "fr-FR", "--text", "a"], 1, "asr models"),
        ([*PHRASES, "--file", "ivr.yaml"], 1, "not a sound file"),
        (["nowhere", "--text", "a"], 1, "no flow nowhere"),
    ],
)
def test_a_slip_says_what_is_meant(
    models: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, says: str
) -> None:
    assert run(["asr", "try", *arguments]) == code
    assert says in capsys.readouterr().err
