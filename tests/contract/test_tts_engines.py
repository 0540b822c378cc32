"""What every member of the group `ivr.tts` must keep, built in or not."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest

from ivr import registry
from ivr.call import Speech
from ivr.errors import SpeechError
from ivr.settings import Speech as SpeechSettings
from ivr.speech.audio import duration, is_prompt
from ivr.speech.cache import key, note_of
from ivr.speech.tts.base import Engine
from ivr.speech.voice import GROUP, Voice

BEEP = """
import math, struct, sys, wave
text = sys.stdin.read()
with wave.open(sys.argv[1], "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(16000)
    for number in range(min(1600 * len(text), 48000)):
        file.writeframesraw(struct.pack("<h", int(9000 * math.sin(number * 0.2))))
"""

HOSTILE = ["<speak>&amp;</speak>", "'; rm -rf / #", "-v --help", "%s %n {wav}", "😀", "A" * 2000, "x" * 2001]


@pytest.fixture(params=registry.names(GROUP))
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> SpeechSettings:
    (tmp_path / "beep.py").write_text(BEEP)
    command = f"{sys.executable} {tmp_path / 'beep.py'} {{wav}}"
    return SpeechSettings(engine=request.param, command=command, cache=tmp_path / "cache", workers=1)


@pytest.fixture
def engine(settings: SpeechSettings) -> Engine:
    made: Engine = registry.load(GROUP, settings.engine)(settings)
    return made


def test_the_built_in_engines_come_through_the_same_door() -> None:
    assert {"command", "pyttsx3"} <= set(registry.names(GROUP))


def test_it_is_an_engine_under_its_own_name(engine: Engine, settings: SpeechSettings) -> None:
    assert isinstance(engine, Engine)
    assert engine.name == settings.engine


def test_it_declares_what_it_can(engine: Engine) -> None:
    assert engine.version
    assert isinstance(engine.sets_rate, bool)
    assert engine.languages is None or all(isinstance(language, str) for language in engine.languages)


def test_the_same_utterance_has_the_same_key_in_another_process(
    engine: Engine, settings: SpeechSettings
) -> None:
    again: Engine = registry.load(GROUP, settings.engine)(settings)
    utterance = engine.utterance("您好", "zh-CN")
    assert again.utterance("您好", "zh-CN") == utterance
    assert key(again, utterance) == key(engine, utterance)


def test_a_voice_from_the_settings_goes_before_its_own(settings: SpeechSettings) -> None:
    chosen = settings.model_copy(update={"voices": {"zh": "mine"}})
    engine: Engine = registry.load(GROUP, settings.engine)(chosen)
    assert engine.voice("zh-CN") == "mine"


def test_it_speaks_both_languages_as_telephone_prompts(settings: SpeechSettings) -> None:
    voice = Voice(settings)
    try:
        for text, language in ("您的余额是十二元五角。", "zh-CN"), ("Your balance is twelve fifty.", "en-US"):
            path = voice.request(Speech(text, language)).wait(20)
            assert path is not None
            assert is_prompt(path)
            assert 0.5 < duration(path) < 10
            note = note_of(path)
            assert note is not None
            assert (note.text, note.language, note.engine) == (text, language, settings.engine)
    finally:
        voice.stop()


def test_hostile_texts_are_spoken_or_refused_and_the_next_one_works(settings: SpeechSettings) -> None:
    voice = Voice(settings)
    try:
        for text in HOSTILE:
            rendering = voice.request(Speech(text, "en-US", fresh=True))
            with suppress(SpeechError):
                assert rendering.wait(30)
            assert rendering.ready, text
        assert voice.request(Speech("hello", "en-US")).wait(30)
    finally:
        voice.stop()
