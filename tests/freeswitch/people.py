"""People with telephones, each with a voice of their own: a tone. What each of them hears is recorded, and by
the tones in it one knows whom they heard, and when.

A person is the two ends of a call by SIP that FreeSWITCH has with itself: `leg`, which the switch's side
drives, and `phone`, which is them. (By loopback FreeSWITCH 1.11 can crash in three-way talks.)
"""

from __future__ import annotations

import time
import uuid
import wave
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.freeswitch.client import Client
from tests.freeswitch.hearing import RATE, samples

MUSIC = 300.0
"""Hz of the music while people wait."""

WINDOW = 0.1
"""Seconds that are looked at in one go."""

FLOOR = 0.04
"""Of full scale: a tone of less is not heard."""


@dataclass
class Person:
    """Somebody on the telephone; `hz` is their voice."""

    name: str
    hz: float
    leg: str = field(default_factory=lambda: str(uuid.uuid4()))
    phone: str = field(default_factory=lambda: str(uuid.uuid4()))
    heard: Path = Path()
    began: float = 0.0

    @classmethod
    def at(cls, client: Client, name: str, hz: float, leg: str, phone: str = "") -> Person:
        """Whoever is at the other end of `leg`."""
        return cls(name, hz, leg, phone or client.far_end(leg))

    def speak(self, client: Client, folder: Path) -> None:
        """Begin to speak, and to record what is heard."""
        client.api(f"uuid_broadcast {self.phone} tone_stream://%(600000,0,{self.hz:g}) aleg")
        self.listen(client, folder)

    def listen(self, client: Client, folder: Path) -> None:
        """Begin to record what is heard."""
        self.heard = folder / f"{self.name}-{uuid.uuid4()}.wav"
        client.api(f"uuid_record {self.phone} start {{RECORD_READ_ONLY=true}}{self.heard} 0")
        self.began = time.monotonic()

    def silent(self, client: Client) -> None:
        """Stop recording, so that it can be read."""
        client.api(f"uuid_record {self.phone} stop all")


def telephones(sip_port: int) -> str:
    """How the people of this FreeSWITCH are dialled by SIP, as the settings take it."""
    return f"sofia/internal/{{address}}@127.0.0.1:{sip_port}"


def write_music(folder: Path, seconds: float = 20.0) -> None:
    """A file of music, all of one tone, for the stream `default`."""
    folder.mkdir(parents=True, exist_ok=True)
    times = np.arange(int(RATE * seconds)) / RATE
    with wave.open(str(folder / "music.wav"), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes((np.sin(2 * np.pi * MUSIC * times) * 9000).astype("<i2").tobytes())


def voices(recording: Path, begin: float, end: float, tones: Iterable[float]) -> dict[float, float]:
    """How loud (of full scale) each tone is between two moments of a recording, in seconds: the median over
    pieces of `WINDOW`."""
    sound = samples(recording)[int(begin * RATE) : int(end * RATE)]
    size = int(WINDOW * RATE)
    pieces = [sound[at : at + size] for at in range(0, len(sound) - size + 1, size)]
    times = np.arange(size) / RATE
    found = {}
    for hz in tones:
        wheel = np.exp(-2j * np.pi * hz * times)
        strengths = [2 * abs(np.dot(piece, wheel)) / size / 32768 for piece in pieces]
        found[hz] = float(np.median(strengths)) if strengths else 0.0
    return found


def hears(client: Client, people: Iterable[Person], seconds: float = 1.0) -> dict[str, set[str]]:
    """Whom each hears from now on for some seconds: names of the others, and `music`."""
    everybody = list(people)
    begins = time.monotonic()
    time.sleep(seconds)
    ends = time.monotonic()
    tones = {MUSIC: "music", **{person.hz: person.name for person in everybody}}
    heard = {}
    for person in everybody:
        person.silent(client)
        sound = person.heard
        time.sleep(0.1)  # FreeSWITCH's thread writes the rest
        loud = voices(sound, begins - person.began, ends - person.began, tones)
        heard[person.name] = {tones[hz] for hz, strength in loud.items() if strength > FLOOR}
        person.listen(client, sound.parent)
    return heard
