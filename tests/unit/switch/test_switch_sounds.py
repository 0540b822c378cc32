"""How long sounds are, without a call."""

from __future__ import annotations

import math
import wave
from pathlib import Path

import pytest

from ivr.switch.hearing import Hearing
from ivr.switch.samples import load_speech
from ivr.switch.sounds import file_seconds, resolve
from ivr.switch.tones import tone_seconds


def wav(path: Path, seconds: float, rate: int = 8000, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"\x00\x10" * int(seconds * rate) * channels)
    return path


@pytest.mark.parametrize(
    ("spec", "seconds"),
    [
        ("%(100,50,800)", 0.15),
        ("%(100,50,800);loops=2", 0.3),
        ("%(200,0,800);%(300,100,500)", 0.6),
        ("L=3;%(100,100,350,440)", 0.6),
        ("v=-7;%(100,0,941.0,1477.0);loops=3", 0.3),
        ("12", 0.625),
        ("garbage", 0),
        ("%(1,1,400);loops=-1", math.inf),
    ],
)
def test_tones_take_the_time_libteletone_takes(spec: str, seconds: float) -> None:
    assert tone_seconds(spec) == pytest.approx(seconds)


def test_a_files_length_is_read_from_its_header(tmp_path: Path) -> None:
    assert file_seconds(str(wav(tmp_path / "a.wav", 0.5, rate=22050, channels=2))) == pytest.approx(
        0.5, abs=0.001
    )


def test_a_file_that_changed_is_measured_again(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav", 0.5)
    assert file_seconds(str(path)) == 0.5
    wav(path, 1.5)
    assert file_seconds(str(path)) == 1.5


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\xff", b"ID3 not wav" * 9]
)
def test_what_is_no_sound_cannot_be_played(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    assert resolve(str(path), "/") is None


def test_names_without_an_ending_are_looked_for_as_wav(tmp_path: Path) -> None:
    wav(tmp_path / "hello.wav", 0.1)
    sound = resolve("hello", str(tmp_path))
    assert sound is not None
    assert sound.path == f"{tmp_path}/hello.wav"


def test_playing_can_begin_at_a_sample(tmp_path: Path) -> None:
    wav(tmp_path / "a.wav", 1)
    sound = resolve("a.wav@@2000", str(tmp_path))
    assert sound is not None
    assert sound.items[0].piece is not None
    assert sound.items[0].piece.seconds == pytest.approx(0.75)


def test_settings_in_braces_are_passed_over(tmp_path: Path) -> None:
    wav(tmp_path / "a.wav", 1)
    assert resolve("{x=1}a.wav", str(tmp_path)) is not None


@pytest.mark.parametrize("nothing", ["silence_stream://0", "http://host/a.wav", "a\0b.wav", "nope.wav"])
def test_what_cannot_be_opened_is_not_found(nothing: str) -> None:
    assert resolve(nothing, "/tmp") is None


def test_speech_of_any_rate_is_brought_to_8_khz(tmp_path: Path) -> None:
    for rate in (8000, 16000, 22050):
        samples = load_speech(wav(tmp_path / f"{rate}.wav", 0.5, rate))
        assert len(samples) == pytest.approx(4000, abs=1)


def test_speech_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a WAV file"):
        load_speech(tmp_path / "none.wav")


def test_silence_is_counted_from_the_last_sound(tmp_path: Path) -> None:
    hearing = Hearing()
    before = hearing.quiet_at(0.0, 200, 1.0)
    assert before == 1.0
    hearing.say(wav(tmp_path / "a.wav", 0.5))
    said = hearing._said[0]
    assert hearing.quiet_at(said.at, 200, 1.0) == pytest.approx(said.end + 1.0, abs=0.03)
    assert hearing.quiet_at(said.at, 30000, 1.0) == pytest.approx(said.at + 1.0)


def test_who_is_cut_short_is_heard_no_longer(tmp_path: Path) -> None:
    hearing = Hearing()
    hearing.say(wav(tmp_path / "a.wav", 5))
    said = hearing._said[0]
    hearing.cut()
    samples = hearing.samples(said.at, said.at + 1)
    assert len(samples) == 8000
    assert sum(1 for sample in samples if sample) < 4000
