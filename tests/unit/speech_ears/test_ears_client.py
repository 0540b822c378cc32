"""The worker's side against a real relay with a real recogniser; the test writes what FreeSWITCH would."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import numpy as np
import pytest

from ivr.call import Deaf, Hearing, SpeechBegan, SpeechEnded
from ivr.errors import SettingsError, UnknownPlugin
from ivr.settings import Asr, Log
from ivr.speech.asr.tiny import models
from ivr.speech.ears import process
from ivr.speech.ears.client import Ear, Ears, Heard

HEARING = Hearing("en-US", ("yes", "no"), silence=0.2, patience=0.4)


class Call:
    """A call on a switch that writes its audio when it is told to."""

    def __init__(self, ears: Ears) -> None:
        self.told: list[Heard] = []
        self.losses = self.taps = 0
        self.ear = ears.open(self)

    def tapped(self) -> None:
        self.taps += 1

    def heard(self, event: Heard) -> None:
        self.told.append(event)

    def lost(self) -> None:
        self.losses += 1

    def listen(self) -> Ear:
        assert self.ear is not None
        self.ear.listen(1, HEARING)
        wait(lambda: self.taps, "the tap")
        return self.ear

    def speak(self) -> None:
        """A second of quiet, half of something like a voice, and quiet again, five times as fast as life."""
        ear = self.listen()
        time = np.arange(4000) / 8000
        swing = 0.55 + 0.45 * np.sin(2 * np.pi * 5 * time)
        voice = swing * sum(np.sin(2 * np.pi * 130 * each * time + each) / each for each in range(3, 25))
        quiet = np.zeros(8000)
        data = np.concatenate((quiet, voice * 5000, quiet)).astype("<i2").tobytes()
        end = os.open(ear.path, os.O_WRONLY | os.O_NONBLOCK)
        for at in range(0, len(data), 3200):
            os.write(end, data[at : at + 3200])
            gevent.sleep(0.02)
        os.close(end)

    def kinds(self) -> list[type[Heard]]:
        return [type(event) for event in self.told]


def wait(true: Callable[[], object], what: str, timeout: float = 20.0) -> None:
    deadline = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < deadline, f"did not happen: {what}"
        gevent.sleep(0.01)


def gone(pid: int) -> bool:
    """Whether a process is no more, or only its remains are there."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.fixture
def ears(tmp_path: Path) -> Iterator[Ears]:
    ears = Ears(Asr(engines=["vosk"], models=models(), run=tmp_path / "ears"), Log())
    yield ears
    relay = ears.pid
    ears.stop()
    if relay:
        wait(lambda: gone(relay), "the relay ends with the worker", 10)


def test_speech_is_told_from_its_beginning_to_its_end(ears: Ears) -> None:
    call = Call(ears)
    call.speak()
    wait(lambda: SpeechEnded in call.kinds() or call.losses, "the utterance")
    assert call.kinds()[0] is SpeechBegan
    wait(lambda: call.losses == 1, "the end of the audio")
    assert not list(ears.folder.glob("*.r8"))


def test_a_relay_is_found_by_the_next_worker(ears: Ears) -> None:
    Call(ears).listen()
    other = Ears(Asr(engines=["vosk"], models=models(), run=ears.folder), Log())
    try:
        Call(other).listen()
        assert other.pid == ears.pid
    finally:
        other.stop()


def test_one_that_is_set_up_otherwise_makes_room(ears: Ears) -> None:
    Call(ears).listen()
    other = Ears(Asr(engines=["vosk"], models=models(), run=ears.folder, vad=3), Log())
    try:
        Call(other).listen()
        assert other.pid not in (0, ears.pid)
        assert not gone(ears.pid)
    finally:
        other.stop()


def test_a_folder_with_a_long_name_will_do(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30) / "ears"
    ears = Ears(Asr(engines=["vosk"], models=models(), run=folder), Log())
    try:
        Call(ears).listen()
    finally:
        ears.stop()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_call_is_told_when_its_relay_dies_or_stands_still(ears: Ears, how: signal.Signals) -> None:
    call = Call(ears)
    call.listen()
    before = ears.pid
    os.kill(before, how)
    wait(lambda: call.losses == 1, "the loss")
    again = Call(ears)
    again.listen()
    assert ears.pid not in (0, before)


def test_where_no_relay_can_live_the_call_is_deaf_and_no_other_is_tried_at_once(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    start = process.start

    def dies(asked: dict[str, object]) -> object:
        started.append(start({**asked, "asr": {"engines": ["nobody"]}}))
        return started[-1]

    monkeypatch.setattr(process, "start", dies)
    call = Call(ears)
    assert call.ear is not None
    call.ear.listen(1, HEARING)
    wait(lambda: call.told, "the news")
    assert call.kinds() == [Deaf]
    assert len(started) == 1
    assert Call(ears).ear is None


def test_engines_that_are_none_are_found_at_once(tmp_path: Path) -> None:
    with pytest.raises(UnknownPlugin):
        Ears(Asr(engines=["nobody"], run=tmp_path), Log())


def test_settings_that_make_no_engine_are_found_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        Ears(Asr(engines=["vosk_server"], vosk_servers={"en": "nonsense"}, run=tmp_path), Log())
