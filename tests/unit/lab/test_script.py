"""Scripts of callers: words to steps, and steps on a telephone."""

from __future__ import annotations

from pathlib import Path

import gevent
import pytest

from ivr.errors import IvoryError
from ivr.flow.script import HangUp, Hear, Pause, Press
from ivr.lab import script
from ivr.lab.script import Ear, Listen, Say, follow, parse, parse_line


class Telephone:
    def __init__(self) -> None:
        self.done: list[str] = []

    def press(self, keys: str) -> None:
        self.done.append(keys)

    def say(self, wav: Path) -> float:
        self.done.append(wav.name)
        return 0.0

    def hangup(self) -> None:
        self.done.append("hangup")


def test_words_become_steps_and_keys_wait_for_the_prompt() -> None:
    assert parse(["1", "a#", "wait:2s", "*", "hear:余额", "2", "hangup", "hang_up"]) == [
        *(Listen(), Press("1"), Listen(), Press("A#")),
        *(Pause(2.0), Press("*"), Hear("余额"), Press("2"), HangUp(), HangUp()),
    ]


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        ("12#", [Listen(), Press("12#")]),
        ("wait 3", [Pause(3.0)]),
        ("hear your bill", [Hear("your bill")]),
        ("say 我家 停电了", [Say("我家 停电了")]),
        ("1 2", [Listen(), Press("1"), Listen(), Press("2")]),
        ("", []),
    ],
)
def test_lines_may_hold_spaces(line: str, steps: list[script.Step]) -> None:
    assert parse_line(line) == steps


@pytest.mark.parametrize(
    "word", ["x", "wait:", "wait:soon", "wait:-1", "wait:9999", "hear:", "hear:。", "1x", "sing:la"]
)
def test_what_no_caller_can_do_is_refused(word: str) -> None:
    with pytest.raises(IvoryError):
        parse([word])


def test_a_caller_hears_before_they_press() -> None:
    ear, telephone = Ear(), Telephone()
    caller = gevent.spawn(follow, parse(["hear:press 1", "1"]), telephone, ear)
    ear.heard("Welcome.")
    gevent.sleep(0)
    assert telephone.done == []
    ear.heard("For bills press 1.")
    caller.get(timeout=2)
    assert telephone.done == ["1"]


def test_what_is_being_said_is_not_heard_before_it_has_been_said_to_its_end() -> None:
    ear, telephone = Ear(), Telephone()
    caller = gevent.spawn(follow, parse(["hear:monday", "hang_up"]), telephone, ear)
    ear.began()
    gevent.sleep(0.02)
    assert telephone.done == []
    ear.heard("We are open on")
    ear.heard("Monday.")
    caller.get(timeout=2)
    assert telephone.done == ["hangup"]


def test_a_text_may_run_over_several_sentences_whatever_their_signs() -> None:
    ear = Ear()
    for words in ("您的余额是", "十二元", "。", "再见！"):
        ear.heard(words)
    assert ear.hear("余额是十二元，再见", 0)


def test_what_was_said_before_a_key_is_no_longer_heard_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "PATIENCE", 0.01)
    ear = Ear()
    ear.heard("Press 1.")
    with pytest.raises(IvoryError, match='"Press 1" was not heard'):
        follow(parse(["wait:0.01", "1", "hear:Press 1"]), Telephone(), ear)


def test_words_are_heard_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "PATIENCE", 0.01)
    ear, telephone = Ear(), Telephone()
    ear.heard("once")
    with pytest.raises(IvoryError, match='"once" was not heard'):
        follow(parse(["hear:once", "hear:once"]), telephone, ear)


def test_a_call_that_ends_before_the_words_were_heard_fails_the_script() -> None:
    ear = Ear()
    caller = gevent.spawn(follow, parse(["hear:never"]), Telephone(), ear)
    gevent.sleep(0)
    ear.hang_up()
    with pytest.raises(IvoryError, match='the call ended before "never"'):
        caller.get(timeout=2)


def test_keys_are_pressed_when_the_prompt_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "QUIET", 0.05)
    ear, telephone = Ear(), Telephone()
    ear.began()
    caller = gevent.spawn(follow, parse(["1"]), telephone, ear)
    gevent.sleep(0.1)
    assert telephone.done == []
    ear.ended()
    caller.get(timeout=2)
    assert telephone.done == ["1"]


def test_keys_go_while_music_plays_but_not_into_an_announcement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "NOTHING", 0.1)
    ear, telephone = Ear(), Telephone()
    ear.music(True)
    ear.music(False)
    ear.began()
    caller = gevent.spawn(follow, parse(["9"]), telephone, ear)
    gevent.sleep(0.2)
    assert telephone.done == []
    ear.ended()
    ear.music(True)
    caller.get(timeout=2)
    assert telephone.done == ["9"]


def test_music_that_brought_a_person_is_not_counted_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "NOTHING", 0.3)
    ear, telephone = Ear(), Telephone()
    ear.music(True)
    gevent.sleep(0.3)
    ear.music(False)
    ear.began(person=True)
    ear.ended()
    ear.music(True)
    caller = gevent.spawn(follow, parse(["9"]), telephone, ear)
    gevent.sleep(0.1)
    assert telephone.done == []
    caller.get(timeout=2)


@pytest.mark.parametrize("before", ["wait 8", "hear You are next"])
def test_a_key_on_the_line_after_a_wait_is_pressed_as_soon_as_nothing_is_said(
    before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "QUIET", 0.05)
    steps = parse_line("9", parse_line(before)[-1])
    assert steps == [Listen(short=True), Press("9")]
    ear, telephone = Ear(), Telephone()
    ear.music(True)
    with gevent.Timeout(2):
        follow(steps, telephone, ear)
    assert telephone.done == ["9"]


def test_a_caller_who_hears_nothing_presses_regardless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "NOTHING", 0.05)
    telephone = Telephone()
    follow(parse(["1", "2"]), telephone, Ear())
    assert telephone.done == ["1", "2"]


def test_a_call_that_is_over_ends_the_script() -> None:
    ear, telephone = Ear(), Telephone()
    ear.hang_up()
    follow(parse(["1", "hangup"]), telephone, ear)
    assert telephone.done == []


def test_words_are_spoken_as_the_sound_they_were_made_into() -> None:
    telephone = Telephone()
    follow(parse(["say:hello"]), telephone, Ear(), lambda text: Path(f"/{text}.wav"))
    assert telephone.done == ["hello.wav"]


def test_a_caller_without_a_voice_cannot_speak() -> None:
    with pytest.raises(IvoryError, match="cannot speak"):
        follow(parse(["say:hello"]), Telephone(), Ear())
