"""What is heard and said on the embedded switch, as samples: tones, music, files, people who speak live."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.switch import earpiece as earpieces
from ivr.switch import hearing as hearings
from ivr.switch.earpiece import Earpiece
from ivr.switch.hearing import Hearing
from ivr.switch.samples import track
from ivr.switch.sounds import Piece
from ivr.switch.spoken import AHEAD, CUSHION, Spoken
from ivr.switch.tones import tone_samples
from tests.unit.switch.test_switch_sounds import wav

FRAME = 160


def frame(value: int) -> bytes:
    return np.full(FRAME, value, np.int16).tobytes()


def pitches(samples: np.ndarray, count: int) -> list[int]:
    """The loudest tones, in Hz."""
    loud = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    found: list[int] = []
    for place in np.argsort(loud)[::-1]:
        hertz = round(place * 8000 / len(samples))
        if all(abs(hertz - other) > 20 for other in found):
            found.append(hertz)
        if len(found) == count:
            break
    return sorted(found)


class Clock:
    """Stands in for `time` in a module."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (earpieces, hearings):
        monkeypatch.setattr(module, "time", clock)
    return clock


# Tones and music --------------------------------------------------------------------------------------


def test_a_tone_sounds_as_it_is_written() -> None:
    samples = tone_samples("%(500,250,350,440);loops=-1")
    assert len(samples) == 6000
    assert pitches(samples[:4000], 2) == [350, 440]
    assert not samples[4000:].any()


def test_keys_sound_as_pairs_of_tones() -> None:
    assert pitches(tone_samples("d=1000;5")[:8000], 2) == [770, 1336]
    assert pitches(tone_samples("d=1000;#")[:8000], 2) == [941, 1477]


@given(st.text(alphabet="%(),;=0123456789*#lLwdvloops-", max_size=60))
def test_no_spelling_breaks_it_or_takes_long(spec: str) -> None:
    assert len(tone_samples(spec)) <= 60 * 8000


def test_music_goes_on_without_a_seam() -> None:
    music = track(Piece("music", "moh", math.inf))
    assert music is not None
    size = len(music.samples)
    around = music.cut(size - 80, 160).astype(np.int32)
    assert np.abs(np.diff(around)).max() < 6000
    assert np.array_equal(music.cut(3 * size + 5, 100), music.cut(5, 100))


def test_what_cannot_be_read_is_silent(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    assert track(Piece("file", str(tmp_path / "a.wav"), 1.0)) is None
    assert track(Piece("silence", "", 1.0)) is track(Piece("person", "1001", 1.0)) is None


# What is played ---------------------------------------------------------------------------------------


def heard(earpiece: Earpiece, begin: float) -> np.ndarray:
    mixed = np.zeros(FRAME, np.int32)
    earpiece.mix(mixed, begin)
    return mixed


def test_pieces_that_follow_each_other_are_all_in_one_frame(clock: Clock, tmp_path: Path) -> None:
    earpiece = Earpiece()
    one = Piece("file", str(wav(tmp_path / "a.wav", 0.5)), 0.5)
    two = Piece("file", str(wav(tmp_path / "b.wav", 0.5)), 0.5)
    earpiece.began(one)
    clock.now += 0.01
    earpiece.ended(one)
    clock.now += 0.005
    earpiece.began(two)
    loud = heard(earpiece, 1000.0) == 0x1000
    assert (loud[:80].all(), loud[80:120].any(), loud[120:].all()) == (True, False, True)


def test_what_is_laid_over_something_is_added(clock: Clock, tmp_path: Path) -> None:
    earpiece = Earpiece()
    sound = str(wav(tmp_path / "a.wav", 0.5))
    earpiece.began(Piece("file", sound, 0.5))
    earpiece.began(Piece("file", sound, 0.5))
    assert (heard(earpiece, 1000.0) == 0x2000).all()


def test_music_outlasts_however_many_sentences_are_laid_over_it(clock: Clock, tmp_path: Path) -> None:
    earpiece = Earpiece()
    earpiece.began(Piece("music", "moh", math.inf))
    for _ in range(200):
        sentence = Piece("file", str(tmp_path / "none.wav"), 1.0)
        earpiece.began(sentence)
        clock.now += 1.0
        earpiece.ended(sentence)
    assert heard(earpiece, clock.now).any()


def test_a_sound_that_stood_still_goes_on_where_it_was(clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "ramp.wav"
    wav(path, 0.5)
    path.write_bytes(path.read_bytes()[:44] + np.arange(4000, dtype="<i2").tobytes())
    earpiece = Earpiece()
    earpiece.began(Piece("file", str(path), 0.5), 0.25)
    assert heard(earpiece, 1000.0)[0] == 2000
    skipped = Earpiece()
    skipped.began(Piece("file", str(path), 0.4, skip=0.1))
    assert heard(skipped, 1000.0)[0] == 800


# What is said -----------------------------------------------------------------------------------------


def test_what_is_said_is_heard_a_cushion_later() -> None:
    spoken = Spoken(10.0)
    assert spoken.put(frame(7), 10.0)
    assert spoken.put(frame(8), 10.02)
    assert not spoken.cut(10.0, 10.0 + CUSHION).any()
    assert (spoken.cut(10.0 + CUSHION, 10.02 + CUSHION) == 7).all()
    assert (spoken.cut(10.02 + CUSHION, 10.04 + CUSHION) == 8).all()


def test_frames_that_come_unevenly_are_heard_evenly() -> None:
    spoken = Spoken(0.0)
    for number, late in enumerate((0.0, 0.015, 0.0, 0.02, 0.005)):
        spoken.put(frame(number + 1), number * 0.02 + late)
    assert [int(spoken.cut(CUSHION + at * 0.02, CUSHION + at * 0.02 + 0.02)[80]) for at in range(5)] == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip


def test_a_pause_is_silence() -> None:
    spoken = Spoken(0.0)
    spoken.put(frame(1), 0.0)
    spoken.put(frame(2), 1.0)
    said = spoken.cut(0.0, 2.0)
    assert not said[round((CUSHION + 0.02) * 8000) : round((1 + CUSHION) * 8000)].any()
    assert said[round((1 + CUSHION) * 8000)] == 2


def test_what_comes_too_early_is_lost() -> None:
    spoken = Spoken(0.0)
    kept = sum(spoken.put(frame(1), 0.0) for _ in range(100))
    assert 0.02 * kept == pytest.approx(spoken.end - CUSHION)
    assert spoken.end <= AHEAD + 0.02 + 1e-6
    assert spoken.lost == 100 - kept


@given(st.lists(st.floats(0, 0.5), max_size=50))
def test_however_they_come_frames_never_overlap_and_never_pile_up(gaps: list[float]) -> None:
    spoken, now, ends = Spoken(0.0), 0.0, [0.0]
    for gap in gaps:
        now += gap
        if spoken.put(frame(1), now):
            assert spoken.end >= ends[-1] + 0.0199
            assert spoken.end <= now + AHEAD + 0.021
            ends.append(spoken.end)
    assert np.count_nonzero(spoken.cut(0.0, now + 1)) == FRAME * (len(ends) - 1)


def test_live_speech_is_in_what_a_channel_hears(clock: Clock, tmp_path: Path) -> None:
    hearing = Hearing()
    hearing.speak(frame(100))
    hearing.say(wav(tmp_path / "a.wav", 0.5))
    samples = hearing.samples(1000.0, 1000.1)
    assert samples[round(CUSHION * 8000) + 10] == 100 + 0x1000
    assert samples[0] == 0x1000


def test_live_speech_puts_off_the_end_of_a_recording(clock: Clock) -> None:
    hearing = Hearing()
    assert hearing.quiet_at(1000.0, 200, 2.0) == 1002.0
    clock.now += 1.0
    hearing.speak(frame(5000))
    assert hearing.quiet_at(1000.0, 200, 2.0) == pytest.approx(1003.0 + CUSHION + 0.02, abs=0.02)
    assert hearing.quiet_at(1000.0, 6000, 2.0) == 1002.0
