"""Calls in words: transcripts, and the names of sounds."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from ivr.lab.transcript import Transcript
from ivr.lab.words import describe, played


class Page:
    """A transcript on paper; `at` is the time."""

    def __init__(self) -> None:
        self.at = 0.0
        self._paper = io.StringIO()
        self.transcript = Transcript(Console(file=self._paper, width=200), lambda: self.at)

    @property
    def lines(self) -> list[str]:
        self.transcript.close()
        return self._paper.getvalue().splitlines()


@pytest.fixture
def page() -> Page:
    return Page()


def test_a_line_says_when_who_and_what(page: Page) -> None:
    page.at = 62.34
    page.transcript.heard("Hello.")
    assert page.lines == ["  1:02.3  ivr     Hello."]


def test_pieces_of_one_sentence_stay_on_one_line(page: Page) -> None:
    for piece in ("You owe", "12 yuan", ", due", "tomorrow", ".", "Goodbye."):
        page.transcript.heard(piece)
    assert [line[18:] for line in page.lines] == ["You owe 12 yuan, due tomorrow.", "Goodbye."]


def test_a_pause_begins_a_new_line(page: Page) -> None:
    page.transcript.heard("For bills press 1")
    page.transcript.silent()
    page.at = 1.5
    page.transcript.heard("I did not get that")
    assert len(page.lines) == 2


def test_what_is_said_between_music_has_its_own_line_and_time(page: Page) -> None:
    for at, words in ((7.8, "[music: default]"), (13.0, "You are next."), (14.0, "[music: default]")):
        page.at = at
        page.transcript.heard(words, endless=words.startswith("["))
        page.transcript.silent()
    assert [line.split(maxsplit=2) for line in page.lines] == [
        ["0:07.8", "ivr", "[music: default]"],
        ["0:13.0", "ivr", "You are next."],
        ["0:14.0", "ivr", "[music: default]"],
    ]


def test_keys_in_a_row_are_one_entry(page: Page) -> None:
    page.transcript.heard("Your account?")
    for key in "12#":
        page.transcript.pressed(key)
    page.transcript.note("caller", "hangs up")
    assert [line[10:] for line in page.lines] == [
        "ivr     Your account?",
        "caller  presses 12#",
        "caller  hangs up",
    ]


def test_a_problem_is_a_line_of_its_own(page: Page) -> None:
    page.transcript.pressed("12")
    page.transcript.problem("eta is no date")
    page.transcript.pressed("3")
    assert [line[10:] for line in page.lines] == [
        "caller  presses 12",
        "ivr     ! eta is no date",
        "caller  presses 3",
    ]


def test_a_stranger_s_words_cannot_steer_the_terminal(page: Page) -> None:
    page.transcript.heard("\x1b[2J[bold]evil[/bold]\nline")
    assert page.lines == ["  0:00.0  ivr     \ufffd[2J[bold]evil[/bold]\ufffdline"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/sounds/thanks.wav", "[thanks.wav]"),
        ("silence_stream://500", ""),
        ("tone_stream://%(500,0,800)", "[tone]"),
        ("local_stream://default", "[music: default]"),
        (r"file_string:///a/one\!.wav!silence_stream://100!/b/two.wav", "[one!.wav] [two.wav]"),
    ],
)
def test_what_freeswitch_plays_has_words(path: str, words: str) -> None:
    assert played(path) == words


def test_a_rendered_sentence_is_its_text(tmp_path: Path, note: Callable[[Path, str], Path]) -> None:
    assert describe("file", str(note(tmp_path / "x.wav", "您好"))) == "您好"
    assert describe("person", "1001") == "[talking with 1001]"


@pytest.fixture
def note() -> Callable[[Path, str], Path]:
    from dataclasses import asdict
    from json import dumps

    from ivr.speech.cache import Note

    def write(path: Path, text: str) -> Path:
        words = Note(text, "zh-CN", "pyttsx3", "cmn", 1.0, "2026-11-23T00:00:00+00:00", False)
        path.with_suffix(".json").write_text(dumps(asdict(words)), encoding="utf-8")
        return path

    return write
