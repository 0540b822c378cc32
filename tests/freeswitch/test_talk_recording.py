"""Recordings of talks on a real switch: who is on which side, silence on purpose, a full disk, a crash."""

from __future__ import annotations

import subprocess
import time
import uuid
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import gevent
import numpy as np
import numpy.typing as npt
import pytest

from ivr.acd.model import Contact
from ivr.call import Call
from ivr.esl.connection import Connection
from ivr.esl.recordings import LocalRecordings
from ivr.esl.wire import Event
from ivr.routing.recording import LATE, Recorder
from ivr.routing.recording_policy import Policy
from ivr.routing.talks import Talk, Talks
from ivr.store.records import Record, RecordingRecord
from tests.freeswitch.client import Client
from tests.freeswitch.instance import Instance

CALLER, AGENT, BEEP = 300, 900, 1400
"""What each of them says, Hz."""
SAMPLES = 8000
WINDOW = SAMPLES // 10
Samples = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Leg:
    """As much of a call as a talk's recorder looks at."""

    id: str


@dataclass
class Room:
    """A worker's share of recording, on a connection of its own."""

    freeswitch: Instance
    folder: Path
    policy: Policy
    records: list[RecordingRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection = Connection(
            "127.0.0.1",
            self.freeswitch.port,
            self.freeswitch.password,
            on_event=self._event,
            on_up=lambda snapshot, restarted: None,
            on_down=lambda error: None,
        )
        self.talks = Talks()
        self.recorder = Recorder(
            lambda: self.connection,
            lambda: LocalRecordings(self.folder),
            self.folder,
            lambda group: self.policy,
            self._put,
            time.time,
            "fs1",
        )
        self.recorder.attach(self.talks)
        self.connection.start()
        assert self.connection.wait_up(10)

    def _event(self, event: Event) -> None:
        self.recorder.handle(event)

    def _put(self, record: Record) -> None:
        self.records.append(cast(RecordingRecord, record))

    def until(self, state: Callable[[], object]) -> None:
        with gevent.Timeout(10):
            while not state():
                gevent.sleep(0.02)

    def whole(self) -> RecordingRecord:
        """The last that was told of the last recording, once it is over."""
        self.until(lambda: self.records and self.records[-1].ended)
        return self.records[-1]


@pytest.fixture
def client(freeswitch: Instance) -> Iterator[Client]:
    with Client(freeswitch) as client:
        yield client
        client.api("hupall")


@pytest.fixture
def enter(freeswitch: Instance, tmp_path: Path) -> Iterator[Callable[..., Room]]:
    rooms: list[Room] = []

    def make(policy: Policy = Policy(1.0), folder: Path = tmp_path) -> Room:  # noqa: B008 frozen
        rooms.append(Room(freeswitch, folder, policy))
        return rooms[-1]

    yield make
    for room in rooms:
        room.connection.stop()


def talk(client: Client) -> Talk:
    """Two who talk to each other, each with a tone of their own."""
    legs = [str(uuid.uuid4()) for _ in range(2)]
    for leg in legs:
        variables = f"origination_uuid={leg},loopback_bowout=false"
        assert client.api(f"originate {{{variables}}}loopback/1005/public &park()").startswith("+OK")
    client.api(f"uuid_setvar {legs[0]} park_after_bridge true")
    assert client.api(f"uuid_bridge {' '.join(legs)}").startswith("+OK")
    for leg, tone in zip(legs, (CALLER, AGENT), strict=True):
        other = client.api(f"uuid_getvar {leg} other_loopback_leg_uuid")
        client.api(f"uuid_broadcast {other} tone_stream://%(60000,0,{tone}) aleg")
    gevent.sleep(0.3)
    contact = Contact(f"{legs[0]}:1", "billing", 0.0, customer="+8613800000000")
    return Talk(cast(Call, Leg(legs[0])), legs[1], "1001", contact, 0.0)


def tones(path: Path, begin: float, end: float) -> list[int]:
    """The loudest tone of each channel between two moments, Hz to the nearest hundred; 0: silence."""
    samples = sound_of(path)
    part = samples[int(begin * SAMPLES) : int(end * SAMPLES)]
    assert len(part) > SAMPLES / 20, f"nothing there: {len(samples) / SAMPLES:.2f} s"
    return loudest(part)


def sound_of(path: Path) -> Samples:
    """Its samples, one column a channel."""
    with wave.open(str(path)) as sound:
        assert sound.getframerate() == SAMPLES
        raw = sound.readframes(sound.getnframes())
        return np.frombuffer(raw, "<i2").reshape(-1, sound.getnchannels()).astype(float)


def loudest(part: Samples) -> list[int]:
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))[:, None], axis=0)).argmax(axis=0)
    silent = np.abs(part).max(axis=0) < 20
    return [
        0 if quiet else round(at * SAMPLES / len(part), -2)
        for at, quiet in zip(spectrum, silent, strict=True)
    ]


def assert_silent_on_purpose(path: Path, record: RecordingRecord) -> None:
    """They talk, nothing is heard where the record says so, and they talk again.

    A machine that is short of time writes less sound than time went by: all may come that much earlier."""
    samples = sound_of(path)
    heard = [loudest(samples[at : at + WINDOW]) for at in range(0, len(samples) - WINDOW, WINDOW)]
    talk = [CALLER, AGENT]
    first, *_, last = [at for at, tones in enumerate(heard) if tones == [0, 0]]
    assert talk in heard[:first] or first < 3
    assert talk not in heard[first:last]
    assert talk in heard[last:]
    ((begin, end),) = record.paused
    assert record.seconds is not None
    late = max(0.0, record.seconds - len(samples) / SAMPLES)
    assert begin - late - 0.2 < first * WINDOW / SAMPLES < begin + 0.3
    assert end - late - LATE - 0.2 < (last + 1) * WINDOW / SAMPLES < end + 0.3


def test_the_customer_is_left_and_the_agent_right(enter: Callable[..., Room], client: Client) -> None:
    room, two = enter(), talk(client)
    room.talks.begin(two)
    room.until(lambda: room.recorder.state(two.call.id) == "recording")
    gevent.sleep(1.0)
    room.talks.end(two)
    record = room.whole()
    path = room.folder / record.path
    assert path == room.folder / f"{record.started.astimezone():%Y/%m/%d}/{two.call.id}-1.wav"
    assert tones(path, 0.2, 0.8) == [CALLER, AGENT]
    assert (record.result, record.why, record.agent, record.group) == ("done", "policy", "1001", "billing")
    assert record.seconds == pytest.approx(1.0, abs=0.3)
    assert room.recorder.totals == {"started": 1, "done": 1}
    assert client.api(f"uuid_exists {two.call.id}") == "true"


def test_a_pause_is_silence_and_the_time_goes_on(enter: Callable[..., Room], client: Client) -> None:
    room, two = enter(), talk(client)
    room.talks.begin(two)
    room.until(lambda: room.recorder.state(two.call.id) == "recording")
    gevent.sleep(1.2)
    room.recorder.pause(two, "agent:1001")
    gevent.sleep(0.8)
    room.recorder.resume(two, "agent:1001")
    room.until(lambda: room.recorder.state(two.call.id) == "recording")
    gevent.sleep(1.2)
    room.talks.end(two)
    record = room.whole()
    assert_silent_on_purpose(room.folder / record.path, record)
    assert record.seconds == pytest.approx(1.2 + 0.8 + LATE + 1.2, abs=0.8)


def test_what_is_collected_in_confidence_is_not_heard(enter: Callable[..., Room], client: Client) -> None:
    room, two = enter(), talk(client)
    room.talks.begin(two)
    room.until(lambda: room.recorder.state(two.call.id) == "recording")
    client.send(
        f"sendmsg {two.call.id}\ncall-command: execute\nexecute-app-name: play_and_get_digits\n"
        "execute-app-arg: 1 4 1 1000 # silence '' pin '' 1000"
    )
    room.until(lambda: room.recorder.state(two.call.id) == "paused")
    room.until(lambda: room.recorder.state(two.call.id) == "recording")
    room.talks.end(two)
    ((begin, end),) = room.whole().paused
    assert end - begin > 0.9 + LATE
    assert tones(room.folder / room.records[-1].path, begin + 0.1, end - LATE) == [0, 0]


def test_both_hear_the_beep(enter: Callable[..., Room], client: Client) -> None:
    room, two = enter(Policy(1.0, beep=True)), talk(client)
    room.talks.begin(two)
    room.until(lambda: room.recorder.state(two.call.id) == "recording")
    client.api(f"uuid_record {two.leg} start {room.folder}/agent.wav 0 {{RECORD_STEREO=true}}")
    gevent.sleep(0.6)
    room.talks.end(two)
    client.api(f"uuid_record {two.leg} stop {room.folder}/agent.wav")
    record = room.whole()
    for path in (room.folder / record.path, room.folder / "agent.wav"):
        with wave.open(str(path)) as sound:
            heard = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2)[:, 1]
        spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
        at = BEEP * len(heard) // SAMPLES  # beside what the other one says
        assert spectrum[at - 9 : at + 10].max() > 50 * np.median(spectrum), path


def test_a_talk_that_was_left_behind_is_still_recorded_and_found(
    enter: Callable[..., Room], client: Client
) -> None:
    before, two = enter(), talk(client)
    before.talks.begin(two)
    before.until(lambda: before.recorder.state(two.call.id) == "recording")
    before.recorder.pause(two, "agent:1001")
    gevent.sleep(0.3)
    before.connection.stop()  # a worker that is killed sends nothing more either
    after = enter()
    after.talks.begin(two, found=True)
    after.until(lambda: after.recorder.state(two.call.id) == "paused")
    after.recorder.resume(two, "agent:1001")
    after.until(lambda: after.recorder.state(two.call.id) == "recording")
    gevent.sleep(1.2)
    after.talks.end(two)
    record = after.whole()
    assert record.id == before.records[0].id == f"{two.call.id}-1"
    assert_silent_on_purpose(after.folder / record.path, record)
    after.talks.begin(two)  # they talk again
    after.until(lambda: after.recorder.state(two.call.id) == "recording")
    assert after.records[-1].id == f"{two.call.id}-2"


def test_a_caller_who_hangs_up_ends_it(enter: Callable[..., Room], client: Client) -> None:
    room, two = enter(), talk(client)
    room.talks.begin(two)
    room.until(lambda: room.recorder.state(two.call.id) == "recording")
    gevent.sleep(0.4)
    client.hang_up(two.call.id)
    room.talks.end(two)
    record = room.whole()
    assert record.result == "done"
    assert record.seconds == pytest.approx(0.5, abs=0.3)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk; FreeSWITCH writes 32,000 bytes a second of two channels."""
    folder = tmp_path / "small"
    folder.mkdir()
    options = "size=128k,mode=0777"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "small", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_disk_that_fills_up_costs_the_recording_and_not_the_talk(
    enter: Callable[..., Room], client: Client, disk: Path
) -> None:
    room, two = enter(folder=disk), talk(client)
    (disk / "others").write_bytes(bytes(48 << 10))
    room.talks.begin(two)
    room.until(lambda: room.recorder.state(two.call.id) == "recording")
    gevent.sleep(3.5)
    assert client.api(f"uuid_getvar {two.call.id} bridge_uuid") == two.leg
    room.talks.end(two)
    record = room.whole()
    assert record.result == "disk full"
    assert record.seconds is not None
    assert record.seconds < 3.0
    assert room.recorder.totals == {"started": 1, "failed": 1}


def test_a_disk_that_is_full_before_costs_nothing_but_the_recording(
    enter: Callable[..., Room], client: Client, disk: Path
) -> None:
    room, two = enter(folder=disk), talk(client)
    with pytest.raises(OSError, match="No space"):
        (disk / "others").write_bytes(bytes(256 << 10))
    room.talks.begin(two)
    room.until(lambda: room.recorder.totals["failed"])
    assert client.api(f"uuid_getvar {two.call.id} bridge_uuid") == two.leg
    assert room.records == []
