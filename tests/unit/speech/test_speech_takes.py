"""Recordings that people bring: looked at, replaced, taken back, by several at once."""

from __future__ import annotations

import io
import struct
import threading
from pathlib import Path
from random import Random

import numpy as np
import pytest
import soundfile

from ivr.errors import Conflict, Invalid, NotFound, SpeechError
from ivr.speech import takes as module
from ivr.speech.audio import header, is_prompt
from ivr.speech.recorded import file_name
from ivr.speech.recorded_table import INDEX
from ivr.speech.takes import FORMER, KEPT, Takes

TEXT, TAG = "Good morning.", "en-US"
NOISE = Random(7)


def sound(seconds: float = 1.0, pitch: int = 300, form: str = "WAV", rate: int = 16_000) -> bytes:
    """Something like speech, as a file."""
    time = np.arange(round(seconds * rate)) / rate
    loud = 0.3 * np.sin(2 * np.pi * pitch * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))
    silence = np.zeros(rate // 4)
    file = io.BytesIO()
    soundfile.write(file, np.concatenate([silence, loud, silence]), rate, format=form)
    return file.getvalue()


@pytest.fixture
def takes(tmp_path: Path) -> Takes:
    return Takes(tmp_path / "recorded")


def test_a_recording_becomes_a_telephone_prompt(takes: Takes) -> None:
    taken = takes.put(sound(), TEXT, TAG, "")
    assert taken.before is None
    assert taken.after is not None
    assert taken.take is not None
    assert taken.take.seconds == pytest.approx(1.06, abs=0.1)  # without the silence around it
    assert is_prompt(takes.shelf.path(taken.after.file))
    assert takes.find(TEXT, TAG) == taken.after


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "MP3", "AIFF"])
def test_any_format_will_do_whatever_the_file_is_called(takes: Takes, form: str) -> None:
    assert takes.put(sound(form=form), TEXT, TAG).after is not None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"RIFF\xff\xff\xff\xffWAVEfmt ",
        header(8000) + bytes(16_000),  # silence
        header(2_000_000_000)[:44],
        b"RIFF" + struct.pack("<I", 36) + b"WAVE" + NOISE.randbytes(4000),
        NOISE.randbytes(100_000),
        b"#!/bin/sh\nreboot\n",
        b"<?xml version='1.0'?><svg/>",
        b"ID3" + NOISE.randbytes(5000),
    ],
)
def test_what_is_no_sound_is_refused_and_changes_nothing(takes: Takes, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        takes.put(content, TEXT, TAG)
    assert refused.value.field == "file"
    assert "/tmp" not in refused.value.message
    assert takes.find(TEXT, TAG) is None


def test_a_file_that_is_too_large_is_not_even_read(takes: Takes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FILE", 1000)
    with pytest.raises(Invalid, match="larger than"):
        takes.put(sound(), TEXT, TAG)


def test_a_file_that_takes_forever_is_given_up(takes: Takes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE", 0.001)
    with pytest.raises(Invalid, match="could not be read within"):
        takes.put(sound(), TEXT, TAG)


@pytest.mark.parametrize(
    ("text", "language", "field"),
    [
        ("", TAG, "text"),
        (" . ", TAG, "text"),
        ("x" * 9999, TAG, "text"),
        (TEXT, "english", "language"),
        (TEXT, "../..", "language"),
    ],
)
def test_what_is_no_sentence_is_refused_at_its_field(
    takes: Takes, text: str, language: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        takes.put(sound(), text, language)
    assert refused.value.field == field


def test_a_take_of_another_sentence_is_refused_unless_somebody_insists(takes: Takes) -> None:
    with pytest.raises(Invalid, match="is that the sentence"):
        takes.put(sound(10), TEXT, TAG)
    taken = takes.put(sound(10), TEXT, TAG, force=True)
    assert taken.take is not None
    assert taken.take.faults


# One after the other -----------------------------------------------------------------------------------


def digest(takes: Takes) -> str:
    found = takes.find(TEXT, TAG)
    return found.digest if found else ""


def test_the_take_before_comes_back_and_goes_again(takes: Takes) -> None:
    takes.put(sound(pitch=300), TEXT, TAG)
    first = digest(takes)
    takes.put(sound(pitch=500), TEXT, TAG, first)
    second = digest(takes)
    assert first != second
    assert takes.revert(TEXT, TAG, second).after == takes.find(TEXT, TAG)
    assert digest(takes) == first
    takes.revert(TEXT, TAG)
    assert digest(takes) == second
    assert len(takes.former(TEXT, TAG)) == 1


def test_what_was_given_up_can_be_brought_back(takes: Takes) -> None:
    takes.put(sound(), TEXT, TAG)
    there = digest(takes)
    assert takes.remove(TEXT, TAG, there).file == file_name(TAG, TEXT)
    assert digest(takes) == ""
    takes.revert(TEXT, TAG, "")
    assert digest(takes) == there
    assert takes.former(TEXT, TAG) == []


def test_a_file_that_somebody_put_there_stays(takes: Takes) -> None:
    takes.shelf.folder.mkdir()
    (takes.shelf.folder / "studio.wav").write_bytes(sound())
    takes.shelf.add(TAG, TEXT, "studio.wav")
    own = digest(takes)
    takes.put(sound(pitch=500), TEXT, TAG)
    takes.revert(TEXT, TAG)
    assert digest(takes) == own
    takes.remove(TEXT, TAG)
    assert (takes.shelf.folder / "studio.wav").is_file()


def test_only_the_last_takes_are_kept(takes: Takes) -> None:
    for pitch in range(300, 300 + 20 * (KEPT + 3), 20):
        takes.put(sound(pitch=pitch), TEXT, TAG)
    assert len(takes.former(TEXT, TAG)) == KEPT
    takes.revert(TEXT, TAG)
    takes.revert(TEXT, TAG)
    assert len(takes.former(TEXT, TAG)) == KEPT


def test_a_change_of_what_somebody_else_changed_is_a_conflict(takes: Takes) -> None:
    takes.put(sound(pitch=300), TEXT, TAG, "")
    first = digest(takes)
    with pytest.raises(Conflict) as conflict:
        takes.put(sound(pitch=400), TEXT, TAG, "")
    assert conflict.value.current == first
    takes.put(sound(pitch=500), TEXT, TAG, first)
    for work in (takes.remove, takes.revert):
        with pytest.raises(Conflict):
            work(TEXT, TAG, first)


def test_what_is_not_there_is_neither_removed_nor_brought_back(takes: Takes) -> None:
    with pytest.raises(NotFound):
        takes.remove(TEXT, TAG)
    with pytest.raises(NotFound, match="no earlier take"):
        takes.revert(TEXT, TAG)


def test_a_row_of_no_use_can_be_given_up(takes: Takes) -> None:
    takes.shelf.add(TAG, TEXT, "gone.wav")
    assert takes.remove(TEXT, TAG).file == "gone.wav"


def test_strange_files_among_earlier_takes_are_passed_over(takes: Takes) -> None:
    takes.put(sound(), TEXT, TAG)
    folder = takes.shelf.folder / FORMER / Path(file_name(TAG, TEXT)).stem
    folder.mkdir(parents=True)
    (folder / "best.wav").write_bytes(b"")
    assert takes.former(TEXT, TAG) == []


def test_several_at_once_lose_none_of_each_others_sentences(takes: Takes) -> None:
    take = takes.examine(sound(), TEXT, TAG)
    together = threading.Barrier(8)

    def record(number: int) -> None:
        together.wait()
        Takes(takes.shelf.folder).accept(take, f"Sentence {number}.", TAG)

    threads = [threading.Thread(target=record, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    takes.shelf.refresh()
    assert len(takes.shelf.index.recordings) == 8


def test_whoever_holds_the_table_too_long_is_told_of(takes: Takes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    take = takes.examine(sound(), TEXT, TAG)
    with module._locked(takes.shelf.folder), pytest.raises(SpeechError, match="somebody else is changing"):
        takes.accept(take, TEXT, TAG)


def test_a_folder_that_cannot_be_written_is_told(takes: Takes) -> None:
    takes.shelf.folder.write_text("no folder")
    with pytest.raises(SpeechError, match="cannot be written"):
        takes.remove(TEXT, TAG)


def test_the_index_is_a_table_that_people_can_read(takes: Takes) -> None:
    takes.put(sound(), TEXT, TAG)
    assert TEXT in (takes.shelf.folder / INDEX).read_text(encoding="utf-8-sig")
