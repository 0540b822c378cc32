"""Recordings as sound: where the file is, and how loud it is along its time, for the bar one clicks into."""

from __future__ import annotations

import wave
from array import array
from pathlib import Path

from ivr.errors import IvoryError, NotFound
from ivr.store.recordings import below

PEAKS = 240
"""Bars of the picture."""
LOOKED = 800
"""Frames that are looked at of each bar: an hour has to be ready at once."""


def file_of(folder: Path, path: str) -> Path:
    """The file of a recording. Raises NotFound: it is not there, or would lie outside of the folder."""
    file = below(folder.expanduser(), path)
    if file is None or not file.is_file():
        raise NotFound(
            "the recording is not on this machine", hint="its time may be over; see calls.recordings"
        )
    return file


def peaks(file: Path, bars: int = PEAKS) -> list[list[int]]:
    """How loud each channel is, 0 to 100, in `bars` pieces of the file. Raises IvoryError: it is no WAV of 16
    bits, or is still being written."""
    try:
        with wave.open(str(file), "rb") as sound:
            channels, frames = sound.getnchannels(), sound.getnframes()
            if sound.getsampwidth() != 2 or not 1 <= channels <= 2:
                raise IvoryError("the recording is no WAV of 16 bits")
            loud: list[list[int]] = [[] for _ in range(channels)]
            for bar in range(min(bars, frames)):
                sound.setpos(bar * frames // min(bars, frames))
                samples = array("h", sound.readframes(min(LOOKED, max(1, frames // bars))))
                for channel in range(channels):
                    part = samples[channel::channels] or array("h", [0])
                    loud[channel].append(round(max(max(part), -min(part)) / 327.68))
            return loud
    except (OSError, EOFError, wave.Error) as error:
        raise IvoryError(f"the recording cannot be read: {error}") from None
