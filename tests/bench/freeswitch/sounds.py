"""The prompts of the benchmark: each is one G.711 code from beginning to end.

So one RTP packet is enough to know which prompt it is of, whoever played it.
"""

from __future__ import annotations

import struct
import wave
from dataclasses import dataclass
from pathlib import Path

from tests.freeswitch.sipp import ULAW

RATE = 8000


@dataclass(frozen=True, slots=True)
class Sound:
    """A prompt's file name, its µ-law code and its length in seconds."""

    file: str
    code: int
    seconds: float


FIRST = Sound("first.wav", 0x90, 20.0)  # so long that its listener always barges in, or holds on
SECOND = Sound("second.wav", 0xA5, 0.4)
THIRD = Sound("third.wav", 0xBA, 0.3)
FOURTH = Sound("fourth.wav", 0x99, 0.3)
NOMATCH = Sound("nomatch.wav", 0xAC, 0.3)
NOINPUT = Sound("noinput.wav", 0xB3, 0.3)
UNSURE = Sound("unsure.wav", 0x9F, 0.3)
DEAF = Sound("deaf.wav", 0x95, 0.3)
ALL = (FIRST, SECOND, THIRD, FOURTH, NOMATCH, NOINPUT, UNSURE, DEAF)
BY_CODE = {sound.code: sound for sound in ALL}


def write(folder: Path) -> None:
    """Put the prompts into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for sound in ALL:
        with wave.open(str(folder / sound.file), "wb") as out:
            out.setparams((1, 2, RATE, 0, "NONE", ""))
            out.writeframes(struct.pack("<h", ULAW[sound.code]) * int(sound.seconds * RATE))


def heard(payload: bytes) -> Sound | None:
    """The prompt that fills most of a packet's payload."""
    if not payload:
        return None
    code = max(set(payload), key=payload.count)
    sound = BY_CODE.get(code)
    return sound if sound and payload.count(code) * 2 > len(payload) else None
