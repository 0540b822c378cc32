"""Sentences that somebody has recorded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import numpy as np
import pytest
import soundfile

from ivr.call import Manner, Speech
from ivr.errors import SpeechError
from ivr.files import shelf as files
from ivr.files.links import PROMPTS
from ivr.settings import Speech as SpeechSettings
from ivr.speech import voice as voice_module
from ivr.speech.audio import duration, is_prompt
from ivr.speech.cache import note_of
from ivr.speech.recorded import Shelf, file_name, folded
from ivr.speech.recorded_table import INDEX
from ivr.speech.voice import Voice
from tests.unit.speech.odd_engines import OddEngine

MakeVoice = Callable[..., Voice]


def record(folder: Path, name: str, seconds: float = 1.5, rate: int = 44100, channels: int = 2) -> Path:
    """A studio's file: stereo, 44.1 kHz."""
    tone = 0.3 * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 300 / rate)
    folder.mkdir(parents=True, exist_ok=True)
    soundfile.write(str(folder / name), np.stack([tone] * channels, axis=1), rate)
    return folder / name


def index(folder: Path, *rows: str, head: str = "language,text,file") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / INDEX).write_text("\n".join([head, *rows, ""]), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recorded"


@pytest.fixture
def make(tmp_path: Path, folder: Path) -> Iterator[MakeVoice]:
    made = []

    def make(**options: Any) -> Voice:
        settings = SpeechSettings(
            **{"cache": tmp_path / "cache", "workers": 1, "recorded": folder, **options}
        )
        made.append(Voice(settings, engines=[OddEngine(settings)]))
        return made[-1]

    yield make
    for voice in made:
        voice.stop()


def heard(
    voice: Voice, text: str, language: str = "en-US", manner: Manner | None = None
) -> tuple[str, float]:
    """Who spoke, and for how long."""
    path = voice.request(Speech(text, language, True, manner or Manner())).wait(10)
    assert path is not None
    assert is_prompt(path)
    note = note_of(path)
    assert note is not None
    return note.engine, round(duration(path), 1)


# The index --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "same",
    ["Welcome, dear caller.", " welcome,  dear\tCALLER ", "Ｗelcome， dear caller.", "Welcome, dear caller"],
)
def test_what_is_read_alike_is_the_same_sentence(same: str) -> None:
    assert folded(same) == folded("Welcome, dear caller.")
    assert file_name("en-US", same) == file_name("en-US", "Welcome, dear caller.")


@pytest.mark.parametrize("other", ["Welcome, dear caller?", "Welcome dear caller.", "Welcome, dear callers."])
def test_what_is_read_otherwise_is_another(other: str) -> None:
    assert folded(other) != folded("Welcome, dear caller.")


def test_a_sentence_is_found_in_its_language_only(folder: Path) -> None:
    record(folder, "hi.wav")
    index(folder, "en-US,Hello.,hi.wav")
    shelf = Shelf(folder)
    shelf.refresh()
    found = shelf.find("hello", "en-US")
    assert found is not None
    assert found.file == "hi.wav"
    assert shelf.find("hello", "en-GB") is None


def test_without_a_folder_nothing_is_recorded_and_nothing_is_wrong(folder: Path) -> None:
    shelf = Shelf(folder)
    assert shelf.refresh() == []
    assert shelf.index.problems == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("en-US,Hello.,none.wav", "3: none.wav cannot be read: No such file"),
        ("en-US,Hello.,empty.wav", "3: empty.wav is empty"),
        ("en-US,Hello.,../secret.wav", '3: "../secret.wav" is outside of'),
        ("en-US,Hello.,/etc/passwd", '3: "/etc/passwd" is outside of'),
        ("en-US,Hello.,link.wav", '3: "link.wav" is outside of'),
        ("en-US,Hello.,sub", "3: sub is not a file"),
        ("english,Hello.,hi.wav", '3: "english" is not a language'),
        ("en-US,...,hi.wav", "3: a sentence without words"),
        ("en-US,Hello.,", "3: no file is named"),
        ("en-US,Good bye,hi.wav", "3: this sentence is recorded in hi.wav already"),
        (f"en-US,{'x' * 3000},hi.wav", "3: a text of 3000 characters is too long"),
    ],
)
def test_a_row_that_is_of_no_use_is_told_with_its_place_and_costs_no_other(
    folder: Path, row: str, message: str
) -> None:
    record(folder, "hi.wav")
    (folder / "sub").mkdir()
    (folder / "empty.wav").touch()
    (folder / "link.wav").symlink_to("/etc/hosts")
    index(folder, "en-US,Good bye.,hi.wav", row)
    shelf = Shelf(folder)
    shelf.refresh()
    assert [str(problem).startswith(f"{folder / INDEX}:3:1") for problem in shelf.index.problems] == [True]
    assert message.partition(": ")[2] in shelf.index.problems[0].message
    assert shelf.find("Good bye.", "en-US")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"text,file\nHello,hi.wav\n", "it has no column language"),
        ("language,text,file\nzh-CN,您好,hi.wav\n".encode("gb18030"), "it is not in UTF-8"),
        (b'language,text,file\nen-US,"Hello,hi.wav\n', "it is no CSV"),
        (b"", "it has no column language"),
        (b"language,text,file\n" + b"\n" * 20_001 + b"en-US,a,b\n", "more than 20000 lines"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_problem(folder: Path, content: bytes, message: str) -> None:
    folder.mkdir()
    (folder / INDEX).write_bytes(content)
    shelf = Shelf(folder)
    shelf.refresh()
    assert [message in problem.message for problem in shelf.index.problems] == [True]


def test_what_a_spreadsheet_writes_is_read(folder: Path) -> None:
    record(folder, "hi.wav")
    text = 'File,Language,Text,Seconds\r\nhi.wav,zh-CN,"您好，欢迎。",1.2\r\n,,,\r\n'
    (folder / INDEX).write_text(text, encoding="utf-8-sig", newline="")
    shelf = Shelf(folder)
    shelf.refresh()
    assert shelf.find("您好，欢迎。", "zh-CN")
    assert shelf.index.problems == ()


def test_sentences_are_added_replaced_and_removed_and_other_columns_stay(folder: Path) -> None:
    record(folder, "a.wav")
    index(folder, "en-US,Hello.,a.wav,nice", head="language,text,file,remark")
    shelf = Shelf(folder)
    shelf.add("en-US", "Bye, then.", "b.wav")
    shelf.add("en-US", "hello", "c.wav")
    assert (folder / INDEX).read_text(encoding="utf-8-sig").splitlines() == [
        "language,text,file,remark",
        'en-US,"Bye, then.",b.wav,',
        "en-US,hello,c.wav,",
    ]
    assert shelf.remove("en-US", "Bye, then") == "b.wav"
    with pytest.raises(SpeechError, match="is not recorded in en-US"):
        shelf.remove("en-US", "Bye, then")


def test_an_index_that_cannot_be_read_is_not_written_over(folder: Path) -> None:
    folder.mkdir()
    (folder / INDEX).write_bytes("language,text,file\nzh-CN,您好,a.wav\n".encode("gb18030"))
    with pytest.raises(SpeechError, match="not in UTF-8"):
        Shelf(folder).add("en-US", "Hello.", "b.wav")
    assert "您好".encode("gb18030") in (folder / INDEX).read_bytes()


# In calls ---------------------------------------------------------------------------------------------


def test_a_recording_is_played_instead_of_a_voice_as_a_telephone_prompt(
    make: MakeVoice, folder: Path
) -> None:
    record(folder, "hi.wav")
    index(folder, "en-US,Hello.,hi.wav")
    voice = make()
    assert heard(voice, "Hello.") == ("recorded", 1.5)
    assert heard(voice, "hello", manner=Manner("other", 200, 30)) == ("recorded", 1.5)
    assert heard(voice, "Bye.") == ("odd", 0.5)


def test_a_language_that_no_engine_speaks_may_be_recorded(make: MakeVoice, folder: Path) -> None:
    record(folder, "hi.wav")
    index(folder, "tlh,nuqneH,hi.wav")
    voice = make()
    assert heard(voice, "nuqneH", "tlh") == ("recorded", 1.5)
    with pytest.raises(SpeechError, match="no Klingon"):
        heard(voice, "Qapla", "tlh")


def test_recordings_are_ready_before_anybody_calls(make: MakeVoice, folder: Path) -> None:
    record(folder, "hi.wav")
    index(folder, "en-US,Hello.,hi.wav")
    voice = make()
    assert voice.prepared(10).done == 1
    assert voice.request(Speech("Hello.", "en-US")).ready


def test_a_freeswitch_on_another_host_gets_recordings_as_it_gets_all_prompts(
    tmp_path: Path, folder: Path
) -> None:
    record(folder, "hi.wav")
    index(folder, "en-US,Hello.,hi.wav")
    settings = SpeechSettings(cache=tmp_path / "cache", workers=1, recorded=folder)
    made: list[Path] = []
    voice = Voice(settings, engines=[OddEngine(settings)], made=made.append)
    voice.prepared(10)
    voice.stop()
    shelf = files.Shelf(voice.cache.folder, tmp_path / "sounds", tmp_path / "published")
    assert [shelf.link(path).kind for path in made] == [PROMPTS]
    assert shelf.find(shelf.link(made[0])) == made[0]


@pytest.mark.parametrize("bad", ["text", "silence", "cut", "missing"])
def test_a_recording_that_is_no_good_is_spoken_instead_and_told_once(
    make: MakeVoice, folder: Path, bad: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = record(folder, "hi.wav")
    if bad == "text":
        path.write_text("no sound")
    elif bad == "silence":
        soundfile.write(str(path), np.zeros(8000), 8000)
    elif bad == "cut":
        os.truncate(path, 30)
    else:
        path.unlink()
    record(folder, "bye.wav")
    index(folder, "en-US,Hello.,hi.wav", "en-US,Bye.,bye.wav")
    voice = make()
    voice.prepared(10)
    assert heard(voice, "Hello.") == ("odd", 0.5)
    assert heard(voice, "Bye.") == ("recorded", 1.5)
    told = capsys.readouterr()
    assert (told.out + told.err).count("recording_unusable") == 1
    assert "hi.wav" in told.out + told.err


def test_many_bad_recordings_do_not_take_the_good_ones_away(make: MakeVoice, folder: Path) -> None:
    rows = []
    for number in range(6):
        (folder / f"{number}.wav").parent.mkdir(exist_ok=True)
        (folder / f"{number}.wav").write_text(f"no sound {number}")
        rows.append(f"en-US,Sentence {number}.,{number}.wav")
    record(folder, "bye.wav")
    index(folder, *rows, "en-US,Bye.,bye.wav")
    voice = make()
    voice.prepared(20)
    assert [heard(voice, f"Sentence {number}.")[0] for number in range(6)] == ["odd"] * 6
    assert heard(voice, "Bye.")[0] == "recorded"


def test_recordings_come_change_and_go_while_calls_run(
    make: MakeVoice, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_module, "_LOOK", 0.02)
    voice = make()

    def becomes(expected: tuple[str, float]) -> None:
        with gevent.Timeout(10):
            while heard(voice, "Hello.") != expected:
                gevent.sleep(0.02)

    assert heard(voice, "Hello.") == ("odd", 0.5)
    record(folder, "hi.wav")
    index(folder, "en-US,Hello.,hi.wav")
    becomes(("recorded", 1.5))
    record(folder, "hi.wav", seconds=2.5)
    becomes(("recorded", 2.5))
    index(folder)
    becomes(("odd", 0.5))
