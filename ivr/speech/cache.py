"""Rendered sentences on disk, named after everything that shapes their sound.

A file is found by what it says, or is not there: nothing is ever looked up in an index, so any number of
processes may share a folder. Beside each sound a note in JSON tells people and tools what it says.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex

from ivr.errors import SpeechError
from ivr.speech.audio import RATE, WIDTH, header, is_prompt
from ivr.speech.tts.base import USUAL_PITCH, Engine, Utterance

_FORMAT = "1"  # goes up when telephone.py makes something else of the same sound


@dataclass(frozen=True, slots=True)
class Note:
    """What a sound says, and how it came to be. `seconds` is its length, `made` an ISO 8601 stamp.

    `fresh`: it holds words of one call, so it is the first to go when room is needed.
    """

    text: str
    language: str
    engine: str
    voice: str
    seconds: float
    made: str
    fresh: bool


def key(engine: Engine, utterance: Utterance) -> str:
    """40 hexadecimal digits that stand for one sound."""
    said: list[str | int | float] = [utterance.voice, utterance.rate, utterance.language, utterance.text]
    if (utterance.pitch, utterance.pause) != (USUAL_PITCH, 0.0):  # else as it was before there were these
        said += [utterance.pitch, utterance.pause]
    identity = json.dumps([_FORMAT, engine.name, engine.version, *said])
    return hashlib.sha256(identity.encode()).hexdigest()[:40]


class Cache:
    """A folder of sounds; it is made when the first one is stored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()

    def path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.wav"

    def find(self, key: str) -> Path | None:
        """The sound for a key if it is there and whole; some 20 µs, so the hub may ask."""
        path = self.path(key)
        return path if is_prompt(path) else None

    def store(self, key: str, samples: bytes, note: Note) -> Path:
        """Put 8 kHz mono 16-bit `samples` into the cache; a reader sees all of it or nothing.

        Raises:
            SpeechError: the disk is full, the folder cannot be written.
        """
        path = self.path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path.with_suffix(".json"), json.dumps(asdict(note), ensure_ascii=False).encode())
            _write(path, header(len(samples) // WIDTH) + samples)
        except OSError as error:
            raise SpeechError(
                f"the sound cannot be kept in {path.parent}: {error.strerror}", hint="see speech.cache"
            ) from None
        return path

    def prune(self, folder: Path, max_bytes: int, *, min_age: float = 3600.0) -> int:
        """Remove the oldest fresh sounds of one of the cache's folders until the rest takes `max_bytes`.

        Sounds younger than `min_age` seconds stay, for a call may be about to play them. Reads every note,
        so it is not for the hub. Returns how many went. Raises OSError.
        """
        old = time.time() - min_age
        fresh: list[tuple[float, int, Path]] = []
        for path in folder.iterdir():
            status = _status(path)
            if status is None:
                continue
            if path.suffix == ".tmp" and status.st_mtime < old:
                path.unlink(missing_ok=True)  # of a process that was killed while it wrote
            if path.suffix == ".wav" and (note := note_of(path)) and note.fresh:
                fresh.append((status.st_mtime, status.st_size, path))
        total, removed = sum(size for _, size, _ in fresh), 0
        for made, size, path in sorted(fresh):
            if total <= max_bytes or made > old:
                break
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)
            total -= size
            removed += 1
        return removed


def note_of(path: Path) -> Note | None:
    """What is noted about a sound of the cache; None when there is nothing, or nothing usable."""
    try:
        return Note(**json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def text_of(path: Path) -> str | None:
    """The words of a sound of the cache; None for any other file."""
    note = note_of(path)
    return note.text if note else None


def seconds(samples: bytes) -> float:
    """How long samples play."""
    return len(samples) / (RATE * WIDTH)


def _write(path: Path, content: bytes) -> None:
    partial = path.with_suffix(f"{path.suffix}.{token_hex(8)}.tmp")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:  # another process was quicker
        return None
