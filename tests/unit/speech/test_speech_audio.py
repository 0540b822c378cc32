from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.errors import SpeechError
from ivr.speech.audio import duration, header, is_prompt


def test_the_header_is_what_the_standard_library_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(header(4000) + bytes(8000))
    with wave.open(str(path)) as file:
        assert file.getparams()[:4] == (1, 2, 8000, 4000)
    assert is_prompt(path)
    assert duration(path) == 0.5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        header(0),
        header(4)[:20],
        header(4) + bytes(7),  # cut short
        header(4) + bytes(9),
        b"x" * 52,
        header(4).replace(b"WAVE", b"AVI ") + bytes(8),
    ],
)
def test_what_is_not_a_whole_prompt_is_seen(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    assert not is_prompt(path)


def test_a_missing_file_is_no_prompt_and_has_no_duration(tmp_path: Path) -> None:
    assert not is_prompt(tmp_path / "none.wav")
    with pytest.raises(SpeechError, match=r"none\.wav: No such file"):
        duration(tmp_path / "none.wav")


@pytest.mark.parametrize(("name", "subtype"), [("a.wav", "FLOAT"), ("a.flac", "PCM_16"), ("a.wav", "ULAW")])
def test_durations_of_other_formats_are_known(tmp_path: Path, name: str, subtype: str) -> None:
    soundfile.write(tmp_path / name, np.zeros(16000), 16000, subtype=subtype)
    assert duration(tmp_path / name) == pytest.approx(1.0)


def test_a_file_that_is_no_sound_has_no_duration(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_text("#!/bin/sh")
    with pytest.raises(SpeechError, match="is not a sound file"):
        duration(path)
