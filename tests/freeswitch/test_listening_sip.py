"""Callers are heard on a FreeSWITCH that shares no disk with us: it brings their audio by SIP."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator

import gevent
import numpy as np
import pytest
import soundfile

from ivr.call import Audio, SpeechBegan
from tests.freeswitch.instance import Instance, free_port
from tests.freeswitch.talker import Samples
from tests.freeswitch.test_listening import HEARING, Caller, House, caller, wait, word

__all__ = ["caller", "word"]  # fixtures


@pytest.fixture(scope="module")
def house(freeswitch: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    port = free_port(socket.SOCK_DGRAM)
    house = House(freeswitch, tmp_path_factory.mktemp("remote"), f"127.0.0.1:{port}")
    house.ears.ready(["en-US"])
    yield house
    relay = house.ears.pid
    house.ears.stop()
    house.connection.stop()
    if relay:
        os.killpg(relay, signal.SIGKILL)


def overheard(house: House, call: str) -> int:
    """By how many a call is overheard."""
    from ivr.esl import commands

    return house.connection.api(commands.api("uuid_buglist", call)).count("eavesdrop")


def test_a_word_is_understood(caller: Caller, house: House) -> None:
    caller.call.listen(HEARING)
    wait(lambda: overheard(house, caller.call.id), "the tap")
    gevent.sleep(0.5)
    said = caller.voice.say(caller.word)
    caller.event(SpeechBegan)
    assert time.monotonic() - said.began < 1.0
    gevent.sleep(2)
    assert caller.understood() == "billing"


def test_a_prompt_that_plays_is_not_heard(caller: Caller, house: House, word: Samples) -> None:
    prompt = house.folder / "prompt.wav"
    soundfile.write(prompt, np.tile(word, 6).astype(np.int16), 8000)
    caller.call.listen(HEARING)
    wait(lambda: overheard(house, caller.call.id), "the tap")
    caller.call.play([Audio("prompt.wav")])
    gevent.sleep(1.5)
    assert caller.call.wait(0.01) is None
    assert caller.understood() == "billing"


def test_the_tap_ends_when_nobody_may_listen(caller: Caller, house: House) -> None:
    caller.call.listen(HEARING)
    wait(lambda: overheard(house, caller.call.id), "the tap")
    caller.call._listening.end()
    wait(lambda: not overheard(house, caller.call.id), "the end of the tap")


def test_a_worker_that_is_gone_overhears_nobody(caller: Caller, house: House) -> None:
    caller.call.listen(HEARING)
    wait(lambda: overheard(house, caller.call.id), "the tap")
    house.ears.stop()  # as the end of its process does
    wait(lambda: not overheard(house, caller.call.id), "the relay hangs up")


def test_a_relay_that_dies_is_replaced(caller: Caller, house: House) -> None:
    house.settle()
    house.ears.ready(["en-US"])
    wait(lambda: house.ears.pid, "a relay")
    caller.call._listening._ears = house.ears
    caller.call.listen(HEARING)
    wait(lambda: overheard(house, caller.call.id), "the tap")
    before = house.ears.pid
    os.kill(before, signal.SIGKILL)
    wait(lambda: house.ears.pid not in (0, before), "another relay")
    wait(lambda: overheard(house, caller.call.id) == 1, "another tap")
    gevent.sleep(1.5)
    assert caller.understood() == "billing"
