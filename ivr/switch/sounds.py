"""What can be played and how long it takes: WAV files, strings of files, silence, tones and music.

Nothing is decoded here; a virtual caller is told what sounds, and the time it takes is the real one. Samples
are `ivr.switch.samples`' business.
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ivr.switch.text import number, separate
from ivr.switch.tones import tone_seconds

_RAW_RATES = {".raw": 16000, ".r8": 16000, ".l16": 16000, ".sln": 16000, ".pcmu": 8000, ".pcma": 8000}
_SECONDS_PER_SAMPLE = 1 / 8000
_STRING_LEAD = 0.25


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch of sound as a caller hears it.

    `kind` is `file`, `silence`, `tone`, `music` or `person`; `name` the file's path, the tone's spelling, the
    stream's name or the extension's address; `seconds` may be infinite. A file may begin `skip` seconds in.
    """

    kind: str
    name: str
    seconds: float
    skip: float = 0.0


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a `file_string://` as it was written; `piece` is None when it cannot be opened."""

    written: str
    piece: Piece | None


@dataclass(frozen=True, slots=True)
class Sound:
    """What one `playback` plays. `path` is what events call it; `string` when it came as a file_string."""

    path: str
    items: tuple[Item, ...]
    string: bool = False

    @property
    def lead(self) -> float:
        """Seconds of silence ahead of it: FreeSWITCH begins a file_string with 250 ms, if its first item is
        there and needs decoding (mod_dptools, next_file)."""
        first = self.items[0].piece
        return _STRING_LEAD if self.string and first and not first.name.endswith(".PCMU") else 0.0

    @property
    def kind(self) -> str:
        """The value of Playback-File-Type, or ""."""
        scheme = self.path.partition("://")[0].lower()
        return scheme if scheme in {"local_stream", "tone_stream"} else ""


def resolve(text: str, prefix: str) -> Sound | None:
    """What `playback` would play for this argument; None: FILE NOT FOUND.

    Args:
        text: a path, relative to `prefix` unless it starts with `/`, or `scheme://…`; leading `{…}` settings
            are passed over; `@@N` at the end starts at sample N.
    """
    text, at, start = text.partition("@@")
    skip = number(start) * _SECONDS_PER_SAMPLE if at else 0.0
    text = re.sub(r"^(\{[^}]*\} *)+", "", text)
    if text.lower().startswith("file_string://"):
        written = separate(text[len("file_string://") :], "!")
        items = tuple(Item(part, _open(part, prefix, 0.0)) for part in written)
        return Sound(text, items, string=True) if any(item.piece for item in items) else None
    piece = _open(text, prefix, skip)
    if piece is None:
        return None
    return Sound(piece.name if piece.kind == "file" else text, (Item(text, piece),))


def _open(text: str, prefix: str, skip: float) -> Piece | None:
    scheme, separator, rest = text.partition("://")
    if not separator:
        return _file(text if text.startswith("/") else f"{prefix}/{text}", skip)
    match scheme.lower():
        case "silence_stream":
            milliseconds = number(rest)
            if milliseconds == 0:
                return None
            return Piece("silence", rest, math.inf if milliseconds < 0 else milliseconds / 1000)
        case "tone_stream":
            return Piece("tone", rest, tone_seconds(rest))
        case "local_stream":
            return Piece("music", rest, math.inf)
        case _:
            return None


def _file(path: str, skip: float) -> Piece | None:
    for name in (path,) if Path(path).suffix else (f"{path}.PCMU", f"{path}.wav"):
        seconds = file_seconds(name)
        if seconds is not None:
            return Piece("file", name, max(0.0, seconds - skip), skip)
    return None


def file_seconds(path: str) -> float | None:
    """How long a sound file plays; None when it is not there or no sound."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return None
    return _measure(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _measure(path: str, _modified: int, size: int) -> float | None:
    rate = _RAW_RATES.get(Path(path).suffix.lower())
    if rate:
        return size / rate
    layout = wav_layout(path)
    return layout.size / (layout.rate * layout.channels * layout.bits / 8) if layout else None


@dataclass(frozen=True, slots=True)
class WavLayout:
    """Where a WAV file keeps its samples: rate in Hz, bits a sample, offset and size in bytes."""

    format: int
    channels: int
    rate: int
    bits: int
    offset: int
    size: int


def wav_layout(path: str | Path) -> WavLayout | None:
    """Read the header of a RIFF WAVE file of any encoding; None when it is none."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(12)
            if head[:4] != b"RIFF" or head[8:] != b"WAVE":
                return None
            form: tuple[int, ...] | None = None
            while len(chunk := file.read(8)) == 8:
                name, size = struct.unpack("<4sI", chunk)
                if name == b"fmt ":
                    form = struct.unpack("<HHIIHH", file.read(16))
                    file.seek(size - 16 + size % 2, 1)
                elif name == b"data" and form:
                    offset = file.tell()
                    there = file.seek(0, 2) - offset
                    if not all((form[1], form[2], form[5])):
                        return None
                    return WavLayout(form[0], form[1], form[2], form[5], offset, min(size, there))
                else:
                    file.seek(size + size % 2, 1)
    except (OSError, struct.error, ValueError):
        return None
    return None
