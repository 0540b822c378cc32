from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from ivr.errors import SpeechError
from ivr.speech import telephone
from ivr.speech.telephone import CEILING, LEVEL

Sound = npt.NDArray[np.float64]


def tone(hertz: float, seconds: float, rate: int, volume: float = 0.5) -> Sound:
    return volume * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def read(path: Path) -> Sound:
    return np.frombuffer(telephone.read(path), "<i2") / 32768


def decibels(sound: Sound) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(sound**2)) + 1e-12))


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000])
def test_any_rate_becomes_eight_kilohertz_of_the_same_length_and_pitch(tmp_path: Path, rate: int) -> None:
    soundfile.write(tmp_path / "a.wav", tone(1000, 1.0, rate), rate)
    sound = read(tmp_path / "a.wav")
    assert len(sound) == pytest.approx(8000, abs=80)
    spectrum = np.abs(np.fft.rfft(sound[: len(sound) // 8 * 8]))
    assert np.argmax(spectrum) / len(sound) * 8000 == pytest.approx(1000, abs=5)


def test_what_a_telephone_cannot_carry_is_filtered_and_not_folded_back(tmp_path: Path) -> None:
    mix = tone(700, 1.0, 22050, 0.2) + tone(5000, 1.0, 22050, 0.2)  # 5 kHz would fold to 3 kHz
    soundfile.write(tmp_path / "a.wav", mix, 22050)
    sound = read(tmp_path / "a.wav")[400:-400]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    folded, kept = (spectrum[round(hertz / 8000 * len(sound))] for hertz in (3000, 700))
    assert 20 * np.log10(folded / kept) < -60


def test_silence_around_is_trimmed_to_a_breath_and_pauses_inside_stay(tmp_path: Path) -> None:
    word, pause = tone(500, 0.3, 22050), np.zeros(22050)
    soundfile.write(tmp_path / "a.wav", np.concatenate([pause, word, pause / 2, word, pause, pause]), 22050)
    assert len(read(tmp_path / "a.wav")) / 8000 == pytest.approx(0.3 + 1.0 + 0.3 + 0.06, abs=0.03)


@pytest.mark.parametrize("volume", [0.003, 0.1, 0.9])
def test_loud_and_quiet_pieces_become_equally_loud(tmp_path: Path, volume: float) -> None:
    soundfile.write(tmp_path / "a.wav", tone(500, 0.5, 22050, volume), 22050)
    assert decibels(read(tmp_path / "a.wav")[400:-400]) == pytest.approx(LEVEL, abs=0.5)


def test_pauses_do_not_count_as_quiet_speech(tmp_path: Path) -> None:
    word, pause = tone(500, 0.3, 8000), np.zeros(8000)
    soundfile.write(tmp_path / "a.wav", np.concatenate([word, pause, word]), 8000)
    assert decibels(read(tmp_path / "a.wav")[400:2000]) == pytest.approx(LEVEL, abs=0.5)


def test_no_sample_goes_over_the_ceiling(tmp_path: Path) -> None:
    clicks = tone(500, 0.5, 8000, 0.01)
    clicks[::800] = 1.0
    soundfile.write(tmp_path / "a.wav", clicks, 8000)
    assert np.abs(read(tmp_path / "a.wav")).max() <= 10 ** (CEILING / 20) + 1e-4


def test_stereo_and_floats_that_are_no_numbers_are_taken(tmp_path: Path) -> None:
    stereo = np.stack([tone(500, 0.5, 8000), tone(500, 0.5, 8000)], axis=1)
    stereo[100] = np.nan
    soundfile.write(tmp_path / "a.wav", stereo, 8000, subtype="FLOAT")
    assert len(read(tmp_path / "a.wav")) == pytest.approx(4000, abs=100)


def test_a_stream_whose_header_does_not_know_its_length_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(500, 0.5, 8000), 8000)
    content = bytearray(path.read_bytes())
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert len(read(path)) == pytest.approx(4000, abs=100)


@pytest.mark.parametrize("samples", [np.zeros(8000), np.full(8000, 1e-5), np.zeros(0)])
def test_silence_is_an_error(tmp_path: Path, samples: Sound) -> None:
    soundfile.write(tmp_path / "a.wav", samples, 8000)
    with pytest.raises(SpeechError, match="silence"):
        telephone.read(tmp_path / "a.wav")


def test_what_is_no_sound_or_never_ends_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="no sound file"):
        telephone.read(tmp_path / "none.wav")
    (tmp_path / "text.wav").write_text("hello")
    with pytest.raises(SpeechError, match="no sound file"):
        telephone.read(tmp_path / "text.wav")
    soundfile.write(tmp_path / "long.wav", np.zeros(901 * 100), 100)
    with pytest.raises(SpeechError, match="more than 900 s"):
        telephone.read(tmp_path / "long.wav")


def test_sentences_are_joined_with_the_pause_that_was_asked_for(tmp_path: Path) -> None:
    for name in "ab":
        word = np.concatenate([np.zeros(8000), tone(500, 0.5, 8000), np.zeros(16000)])
        soundfile.write(tmp_path / f"{name}.wav", word, 8000)
    joined = np.frombuffer(telephone.read(tmp_path / "a.wav", tmp_path / "b.wav", pause=0.4), "<i2") / 32768
    sounding = np.flatnonzero(np.abs(joined) > 0.01)
    assert np.diff(sounding).max() / 8000 == pytest.approx(0.4, abs=0.03)
