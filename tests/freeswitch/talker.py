"""A caller with a voice: sends real RTP, 20 ms by 20 ms, and knows when each word left."""

from __future__ import annotations

import socket
import struct
import threading
import time
import wave
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from tests.freeswitch.phone import Phone
from tests.freeswitch.sipp import SSRC, ULAW

Samples = npt.NDArray[np.int32]

FRAME = 160
_SORTED = sorted((value, code) for code, value in enumerate(ULAW))
_VALUES = np.array([value for value, _ in _SORTED])
_CODES = np.array([code for _, code in _SORTED], dtype=np.uint8)
_SILENCE = bytes([0xFF]) * FRAME


def encode(samples: Samples) -> bytes:
    """8 kHz, 16 bit samples as G.711 µ-law."""
    near = np.clip(np.searchsorted(_VALUES, samples), 1, len(_VALUES) - 1)
    lower = samples - _VALUES[near - 1] < _VALUES[near] - samples
    return bytes(_CODES[near - lower])


def read(path: Path) -> Samples:
    """A WAV file of 8 kHz, mono, 16 bit."""
    with wave.open(str(path)) as file:
        assert file.getframerate() == 8000
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int32)


@dataclass
class Said:
    """Something that was said: when its first frame and its last left (monotonic seconds)."""

    frames: deque[bytes]
    began: float = 0.0
    ended: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)


class Talker(threading.Thread):
    """A call from a telephone that sends sound all the time, and silence when nothing is said.

    Args:
        number: what it calls.
    """

    def __init__(self, sip_port: int, number: str, ani: str = "13800000000") -> None:
        super().__init__(daemon=True)
        caller = f'"Caller" <sip:{ani}@127.0.0.1>'.encode()
        self.phone = Phone(sip_port, number, caller)
        self._said: deque[Said] = deque()
        self._end = threading.Event()

    def __enter__(self) -> Self:
        assert self.phone.call() == 200
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self.join(5)
        self.phone.__exit__()

    def say(self, samples: Samples) -> Said:
        """Say this, beginning with the next frame."""
        code = encode(samples)
        frames = deque(code[at : at + FRAME].ljust(FRAME, b"\xff") for at in range(0, len(code), FRAME))
        self._said.append(said := Said(frames))
        return said

    def run(self) -> None:
        number, began = 0, time.monotonic()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rtp:
            rtp.connect(("127.0.0.1", self.phone._their_port))
            while not self._end.is_set():
                time.sleep(max(0.0, began + number * 0.02 - time.monotonic()))
                frame, now = _SILENCE, self._said[0] if self._said else None
                if now:
                    now.began = now.began or time.monotonic()
                    frame = now.frames.popleft()
                marker = 0 if number else 0x80
                header = struct.pack("!BBHII", 0x80, marker, number & 0xFFFF, number * FRAME, SSRC)
                try:
                    rtp.send(header + frame)
                except OSError:
                    return
                if now and not now.frames:
                    now.ended = time.monotonic()
                    now.over.set()
                    self._said.popleft()
                number += 1
