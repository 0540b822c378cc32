from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from ivr.speech.trial.line import Law, Samples, babble, band, companded, loudness, on_the_line, white

RATE = 8000


def tone(hertz: float, seconds: float = 1.0, amplitude: float = 0.5) -> Samples:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(amplitude * np.sin(2 * np.pi * hertz * time), np.float32)


def rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def samples(audio: bytes) -> Samples:
    return np.asarray(np.frombuffer(audio, "<i2") / 32768, np.float32)


@pytest.mark.parametrize(("hertz", "passes"), [(100, 0), (350, 1), (1000, 1), (3300, 1), (3700, 0)])
def test_the_line_carries_what_a_telephone_does(hertz: float, passes: int) -> None:
    assert rms(band(tone(hertz))) / rms(tone(hertz)) == pytest.approx(passes, abs=0.02)


@pytest.mark.parametrize(("law", "subtype"), [("mu", "ULAW"), ("a", "ALAW")])
def test_companding_is_that_of_libsndfile_but_for_where_two_levels_are_equally_near(
    law: Law, subtype: str
) -> None:
    every = np.arange(-32768, 32768, 7, dtype=np.int16)
    file = io.BytesIO()
    soundfile.write(file, every, RATE, format="WAV", subtype=subtype)
    file.seek(0)
    reference = soundfile.read(file, dtype="int16")[0].astype(np.int32)
    own = np.round(companded((every / 32768).astype(np.float32), law) * 32768).astype(np.int32)
    assert set(own) == set(reference)
    error, best = np.abs(own - every), np.abs(reference - every)
    assert (error <= best).all()


@pytest.mark.parametrize("snr", [20.0, 10.0, 0.0])
def test_noise_is_as_loud_as_it_should_be_against_the_speech_alone(snr: float) -> None:
    voice = tone(1000)
    noise = white(3 * RATE, np.random.default_rng(1))
    with_noise = samples(on_the_line(voice, "mu", noise=noise, snr=snr, before=1, after=1))
    quiet = with_noise[:RATE]
    assert 20 * np.log10(rms(voice) / rms(quiet)) == pytest.approx(snr, abs=0.5)


def test_before_and_after_a_voice_there_is_silence() -> None:
    heard = samples(on_the_line(tone(1000), "mu", before=0.5, after=0.25))
    assert len(heard) == 1.75 * RATE
    assert rms(heard[: RATE // 2]) == rms(heard[-RATE // 4 :]) == 0
    assert loudness(heard) == pytest.approx(rms(tone(1000)), rel=0.05)


def test_a_loud_caller_is_clipped_and_never_wraps_around() -> None:
    heard = samples(on_the_line(tone(1000, amplitude=0.9), "a", gain=20))
    assert np.abs(heard).max() <= 1
    assert np.corrcoef(heard, tone(1000))[0, 1] > 0.9


def test_babble_is_all_of_several_voices_and_the_same_for_a_seed() -> None:
    voices = [tone(300), tone(500, 0.5), tone(700, 2.0)]
    first, again, other = (babble(voices, 12_345, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert len(first) == 12_345
    assert (first == again).all()
    assert not (first == other).all()
    spectrum = np.abs(np.fft.rfft(first))
    near = [spectrum[round(hertz * 12_345 / RATE) - 3 :][:7].max() for hertz in (300, 500, 700)]
    assert min(near) > 50 * np.median(spectrum)
