"""Callers are heard on a real FreeSWITCH, and whatever breaks meanwhile, no call is held up by it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import gevent
import numpy as np
import pytest
import soundfile
import soxr

from ivr.call import Audio, Deaf, Event, Hearing, SpeechBegan, SpeechEnded
from ivr.esl import commands
from ivr.esl.call import Surroundings, SwitchCall
from ivr.esl.connection import Connection
from ivr.esl.wire import Event as Told
from ivr.settings import Asr, Calls, Log
from ivr.speech.asr.tiny import models
from ivr.speech.ears.client import Ears
from tests.freeswitch.instance import Instance
from tests.freeswitch.talker import Samples, Talker

T = TypeVar("T")

HEARING = Hearing("en-US", ("billing", "yes", "no"), silence=0.4, patience=0.8, whole=bool)


@dataclass
class House:
    """What a worker has, without flows: the line, the ears, and a call for everybody who comes."""

    freeswitch: Instance
    folder: Path
    sip: str = ""
    ears: Ears = field(init=False)
    calls: dict[str, SwitchCall] = field(default_factory=dict)
    gone: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settle()
        self.connection = Connection(
            "127.0.0.1",
            self.freeswitch.port,
            self.freeswitch.password,
            on_event=self._event,
            on_up=lambda _snapshot, _restarted: None,
            on_down=lambda _reason: None,
            wake=0.003,
        )
        self.connection.start()
        assert self.connection.wait_up(10)

    def settle(self) -> None:
        """Have ears, as a worker that starts."""
        asr = Asr(engines=["vosk"], models=models(), run=self.folder / "ears", sip=self.sip)
        self.ears = Ears(asr, Log())

    def _event(self, event: Told) -> None:
        if event.name == "CHANNEL_PARK" and event.uuid not in self.calls:
            self.calls[event.uuid] = self.adopt(event)
        if event.name == "CHANNEL_HANGUP_COMPLETE":
            self.gone[event.uuid] = time.monotonic()
        if event.uuid in self.calls:
            self.calls[event.uuid].handle(event)

    def adopt(self, event: Told) -> SwitchCall:
        calls = Calls(recordings=self.folder, guard=0)
        around = Surroundings(self.connection, None, calls, self.folder, ears=self.ears)  # type: ignore[arg-type]
        return SwitchCall(around, event)

    def taps(self, call: str) -> list[str]:
        return commands.recorded(self.connection.api(commands.api("uuid_buglist", call)))

    @property
    def pipes(self) -> list[str]:
        return [path.name for path in (self.folder / "ears").glob("*.r8")]


@dataclass
class Caller:
    """Somebody on the line, and the call as a flow has it."""

    house: House
    voice: Talker
    call: SwitchCall
    word: Samples

    def event(self, kind: type[T], timeout: float = 8.0) -> T:
        """The next event of this kind."""
        deadline = time.monotonic() + timeout
        while True:
            event: Event | None = self.call.wait(deadline - time.monotonic())
            assert event is not None, f"no {kind.__name__} within {timeout:g} s"
            if isinstance(event, kind):
                return event

    def understood(self) -> str:
        """Say the word, and what it was taken for."""
        self.voice.say(self.word)
        self.event(SpeechBegan)
        return self.event(SpeechEnded).hypotheses[0].words

    def tapped(self, number: int = 1) -> None:
        wait(lambda: len(self.house.taps(self.call.id)) == number, f"{number} taps")

    def tapped_anew(self) -> None:
        """Wait for a tap of the relay that is there now."""

        def there() -> bool:
            return any(Path(tap).stem in self.house.ears._ears for tap in self.house.taps(self.call.id))

        wait(there, "a tap of the relay that is there now")


def wait(true: Callable[[], object], what: str, timeout: float = 10.0) -> None:
    deadline = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < deadline, f"did not happen: {what}"
        gevent.sleep(0.02)


@pytest.fixture(scope="module")
def word(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """ "billing", as a telephone sends it."""
    path = tmp_path_factory.mktemp("word") / "billing.wav"
    subprocess.run(["espeak-ng", "-v", "en-us", "-w", str(path), "billing"], check=True, timeout=30)
    sound, rate = soundfile.read(path)
    sound = soxr.resample(sound, rate, 8000)
    return np.asarray(sound / np.abs(sound).max() * 12000, dtype=np.int32)


@pytest.fixture(scope="module")
def house(freeswitch: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(freeswitch, tmp_path_factory.mktemp("house"))
    house.ears.ready(["en-US"])
    yield house
    relay = house.ears.pid
    house.ears.stop()
    house.connection.stop()
    if relay:
        os.killpg(relay, signal.SIGKILL)


@pytest.fixture
def caller(house: House, word: Samples) -> Iterator[Caller]:
    before = set(house.calls)
    with Talker(house.freeswitch.sip_port, "1005") as voice:
        wait(lambda: set(house.calls) - before, "a call")
        (uuid,) = set(house.calls) - before
        yield Caller(house, voice, house.calls[uuid], word)
    wait(lambda: uuid in house.gone, "the end of the call")
    wait(lambda: not house.pipes, "no pipe is left")


def test_a_word_is_understood_and_its_beginning_told_at_once(caller: Caller) -> None:
    number = caller.call.listen(HEARING)
    caller.tapped()
    gevent.sleep(0.5)
    said = caller.voice.say(caller.word)
    began, told = caller.event(SpeechBegan), time.monotonic()
    assert began.listening == number
    assert told - said.began < 0.3
    ended = caller.event(SpeechEnded)
    assert [each.words for each in ended.hypotheses][:1] == ["billing"]
    assert (ended.engine, ended.cut) == ("vosk", False)


def test_a_tap_is_kept_between_questions_and_ends_with_the_call(caller: Caller) -> None:
    caller.call.listen(HEARING)
    caller.tapped()
    (tap,) = caller.house.taps(caller.call.id)
    caller.call.stop_listening()
    caller.call.listen(HEARING)
    gevent.sleep(0.5)
    assert caller.house.taps(caller.call.id) == [tap]
    assert caller.understood() == "billing"


def test_a_prompt_that_plays_is_not_heard(caller: Caller, house: House) -> None:
    prompt = house.folder / "prompt.wav"
    soundfile.write(prompt, np.tile(caller.word, 6).astype(np.int16), 8000)
    caller.call.listen(HEARING)
    caller.tapped()
    caller.call.play([Audio("prompt.wav")])
    gevent.sleep(1.5)
    assert caller.call.wait(0.01) is None
    assert caller.understood() == "billing"  # over the prompt


def test_what_is_secret_is_heard_by_nobody(caller: Caller) -> None:
    from ivr.call import SecretRule

    caller.call.listen(HEARING)
    caller.tapped()
    caller.call.secret([], SecretRule(4, 4))
    caller.tapped(0)


def test_a_recording_beside_it_is_not_disturbed(caller: Caller, house: House) -> None:
    path = house.folder / "talk.wav"
    house.connection.bgapi(commands.record_start(caller.call.id, str(path))).get(5)
    caller.call.listen(HEARING)
    caller.tapped(2)
    assert "billing" in caller.understood()
    caller.call.stop_listening()
    caller.call._listening.end()
    caller.tapped(1)
    house.connection.bgapi(commands.record_stop(caller.call.id, str(path))).get(5)
    sound, _ = soundfile.read(path, dtype="int16")
    assert np.abs(sound).max() > 8000


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_relay_that_dies_or_stands_still_is_replaced(caller: Caller, how: signal.Signals) -> None:
    caller.call.listen(HEARING)
    caller.tapped()
    before = caller.house.ears.pid
    os.kill(before, how)
    wait(lambda: caller.house.ears.pid not in (0, before), "another relay")
    caller.tapped_anew()
    gevent.sleep(1.5)  # its recogniser starts, too
    assert caller.understood() == "billing"


def test_a_call_ends_at_once_while_the_relay_stands_still(caller: Caller) -> None:
    caller.call.listen(HEARING)
    caller.tapped()
    before = caller.house.ears.pid
    os.kill(before, signal.SIGSTOP)
    gevent.sleep(0.2)
    began = time.monotonic()
    caller.voice.phone.hang_up()
    wait(lambda: caller.call.id in caller.house.gone, "the end of the call")
    assert caller.house.gone[caller.call.id] - began < 1.0
    wait(lambda: caller.house.ears.pid not in (0, before), "another relay")


def test_a_tap_that_nobody_reads_for_long_holds_up_neither_audio_nor_end(
    caller: Caller, house: House
) -> None:
    path = house.folder / "stalled.r8"
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    house.connection.bgapi(commands.tap(caller.call.id, str(path))).get(5)
    gevent.sleep(6)  # 64 KB are 4 s
    caller.call.listen(HEARING)
    caller.tapped(2)
    assert caller.understood() == "billing"
    os.close(end)  # what the watchdog does to a relay
    caller.voice.phone.hang_up()
    wait(lambda: caller.call.id in house.gone, "the end of the call", 2)


def test_a_worker_that_was_killed_leaves_a_relay_that_drains(caller: Caller, house: House) -> None:
    caller.call.listen(HEARING)
    caller.tapped()
    (left,) = house.taps(caller.call.id)
    house.ears.stop()  # as the end of its process does
    house.settle()
    channel = house.connection.api(commands.api("uuid_dump", caller.call.id))
    from ivr.esl.resync import parse_dump

    event = parse_dump(channel)
    assert event is not None
    caller.call = house.calls[caller.call.id] = house.adopt(event)
    caller.call.settle()
    assert left not in house.taps(caller.call.id)
    caller.call.listen(HEARING)
    caller.tapped()
    gevent.sleep(0.5)
    assert caller.understood() == "billing"


def test_without_its_folder_the_call_is_deaf_and_goes_on(caller: Caller, house: House) -> None:
    folder = house.folder / "ears"
    caller.call.listen(HEARING)
    caller.tapped()
    caller.call._listening.end()
    caller.tapped(0)
    hidden = folder.rename(house.folder / "hidden")
    try:
        caller.call.listen(HEARING)
        deaf = caller.event(Deaf)
        assert deaf.failed
        assert "No such file" in deaf.why
    finally:
        hidden.rename(folder)
    caller.call.listen(HEARING)
    caller.tapped()
    gevent.sleep(0.3)
    assert caller.understood() == "billing"
