"""What every member of the group `ivr.tts` must keep, built in or not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ivr import registry
from ivr.call import Manner, Speech
from ivr.errors import SpeechError
from ivr.settings import Speech as SpeechSettings
from ivr.speech.audio import duration, is_prompt
from ivr.speech.cache import key, note_of
from ivr.speech.tts.base import Engine
from ivr.speech.voice import GROUP, Voice
from tests.unit.speech.speech_server import speech_server

BEEP = """
import math, struct, sys, wave
text = sys.stdin.read()
with wave.open(sys.argv[1], "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(16000)
    for number in range(min(1600 * len(text), 48000)):
        file.writeframesraw(struct.pack("<h", int(9000 * math.sin(number * 0.2))))
"""

HOSTILE = ["<speak>&amp;</speak>", "'; rm -rf / #", "-v --help", "%s %n {wav}", "😀", "A" * 2000, "x" * 2001]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with speech_server() as url:
        yield url


@pytest.fixture(params=registry.names(GROUP))
def settings(request: pytest.FixtureRequest, tmp_path: Path, url: str) -> SpeechSettings:
    (tmp_path / "beep.py").write_text(BEEP)
    command = f"{sys.executable} {tmp_path / 'beep.py'} {{wav}}"
    folders = {"cache": tmp_path / "cache", "recorded": tmp_path / "recorded"}
    return SpeechSettings(engine=request.param, command=command, url=url, workers=1, **folders)


@pytest.fixture
def engine(settings: SpeechSettings) -> Engine:
    made: Engine = registry.load(GROUP, settings.engine)(settings)
    return made


def test_the_built_in_engines_come_through_the_same_door() -> None:
    assert {"command", "http", "pyttsx3"} <= set(registry.names(GROUP))


def test_it_is_an_engine_under_its_own_name(engine: Engine, settings: SpeechSettings) -> None:
    assert isinstance(engine, Engine)
    assert engine.name == settings.engine


def test_it_declares_what_it_can(engine: Engine) -> None:
    assert engine.version
    assert isinstance(engine.sets_rate, bool)
    assert isinstance(engine.sets_pitch, bool)
    for offer in engine.offers or ():
        assert engine.has_voice(offer.name)
    assert engine.has_voice("no such voice at all") in (None, False)
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


def test_a_voice_of_the_flow_goes_before_that_of_the_settings_unless_there_is_none_of_that_name(
    settings: SpeechSettings,
) -> None:
    chosen = settings.model_copy(update={"voices": {"en": "usual"}})
    engine: Engine = registry.load(GROUP, settings.engine)(chosen)
    known = engine.offers[0].name if engine.offers else "any"
    assert engine.utterance("hi", "en-US", Manner(voice=known)).voice == known
    unknown = engine.utterance("hi", "en-US", Manner(voice="no such voice at all")).voice
    assert unknown == ("usual" if engine.offers else "no such voice at all")


def test_what_it_cannot_be_told_does_not_change_the_key(engine: Engine) -> None:
    usual = engine.utterance("hi", "en-US")
    other = engine.utterance("hi", "en-US", Manner(rate=300, pitch=20, pause=1.0))
    assert (other.rate != usual.rate) is engine.sets_rate
    assert (other.pitch != usual.pitch) is engine.sets_pitch
    assert other.pause == 0.0, "there is one sentence only"
    assert engine.utterance("Hello there. Bye.", "en-US", Manner(pause=1.0)).pause == 1.0


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
