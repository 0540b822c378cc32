"""Browsers' telephones on the embedded switch, with the worker that serves calls: what is played is heard,
what is said is understood, talks are recorded. On a FreeSWITCH: tests/freeswitch/test_web_phone.py.
"""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import numpy as np
import pytest
import yaml

from ivr.lab.lab import Lab
from ivr.phone.line import Account
from ivr.phone.opening import opener
from ivr.runtime.journey import NodeEntered
from ivr.settings import Asr, Settings
from ivr.speech.asr.tiny import models
from ivr.speech.cache import note_of
from ivr.switch.music import tune
from ivr.voip.messages import Answered, Ended, Incoming, Key, Registered
from tests.freeswitch.hearing import ENOUGH, find
from tests.phone_lines import Somebody
from tests.spoken import said

FLOWS = Path(__file__).parents[1] / "data/flows_web"
PLAN = yaml.safe_dump(
    {
        "skills": {"billing": {}},
        "groups": {"billing": {"require": {"billing": 1}}},
        "agents": {"fang": {"extension": "2001", "groups": ["billing"], "skills": {"billing": 5}}},
    }
)
WAIT = 15.0


class House:
    """A lab, those who telephone there, and the nodes that callers come to."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.nodes: list[str] = []
        lab.app.journey.listeners.append(self._listen)
        self._open = opener(lab.settings.phone)
        self.people: list[Somebody] = []

    def _listen(self, event: object) -> None:
        if isinstance(event, NodeEntered):
            self.nodes.append(event.node)

    def open(self, number: str) -> Somebody:
        self.people.append(Somebody(self._open, Account(number)))
        return self.people[-1]

    def order(self, name: str) -> None:
        self.lab.app.centre.orders.give(name, "test", {"agent": "fang"})

    def prompt(self, beginning: str) -> Path:
        """The sound of a sentence."""
        cache = self.lab.settings.speech.cache.rglob("*.wav")
        return next(path for path in cache if (note := note_of(path)) and note.text.startswith(beginning))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("lab")
    own = Settings()
    settings = own.model_copy(
        update={
            "flows": own.flows.model_copy(update={"dir": FLOWS, "sounds": folder}),
            "speech": own.speech.model_copy(update={"cache": folder / "prompts"}),
            "asr": Asr(engines=["vosk"], models=models()),
        }
    )
    # A socket's path has room for some hundred letters.
    with tempfile.TemporaryDirectory() as short, Lab(settings, Path(short), {}, plan=PLAN, doors=True) as lab:
        yield House(lab)


@pytest.fixture
def caller(house: House) -> Iterator[Somebody]:
    house.nodes.clear()
    yield house.open("13800000000")
    for each in house.people:
        each.close()
    house.people.clear()
    soon(lambda: not house.lab.switch.channels)


def soon(true: Callable[[], object]) -> None:
    with gevent.Timeout(WAIT):
        while not true():
            gevent.sleep(0.02)


def heard(somebody: Somebody, file: Path) -> Path:
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"".join(somebody.frames))
    return file


def test_a_caller_hears_presses_speaks_waits_and_talks(
    house: House, caller: Somebody, tmp_path: Path
) -> None:
    caller.line.dial("95598")
    caller.told(Answered)
    caller.until(lambda: len(caller.frames) > 150, "three seconds of the prompt")
    assert find(house.prompt("Welcome"), heard(caller, tmp_path / "heard.wav")).likeness > ENOUGH

    caller.line.press("4711")
    assert [caller.told(Key).key for _ in "4711"] == list("4711")
    soon(lambda: "wish" in house.nodes)
    caller.until(lambda: caller.pitch(), "the prompt")
    caller.say(said("billing", noise=0))  # into the prompt
    soon(lambda: "billing" in house.nodes)
    caller.frames.clear()
    caller.until(lambda: len(caller.frames) > 200, "four seconds of music")
    music = np.frombuffer(b"".join(caller.frames), "<i2").astype(np.float64)
    assert np.abs(music).max() == pytest.approx(np.abs(tune().astype(int)).max(), rel=0.2)

    agent = house.open("2001")
    agent.line.register()
    agent.told(Registered)
    house.order("agent.sign_in")
    assert agent.told(Incoming).number == "13800000000"
    agent.line.answer()
    agent.told(Answered)
    caller.speak(500)
    agent.speak(700)
    caller.hears(700)
    agent.hears(500)
    agent.line.hangup()
    assert agent.told(Ended).cause == "NORMAL_CLEARING"
    assert caller.told(Ended).cause == "NORMAL_CLEARING"
    house.order("agent.sign_out")


def test_a_talk_is_recorded_with_both_voices(house: House, caller: Somebody, tmp_path: Path) -> None:
    called = house.open("2002")
    called.line.register()
    called.told(Registered)
    caller.line.dial("95598")
    caller.told(Answered)
    (channel,) = house.lab.switch.channels.values()
    recording = tmp_path / "talk.wav"
    other = house.lab.switch.new_uuid()
    gevent.spawn(house.lab.switch.api, "originate", f"{{origination_uuid={other}}}user/2002 &park()")
    called.told(Incoming)
    called.line.answer()
    called.told(Answered)
    house.lab.switch.api("uuid_bridge", f"{channel.uuid} {other}")
    caller.speak(500)
    called.speak(700)
    caller.hears(700)
    house.lab.switch.api("uuid_setvar", f"{channel.uuid} RECORD_STEREO true")
    assert house.lab.switch.api("uuid_record", f"{channel.uuid} start {recording}").startswith("+OK")
    caller.frames.clear()
    caller.hears(700)
    house.lab.switch.api("uuid_record", f"{channel.uuid} stop {recording}")
    with wave.open(str(recording)) as sound:
        both = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2).astype(float)
    assert len(both) > 3000
    for track, hertz in ((both[:, 0], 500), (both[:, 1], 700)):
        loud = np.abs(np.fft.rfft(track * np.hanning(len(track))))
        assert np.argmax(loud) * 8000 / len(track) == pytest.approx(hertz, abs=5)
