"""A switch with two numbers and a handful of extensions, and clients that talk to it over TCP."""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.switch import Extension, Switch
from tests.wire.switch.client import Client

Connect = Callable[..., Client]


def write_tone(path: Path, seconds: float, rate: int = 8000) -> Path:
    """A WAV file of a loud tone, 20 samples a period."""
    period = [int(9000 * math.sin(2 * math.pi * index / 20)) for index in range(20)]
    samples = (period * math.ceil(seconds * rate / 20))[: int(seconds * rate)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    folder = tmp_path / "sounds"
    folder.mkdir()
    write_tone(folder / "short.wav", 0.1)
    write_tone(folder / "half.wav", 0.5)
    write_tone(folder / "long.wav", 60)
    return folder


@pytest.fixture
def switch(sounds: Path) -> Iterator[Switch]:
    extensions = {
        "1001": Extension(after=0.05),
        "1002": Extension("busy", after=0),
        "1003": Extension("no_answer"),
        "1004": Extension("refuses", after=0.05),
        "1005": Extension("unregistered"),
        "1006": Extension("dies", after=0.05),
        "1007": Extension(after=0.05, talks=0.2),
        "13800000000": Extension(after=0.05),
    }
    with Switch({"95598": "hotline", "10000": "other"}, extensions, sounds=sounds) as switch:
        yield switch


@pytest.fixture
def connect(switch: Switch) -> Iterator[Connect]:
    clients: list[Client] = []

    def connect(events: str = "ALL", password: str = "ClueCon") -> Client:
        clients.append(Client(switch.listen_port, events, password))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def client(connect: Connect) -> Client:
    return connect()
