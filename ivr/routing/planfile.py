"""The plan on this machine's disk: the draft that somebody edits, and the copy a worker begins with while the
database is away."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from ivr.errors import IvoryError

SETTLED: Final = 0.2
"""Seconds since a draft was written to until it is taken for whole."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan's text, and its turn in the store; 0 for a draft."""

    turn: int
    text: str


class Draft:
    """The file that serves until a plan was put into the store. One that is not there is nobody's plan."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None
        self._kept = Kept(0, "")

    def read(self) -> Kept:
        """What it holds; the text is empty when there is no file. Raises IvoryError: it cannot be read."""
        try:
            stat = self.path.stat()
            stamp = stat.st_mtime_ns, stat.st_size
            if stamp != self._seen and not self._being_written(stat.st_mtime):
                self._kept = Kept(0, self.path.read_bytes().decode("utf-8", "surrogateescape"))
                self._seen = stamp
        except FileNotFoundError:
            self._seen, self._kept = None, Kept(0, "")
        except OSError as error:
            raise IvoryError(f"{self.path} cannot be read: {error.strerror}", hint="see acd.plan") from None
        return self._kept

    def _being_written(self, at: float) -> bool:
        """Whether it may be half there, while something else serves meanwhile: half a plan may have nothing
        wrong but agents that are missing."""
        return self._seen is not None and 0 <= time.time() - at < SETTLED


class Mirror:
    """The newest turn of the store as it was seen last. It holds PINs' hashes, so it is the user's alone."""

    def __init__(self, path: Path) -> None:
        self._path = path.expanduser().absolute()

    def read(self) -> Kept | None:
        """What was kept; None when nothing can be read."""
        try:
            row = json.loads(self._path.read_text(encoding="utf-8"))
            return Kept(int(row["turn"]), str(row["text"]))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def keep(self, kept: Kept) -> None:
        """Keep a turn, all of it or nothing. Raises IvoryError: it cannot be written."""
        content = json.dumps({"turn": kept.turn, "text": kept.text}, ensure_ascii=False).encode()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._path.parent, delete=False) as file:  # made with mode 0600
                try:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                    os.replace(file.name, self._path)
                except BaseException:
                    os.unlink(file.name)
                    raise
        except OSError as error:
            raise IvoryError(
                f"{self._path} cannot be written: {error.strerror}", hint="see acd.mirror"
            ) from None

    def forget(self) -> None:
        """Nothing is in the store."""
        with suppress(OSError):
            self._path.unlink()
