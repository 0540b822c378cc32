"""What the commands about recognition share: sound to be heard, and an engine that hears it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from ivr.call import Hypothesis, Speech
from ivr.errors import RecognitionError, SpeechError
from ivr.settings import Asr, Settings
from ivr.speech.asr.base import RATE, Engine, Request
from ivr.speech.asr.process import Recogniser

LONGEST = 60.0  # seconds of a recording
_SPEAKING = 30.0  # seconds a sentence may take to be spoken
_FRAME = 320  # bytes; 20 ms
_QUIET = bytes(RATE)  # half a second
_STATUS_KB = 1024


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine made of an utterance.

    Attributes:
        hypotheses: the likeliest first.
        start: seconds from nothing to a loaded model.
        busy: seconds that it took for a second of sound.
        memory: megabytes its process takes.
    """

    hypotheses: tuple[Hypothesis, ...]
    start: float
    busy: float
    memory: float


def hear(engine: Engine, request: Request, samples: bytes, settings: Asr) -> Heard:
    """Let `engine` hear samples in a process of its own, as callers are heard. Raises RecognitionError."""
    return asyncio.run(_hear(engine, request, samples, settings))


async def _hear(engine: Engine, request: Request, samples: bytes, settings: Asr) -> Heard:
    recogniser = Recogniser(engine, request.language, settings)
    begun = time.monotonic()
    try:
        await recogniser.start()
        loaded = time.monotonic()
        recogniser.begin(1, request)
        for place in range(0, len(samples), _FRAME):
            recogniser.feed(1, samples[place : place + _FRAME])
        hypotheses = await recogniser.end(1)
        over = time.monotonic()
        memory = _memory(recogniser.pid)
    finally:
        await recogniser.stop()
    return Heard(hypotheses, loaded - begun, (over - loaded) / (len(samples) / 2 / RATE), memory)


def spoken(text: str, language: str, settings: Settings) -> bytes:
    """`text` in the voice that callers hear, as they would say it: with half a second of quiet around it.

    Raises SpeechError."""
    from ivr.speech.voice import Voice

    voice = Voice(settings.speech)
    try:
        path = voice.request(Speech(text, language)).wait(_SPEAKING)
    finally:
        voice.stop()
    if path is None:
        raise SpeechError(f'there is nothing to say in "{text}"')
    return _QUIET + recorded(path) + _QUIET


def recorded(file: Path) -> bytes:
    """A sound file as a telephone brings it: 8 kHz, 16 bit, mono. Raises RecognitionError."""
    import numpy as np
    import soundfile
    import soxr

    try:
        with soundfile.SoundFile(str(file)) as sound:
            if sound.frames > LONGEST * sound.samplerate:
                raise RecognitionError(
                    f"{file} is longer than {LONGEST:.0f} s", hint="cut an utterance out of it"
                )
            samples, rate = sound.read(dtype="float32", always_2d=True), sound.samplerate
    except (OSError, soundfile.SoundFileError):
        raise RecognitionError(
            f"{file} is not a sound file", hint="WAV, FLAC, OGG and MP3 can be read"
        ) from None
    telephone = soxr.resample(np.nan_to_num(samples).mean(axis=1), rate, RATE)
    samples = np.clip(np.round(telephone * 32767), -32768, 32767).astype("<i2")
    return bytes(samples.tobytes())


def _memory(pid: int | None) -> float:
    """Megabytes of a process that are in memory; 0 when it has gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    lines = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return next((int(line.split()[1]) / _STATUS_KB for line in lines), 0.0)
