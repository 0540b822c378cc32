from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.errors import SpeechError
from ivr.settings import Speech
from ivr.speech.audio import header
from ivr.speech.cache import Cache, Note, key, note_of, text_of
from ivr.speech.tts.base import Utterance
from tests.unit.speech.odd_engines import OddEngine, SpareEngine

NOTE = Note("您好", "zh-CN", "odd", "tone", 0.5, "2026-11-21T08:00:00+00:00", fresh=False)
HELLO = Utterance("您好", "zh-CN", "tone", 0)
KEY = "ab" + "0" * 38
SAMPLES = b"\x01\x00" * 4000


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "prompts")


def test_a_key_stands_for_all_that_shapes_the_sound() -> None:
    odd = OddEngine(Speech())
    others = [
        key(SpareEngine(Speech()), HELLO),
        key(odd, replace(HELLO, text="你好")),
        key(odd, replace(HELLO, language="zh-HK")),
        key(odd, replace(HELLO, voice="other")),
        key(odd, replace(HELLO, rate=200)),
        key(odd, replace(HELLO, pitch=40)),
        key(odd, replace(HELLO, pause=0.5)),
    ]
    assert key(odd, HELLO) == key(OddEngine(Speech()), HELLO)
    assert len({key(odd, HELLO), *others}) == 8


def test_a_key_of_before_there_were_pitch_and_pause_is_still_good() -> None:
    assert key(OddEngine(Speech()), HELLO) == "e8f3f884b26e5b172c17c8a462836d4cf31c16d1"


def test_a_stored_sound_is_found_and_says_what_it_says(cache: Cache) -> None:
    path = cache.store(KEY, SAMPLES, NOTE)
    assert cache.find(KEY) == path == cache.path(KEY)
    assert path.read_bytes() == header(4000) + SAMPLES
    assert text_of(path) == "您好"
    assert note_of(path) == NOTE


def test_names_are_plain(cache: Cache) -> None:
    path = cache.store(key(OddEngine(Speech()), HELLO), SAMPLES, NOTE)
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{40}\.wav", str(path.relative_to(cache.folder)))
    assert path.is_absolute()


@pytest.mark.parametrize("size", [0, 20, 44, 8043])
def test_a_damaged_sound_is_not_found(cache: Cache, size: int) -> None:
    path = cache.store(KEY, SAMPLES, NOTE)
    os.truncate(path, size)
    assert cache.find(KEY) is None


def test_any_other_file_says_nothing(tmp_path: Path) -> None:
    assert text_of(tmp_path / "thanks.wav") is None
    (tmp_path / "thanks.json").write_text('["not", "a", "note"]')
    assert text_of(tmp_path / "thanks.wav") is None
    (tmp_path / "thanks.json").write_text('{"text": "x"}')
    assert text_of(tmp_path / "thanks.wav") is None


def test_a_folder_that_cannot_be_written_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "prompts").write_text("a file where the folder should be")
    with pytest.raises(SpeechError, match=r"cannot be kept in .*prompts.*see speech\.cache"):
        Cache(tmp_path / "prompts").store(KEY, SAMPLES, NOTE)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_and_leaves_nothing_behind(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cache.path(KEY).parent
    folder.mkdir(parents=True)
    monkeypatch.setattr("ivr.speech.cache.token_hex", lambda _: "1")
    (folder / f"{KEY}.wav.1.tmp").symlink_to("/dev/full")
    with pytest.raises(SpeechError, match="No space left"):
        cache.store(KEY, SAMPLES, NOTE)
    assert cache.find(KEY) is None
    assert not list(folder.glob("*.tmp"))


def test_pruning_takes_the_oldest_fresh_sounds_and_nothing_else(cache: Cache) -> None:
    paths = {}
    for number, age, fresh in [
        (1, 9000, True),
        (2, 8000, True),
        (3, 7000, True),
        (4, 9999, False),
        (5, 0, True),
    ]:
        path = cache.store(f"ab{number:038}", SAMPLES, replace(NOTE, fresh=fresh))
        stamp = path.stat().st_mtime - age
        os.utime(path, (stamp, stamp))
        paths[number] = path
    folder = paths[1].parent
    assert cache.prune(folder, max_bytes=2 * 8044) == 2
    assert [number for number, path in paths.items() if path.exists()] == [3, 4, 5]
    assert {path.stem for path in folder.glob("*.json")} == {path.stem for path in folder.glob("*.wav")}
    assert cache.prune(folder, max_bytes=0) == 1, "the youngest may be playing"


def test_pruning_removes_what_a_killed_process_left(cache: Cache) -> None:
    path = cache.store(KEY, SAMPLES, NOTE)
    old, new = path.with_suffix(".wav.1.tmp"), path.with_suffix(".wav.2.tmp")
    for leftover in old, new:
        leftover.touch()
    os.utime(old, (0, 0))
    cache.prune(path.parent, max_bytes=0)
    assert (old.exists(), new.exists()) == (False, True)


def test_notes_are_readable_by_people(cache: Cache) -> None:
    path = cache.store(KEY, SAMPLES, NOTE)
    content = path.with_suffix(".json").read_text(encoding="utf-8")
    assert "您好" in content
    assert json.loads(content)["seconds"] == 0.5
