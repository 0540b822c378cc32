from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ivr.call import Manner, Speech
from ivr.errors import SpeechError
from ivr.settings import Speech as SpeechSettings
from ivr.speech.audio import duration
from ivr.speech.tts.pyttsx3 import Pyttsx3Engine
from ivr.speech.voice import Voice


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Voice]:
    settings = SpeechSettings(cache=tmp_path_factory.mktemp("cache"), workers=1)
    voice = Voice(settings, engines=[Pyttsx3Engine(settings)])
    yield voice
    voice.stop()


def say(voice: Voice, text: str, language: str) -> Path:
    path = voice.request(Speech(text, language, fresh=True)).wait(20)
    assert path is not None
    return path


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("zh-CN", "cmn"),
        ("zh-Hant-TW", "cmn"),
        ("zh-HK", "yue"),
        ("en-US", "en-us"),
        ("en-AU", "en"),
        ("ja", "ja"),
    ],
)
def test_a_language_has_its_voice(language: str, code: str) -> None:
    assert Pyttsx3Engine(SpeechSettings()).voice(language) == code


def test_voices_are_chosen_by_settings_for_a_tag_or_its_language() -> None:
    engine = Pyttsx3Engine(SpeechSettings(voices={"zh": "cmn+f3", "zh-HK": "yue+m2"}))
    assert (engine.voice("zh-CN"), engine.voice("zh-HK")) == ("cmn+f3", "yue+m2")


def test_a_language_it_does_not_speak_is_a_clear_error() -> None:
    with pytest.raises(SpeechError, match=r'does not speak "xx-XX"; .*speech\.voices'):
        Pyttsx3Engine(SpeechSettings()).voice("xx-XX")


@pytest.mark.parametrize(
    ("text", "language", "shortest", "longest"),
    [
        ("十二元五角", "zh-CN", 1.0, 2.2),
        ("查询电费请按1，故障报修请按2，人工服务请按0。", "zh-CN", 5.0, 10.0),
        ("您的余额是12.5元，请联系 support team。", "zh-CN", 3.0, 6.5),
        ("twelve dollars and fifty cents", "en-US", 1.4, 3.0),
        ("<speak><break time='60s'/>hello</speak>", "en-US", 1.0, 8.0),
    ],
)
def test_the_words_are_there(voice: Voice, text: str, language: str, shortest: float, longest: float) -> None:
    path = say(voice, text, language)
    assert shortest < duration(path) < longest
    sound = np.frombuffer(path.read_bytes()[44:], "<i2") / 32768
    frames = np.sqrt(np.mean(sound[: len(sound) // 160 * 160].reshape(-1, 160) ** 2, axis=1))
    assert np.mean(frames > 0.01) > 0.4, "most of a sentence is sound"


def test_languages_do_not_sound_the_same(voice: Voice) -> None:
    assert say(voice, "hello 12", "en-US").read_bytes() != say(voice, "hello 12", "zh-CN").read_bytes()


def test_a_hundred_sentences_in_one_child_are_all_whole(voice: Voice) -> None:
    for number in range(100):
        assert duration(say(voice, f"sentence {number}", "en-US")) > 0.5
    assert voice.failures.count["pyttsx3"] == 0


def test_the_rate_is_obeyed(tmp_path: Path, voice: Voice) -> None:
    settings = SpeechSettings(cache=tmp_path, workers=1, rate=340)
    fast = Voice(settings, engines=[Pyttsx3Engine(settings)])
    text = "twelve dollars and fifty cents"
    assert duration(say(fast, text, "en-US")) < 0.7 * duration(say(voice, text, "en-US"))
    fast.stop()


def hertz(path: Path) -> float:
    """How high a voice is: the usual distance between two of its waves, where there is sound."""
    sound = np.frombuffer(path.read_bytes()[44:], "<i2") / 32768
    found = []
    for at in range(0, len(sound) - 480, 240):
        frame = sound[at : at + 480]
        echo = np.correlate(frame, frame, "full")[479:]
        lag = 20 + int(np.argmax(echo[20:134]))  # 60 to 400 Hz
        if echo[0] > 1.0 and echo[lag] > 0.5 * echo[0]:
            found.append(8000 / lag)
    return float(np.median(found))


@pytest.mark.parametrize(
    ("text", "language"), [("您的余额是十二元五角", "zh-CN"), ("all alone I roam", "en-US")]
)
def test_the_pitch_is_obeyed_and_the_usual_one_is_the_voices_own(
    voice: Voice, text: str, language: str
) -> None:
    low, usual, high = (
        hertz(voice.request(Speech(text, language, True, Manner(pitch=pitch))).wait(20) or Path())
        for pitch in (10, 50, 90)
    )
    assert low * 1.15 < usual < high / 1.15
    plain = say(voice, text, language)
    assert voice.request(Speech(text, language, True, Manner(pitch=50))).path == plain


@pytest.mark.parametrize("pitch", [1, 5, 19, 30, 99])
def test_mandarin_ends_at_any_pitch(voice: Voice, pitch: int) -> None:
    manner = Manner(pitch=pitch)
    for text in "妈麻马骂吗？", "查询电费请按1，人工服务请按0，也可以直接说出您的需求。":
        assert voice.request(Speech(text, "zh-CN", True, manner)).wait(20)
    assert voice.failures.count["pyttsx3"] == 0


def test_a_flow_chooses_voice_and_rate(voice: Voice) -> None:
    text = "twelve dollars and fifty cents"
    usual = say(voice, text, "en-US")
    quick, other = (
        voice.request(Speech(text, "en-US", True, manner)).wait(20) or Path()
        for manner in (Manner(rate=340), Manner(voice="en-us+f3"))
    )
    assert duration(quick) < 0.7 * duration(usual)
    assert other.read_bytes() != usual.read_bytes()


def test_a_pause_stands_between_sentences(voice: Voice) -> None:
    text = "Hello there. Goodbye then."
    with_pause = voice.request(Speech(text, "en-US", True, Manner(pause=2.0))).wait(20) or Path()
    alone = [duration(say(voice, part, "en-US")) for part in ("Hello there.", "Goodbye then.")]
    assert duration(with_pause) == pytest.approx(sum(alone) + 2.0 - 4 * 0.03, abs=0.15)


def test_the_voices_it_lists_are_those_the_library_takes() -> None:
    engine = Pyttsx3Engine(SpeechSettings())
    names = {offer.name: offer for offer in engine.offers}
    assert names["cmn"].languages[0] == "cmn"
    assert names["en-us"].about == "English (America)"
    assert engine.has_voice("cmn+f3")
    assert not engine.has_voice("cmn+nobody")
    assert not engine.has_voice("en-gb"), "a language of voices, and the name of none"


def test_a_voice_that_does_not_exist_is_a_clear_error(tmp_path: Path) -> None:
    settings = SpeechSettings(cache=tmp_path, workers=1, voices={"en-US": "nobody"})
    voice = Voice(settings, engines=[Pyttsx3Engine(settings)])
    with pytest.raises(SpeechError, match=r'no voice "nobody"; see speech\.voices'):
        say(voice, "hello", "en-US")
    voice.stop()


def test_the_library_is_the_one_that_pip_brought(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from ivr.settings import Speech\n"
        "from ivr.speech.tts.pyttsx3 import Pyttsx3Engine, Utterance\n"
        "engine = Pyttsx3Engine(Speech()); engine.open()\n"
        f"engine.say(Utterance('hello', 'en-US', 'en-us', 170), Path({str(tmp_path / 'a.wav')!r}))\n"
        "print({line.split()[-1] for line in open('/proc/self/maps') if 'espeak' in line})"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert "espeakng_loader" in result.stdout
    assert "/lib/x86_64-linux-gnu/libespeak" not in result.stdout
    assert (tmp_path / "a.wav").stat().st_size > 10_000
