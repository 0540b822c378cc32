"""Utterances for tests of recognition: sentences in the voice that comes with Ivory, by telephone."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

RATE = 8000
_SAY = """
import json, sys
from pathlib import Path
from ivr.settings import Speech
from ivr.speech import telephone
from ivr.speech.tts.pyttsx3 import Pyttsx3Engine

engine = Pyttsx3Engine(Speech())
utterance = engine.utterance(*json.loads(sys.argv[1]))
folder = Path(sys.argv[2])
engine.open()
engine.say(utterance, folder / "raw.wav")
(folder / "samples").write_bytes(telephone.read(folder / "raw.wav"))
"""


@cache
def said(text: str, language: str = "en-US", *, noise: float = 20.0) -> bytes:
    """`text` as 8 kHz, 16 bit, mono samples with 0.3 s before, 0.5 s behind and a little noise (its RMS)."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-c", _SAY, json.dumps([text, language]), folder], check=True, timeout=60
        )
        voice = np.frombuffer((Path(folder) / "samples").read_bytes(), "<i2").astype(float)
    line = np.concatenate([np.zeros(int(0.3 * RATE)), voice, np.zeros(int(0.5 * RATE))])
    return _samples(line + np.random.default_rng(1).normal(0.0, noise, len(line)))


def hiss(seconds: float, loudness: float = 1000.0) -> bytes:
    """White noise with the given RMS."""
    return _samples(np.random.default_rng(2).normal(0.0, loudness, int(seconds * RATE)))


def frames(samples: bytes) -> list[bytes]:
    """`samples` in frames of 20 ms."""
    return [samples[place : place + 320] for place in range(0, len(samples), 320)]


def _samples(line: np.ndarray) -> bytes:
    return np.clip(np.round(line), -32768, 32767).astype("<i2").tobytes()
