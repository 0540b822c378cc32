"""Voices, noise, keys and echoes, told apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from ivr.speech.ears.tones import HIGH, LOW, dual_tone
from ivr.speech.ears.voice import ECHO, FRAME, LOUDEST_ECHO, OVER_ECHO, Voice

Sound = npt.NDArray[np.float64]
RATE = 8000


def vowel(seconds: float, level: float) -> Sound:
    """Something like a voice: a pulse train at 120 Hz through three formants, in syllables of 200 ms."""
    time = np.arange(round(seconds * RATE)) / RATE
    sound = np.zeros_like(time)
    for harmonic in range(3, 28):
        hertz = 120 * harmonic
        weight = sum(1 / (1 + ((hertz - formant) / 120) ** 2) for formant in (650, 1200, 2500))
        sound += weight * np.sin(2 * np.pi * hertz * time + harmonic)
    sound *= 0.6 + 0.4 * np.sin(2 * np.pi * 5 * time)
    return louder(sound, level)


def noise(seconds: float, level: float) -> Sound:
    return louder(np.random.default_rng(7).standard_normal(round(seconds * RATE)), level)


def key(low: int, high: int, seconds: float) -> Sound:
    time = np.arange(round(seconds * RATE)) / RATE
    return louder(np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time), -15)


def louder(sound: Sound, level: float) -> Sound:
    """At so many dBFS."""
    scaled: Sound = sound * 32768 * 10 ** (level / 20) / np.sqrt(np.mean(sound**2))
    return scaled


def heard(voice: Voice, sound: Sound) -> list[bool]:
    data = np.clip(sound, -32768, 32767).astype("<i2").tobytes()
    return [voice.heard(data[at : at + FRAME]) for at in range(0, len(data) - FRAME + 1, FRAME)]


@pytest.fixture
def voice() -> Voice:
    """Of a line that has been quiet for a second."""
    voice = Voice()
    assert not any(heard(voice, noise(1, -65)))
    return voice


def test_a_voice_is_heard_at_once(voice: Voice) -> None:
    found = heard(voice, vowel(1, -25))
    assert all(found[3:])


def test_noise_is_no_voice() -> None:
    assert not any(heard(Voice(), noise(3, -45)))


def test_noise_that_begins_is_known_for_what_it_is_within_a_second(voice: Voice) -> None:
    assert not any(heard(voice, noise(3, -45))[40:])


def test_a_voice_is_heard_again_when_the_noise_is_over(voice: Voice) -> None:
    heard(voice, noise(3, -35))
    heard(voice, noise(0.5, -65))
    assert all(heard(voice, vowel(1, -35))[3:])


def test_silence_of_digital_zeros_is_no_voice() -> None:
    assert not any(heard(Voice(), np.zeros(RATE)))


@pytest.mark.parametrize("low", LOW)
@pytest.mark.parametrize("high", HIGH)
def test_a_key_is_no_voice(voice: Voice, low: int, high: int) -> None:
    assert not any(heard(voice, key(low, high, 0.2)))


def test_a_voice_is_no_key() -> None:
    sound = vowel(2, -20).astype(np.float32)
    frames = [sound[at : at + 160] for at in range(0, len(sound) - 159, 160)]
    assert not any(dual_tone(frame) for frame in frames)


def test_an_echo_20_db_below_the_prompt_is_not_the_caller(voice: Voice) -> None:
    voice.sounds(True)
    assert not any(heard(voice, vowel(5, -43)))


def test_a_prompt_may_begin_late(voice: Voice) -> None:
    voice.sounds(True)
    heard(voice, noise(0.3, -65))
    assert not any(heard(voice, vowel(5, -43)))


def test_where_nothing_comes_back_soft_callers_are_heard_beside_a_prompt(voice: Voice) -> None:
    voice.sounds(True)
    heard(voice, noise(1, -65))
    assert sum(heard(voice, vowel(1, -38))) > 25


def test_the_caller_is_heard_over_the_echo(voice: Voice) -> None:
    voice.sounds(True)
    heard(voice, vowel(3, -43))
    assert sum(heard(voice, vowel(1, -24))) > 25  # of 50; the rest is between syllables


def test_the_tail_of_an_echo_comes_after_the_prompt(voice: Voice) -> None:
    voice.sounds(True)
    heard(voice, vowel(2, -43))
    voice.sounds(False)
    assert not any(heard(voice, vowel(0.3, -43)))


def test_a_soft_caller_is_heard_once_the_prompt_is_over(voice: Voice) -> None:
    voice.sounds(True)
    heard(voice, vowel(2, -43))
    voice.sounds(False)
    heard(voice, noise(1, -65))
    assert all(heard(voice, vowel(1, -40))[3:])


def test_a_soft_caller_does_not_make_the_call_deafer(voice: Voice) -> None:
    for _ in range(4):
        voice.sounds(True)
        heard(voice, vowel(0.4, -33))  # at the edge of what is heard beside a prompt
        voice.sounds(False)
        heard(voice, noise(2, -65))
    voice.sounds(True)
    assert sum(heard(voice, vowel(1, -29))) > 25


def test_what_talks_on_beside_the_prompt_is_an_echo(voice: Voice) -> None:
    voice.sounds(True)
    heard(voice, vowel(3, -35))  # its loudest frames are under the gate
    assert not any(heard(voice, vowel(2, -33)))


def test_what_had_no_words_was_an_echo(voice: Voice) -> None:
    loud = ECHO + OVER_ECHO - 1  # louder in the middle of a syllable
    voice.sounds(True)
    assert any(heard(voice, vowel(0.2, loud)))
    level = voice.began()
    assert level is not None
    voice.echoed(level)
    assert level < LOUDEST_ECHO + OVER_ECHO
    assert not any(heard(voice, vowel(2, loud)))


def test_what_begins_in_silence_is_no_echo(voice: Voice) -> None:
    assert heard(voice, vowel(0.2, -25))
    assert voice.began() is None
