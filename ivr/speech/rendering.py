"""What a call holds while its words are being made into sound, and how far the work ahead has come."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.errors import SpeechError
from ivr.flag import Flag


class Rendering:
    """A sound that is there, or on its way.

    `path` is None while it is on its way, when it failed (`error` says why), and when there is nothing to
    hear in the text.
    """

    def __init__(self) -> None:
        self._ended = Flag()
        self.path: Path | None = None
        self.error: SpeechError | None = None

    @classmethod
    def of(cls, path: Path | None = None, error: SpeechError | None = None) -> Rendering:
        """One that has ended already."""
        rendering = cls()
        rendering.end(path, error)
        return rendering

    @property
    def ready(self) -> bool:
        """Whether it has ended: `wait` returns or raises at once."""
        return self._ended.is_set()

    def wait(self, timeout: float | None) -> Path | None:
        """The sound's file (8 kHz mono 16-bit WAV), or None when the text has nothing to hear.

        Raises:
            SpeechError: no engine could speak it, or `timeout` seconds have passed (it goes on being
                rendered, and is in the cache for the next caller).
        """
        if not self._ended.wait(timeout):
            raise SpeechError(f"no sound within {timeout:g} s")
        if self.error is not None:
            raise self.error
        return self.path

    def end(self, path: Path | None = None, error: SpeechError | None = None) -> None:
        """Tell whoever waits; only the first end counts."""
        if not self.ready:
            self.path, self.error = path, error
            self._ended.set()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work ahead has come, in sentences since the start."""

    done: int
    failed: int
    total: int

    @property
    def complete(self) -> bool:
        return self.done + self.failed >= self.total
