"""Talks at the embedded switch are recorded by Ivory's recorder, which reads their length off the switch."""

from __future__ import annotations

import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import gevent
import pytest

from ivr.acd.model import Contact
from ivr.call import Call
from ivr.esl.connection import Connection
from ivr.esl.recordings import LocalRecordings
from ivr.routing.recording import Recorder
from ivr.routing.recording_policy import Policy
from ivr.routing.talks import Talk, Talks
from ivr.store.records import Record, RecordingRecord
from ivr.switch import Agent, Extension, Switch
from tests.wire.switch.client import Client
from tests.wire.switch.test_switch_agents import PATIENCE, soon, talk


@dataclass(frozen=True)
class Leg:
    """As much of a call as a talk's recorder looks at."""

    id: str


class Room:
    """A worker's share of recording at a switch."""

    def __init__(self, switch: Switch, folder: Path) -> None:
        self.records: list[RecordingRecord] = []
        self.folder = folder
        self.connection = Connection(
            "127.0.0.1",
            switch.listen_port,
            "ClueCon",
            on_event=lambda event: self.recorder.handle(event),
            on_up=lambda snapshot, restarted: None,
            on_down=lambda error: None,
        )
        self.talks = Talks()
        self.recorder = Recorder(
            lambda: self.connection,
            lambda: LocalRecordings(folder),
            folder,
            lambda group: Policy(1.0),
            self._put,
            time.time,
        )
        self.recorder.attach(self.talks)
        self.connection.start()
        assert self.connection.wait_up(PATIENCE)

    def _put(self, record: Record) -> None:
        self.records.append(cast(RecordingRecord, record))


@pytest.fixture
def centre() -> Iterator[Switch]:
    with Switch({"95598": "hotline"}) as switch:
        yield switch


@pytest.fixture
def worker(centre: Switch) -> Iterator[Client]:
    client = Client(centre.listen_port)
    yield client
    client.close()


@pytest.fixture
def room(centre: Switch, tmp_path: Path) -> Iterator[Room]:
    room = Room(centre, tmp_path)
    yield room
    room.connection.stop()


@pytest.mark.parametrize("caller_hangs_up", [False, True])
def test_a_recorded_talk_is_as_long_as_its_file(
    centre: Switch, worker: Client, room: Room, caller_hangs_up: bool
) -> None:
    caller, agent = talk(centre, worker, Agent(centre, "1001", Extension(after=0)))
    contact = Contact(f"{caller.uuid}:1", "billing", 0.0, customer="13800000000")
    two = Talk(cast(Call, Leg(caller.uuid)), agent.uuid, "1001", contact, 0.0)
    room.talks.begin(two)
    assert soon(lambda: room.recorder.state(caller.uuid) == "recording")
    gevent.sleep(0.3)
    if caller_hangs_up:
        caller.hangup()
    room.talks.end(two)
    assert soon(lambda: bool(room.records[-1].ended))
    record = room.records[-1]
    with wave.open(str(room.folder / record.path)) as sound:
        heard = sound.getnframes() / sound.getframerate()
    assert record.result == "done"
    assert heard > 0.2
    assert record.seconds == pytest.approx(heard, abs=0.002)
