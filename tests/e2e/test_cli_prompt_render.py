"""`ivr prompt render`, and a person's voice on the line: with real engines, processes and files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.speech.audio import duration, is_prompt
from ivr.speech.cache import note_of
from ivr.speech.recorded import file_name
from tests.e2e.ivr_process import MENU, environment, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    text = MENU.replace("numbers:", "voices: {en-US: {voice: en-us+f3, rate: 200}}\nnumbers:")
    (tmp_path / "flows/menu.yaml").write_text(text)
    return tmp_path


def settings(folder: Path, **more: str) -> dict[str, str]:
    return environment(
        folder,
        **{"IVR_SPEECH_ENGINE": "pyttsx3", "IVR_FLOWS_DIR": str(folder / "flows"), **more},
        IVR_SPEECH_RECORDED=str(folder / "recorded"),
    )


def test_all_that_flows_always_say_is_rendered_in_their_voices(folder: Path) -> None:
    code, out, err = run(["prompt", "render", "menu", "--json"], settings(folder))
    assert code == 0, err
    told = json.loads(out)
    assert (told["rendered"], told["failed"]) == (3, 0)
    sounds = list(Path(told["cache"]).rglob("*.wav"))
    notes = [note for sound in sounds if is_prompt(sound) and (note := note_of(sound))]
    assert {note.text for note in notes} == {
        "Press 1 to leave a number.",
        "Your number please.",
        "Thank you for",
    }
    assert {note.voice for note in notes} == {"en-us+f3"}
    code, _, err = run(["prompt", "missing"], settings(folder))
    assert (code, "nothing is missing" in err) == (0, True)


def test_what_cannot_be_spoken_is_counted_and_ends_with_1(folder: Path) -> None:
    code, _, err = run(
        ["prompt", "render"], settings(folder, IVR_SPEECH_ENGINE="command", IVR_SPEECH_COMMAND="false {wav}")
    )
    assert code == 1
    assert "3 could not be spoken; the log says why" in err


def test_callers_hear_the_recording_of_a_sentence(folder: Path) -> None:
    surroundings = settings(folder)
    what = ["--text", "Press 1 to leave a number.", "--language", "en-US"]
    code, out, err = run(["prompt", "record", str(folder / "long.wav"), *what], surroundings)
    assert code == 0, out + err
    assert is_prompt(folder / "recorded" / file_name("en-US", what[1]))
    code, out, err = run(["flow", "run", "menu"], surroundings, "1\n123\n")
    assert code == 0, err
    assert "ivr     Press 1 to leave a number." in out
    played = {
        note.text: (note.engine, round(duration(sound), 1))
        for sound in (folder / "cache").rglob("*.wav")
        if (note := note_of(sound))
    }
    assert played["Press 1 to leave a number."] == ("recorded", 1.3)
    assert played["Your number please."][0] == "pyttsx3"
