"""What a telephone prompt is as a file, and how long any sound file plays.

Only headers are read here, so that this may run on the hub; samples are `telephone.py`'s business.
"""

from __future__ import annotations

import os
import struct
import wave
from pathlib import Path

from ivr.errors import SpeechError

RATE = 8000  # Hz
WIDTH = 2  # bytes a sample

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")  # RIFF header, a PCM `fmt ` chunk, the head of `data`


def header(frames: int) -> bytes:
    """The 44 bytes before `frames` samples of 8 kHz, 16 bit, mono PCM."""
    size = frames * WIDTH
    return _HEADER.pack(
        *(b"RIFF", 36 + size, b"WAVE"),
        *(b"fmt ", 16, 1, 1, RATE, RATE * WIDTH, WIDTH, 8 * WIDTH),
        *(b"data", size),
    )


def is_prompt(path: Path) -> bool:
    """Whether a file is a whole telephone prompt: the header that `header` makes, and all its samples.

    One small read of a local file, some 20 µs. False when it is missing, cut short, empty or something else.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            frames, rest = divmod(size - _HEADER.size, WIDTH)
            return frames > 0 and rest == 0 and file.read(_HEADER.size) == header(frames)
    except OSError:
        return False


def duration(path: Path) -> float:
    """How long a sound file plays, in seconds, from its header; any format that libsndfile knows.

    Raises:
        SpeechError: it is missing, or is not sound.
    """
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes() / file.getframerate()
    except OSError as error:
        raise SpeechError(f"{path}: {error.strerror}") from None
    except (wave.Error, EOFError, ZeroDivisionError):
        import soundfile  # heavy, and needed for other formats only

        try:
            return float(soundfile.info(str(path)).duration)
        except (soundfile.SoundFileError, ZeroDivisionError):
            raise SpeechError(f"{path} is not a sound file") from None
