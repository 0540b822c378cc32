"""What a speech engine is.

An engine that is added is one class in one file, named in the entry-point group `ivr.tts`. It need not care
about time, processes, telephone audio or the cache: `say` may block, crash or hang, for it only ever
runs in a child process that is killed at its deadline.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ivr.i18n import base
from ivr.settings import Speech


@dataclass(frozen=True, slots=True)
class Utterance:
    """One text to be spoken, with all that shapes its sound.

    `language` is a BCP 47 tag, `voice` the engine's own word for a voice, `rate` in words a minute
    (0 when the engine cannot be told).
    """

    text: str
    language: str
    voice: str
    rate: int


class Engine(ABC):
    """Something that makes sound of text.

    `__init__` and the methods above `say` run in the worker: they must be quick and must not load anything
    heavy. `open` and `say` run in a child process only.

    Attributes:
        name: the engine's name in `ivr.tts`.
        sets_rate: whether it speaks at `speech.rate`.
    """

    name: ClassVar[str]
    sets_rate: ClassVar[bool] = False

    def __init__(self, settings: Speech) -> None:
        """Raises SettingsError when `settings` do not make a working engine."""
        self.settings = settings

    @property
    @abstractmethod
    def version(self) -> str:
        """Changes whenever the same text may sound different: what was rendered before is then not used."""

    @property
    def languages(self) -> Collection[str] | None:
        """The languages it speaks, as it names them; None when it cannot tell."""
        return None

    @abstractmethod
    def default_voice(self, language: str) -> str:
        """The voice for a language tag that `speech.voices` does not mention.

        Raises SpeechError when it does not speak that language."""

    def voice(self, language: str) -> str:
        """The voice for a language tag: `speech.voices` for the tag, then for its language, then the
        engine's own. Raises SpeechError when it does not speak that language."""
        voices = self.settings.voices
        return voices.get(language) or voices.get(base(language)) or self.default_voice(language)

    def utterance(self, text: str, language: str) -> Utterance:
        """`text` with the voice and rate that this engine would use. Raises SpeechError as `voice` does."""
        rate = self.settings.rate if self.sets_rate else 0
        return Utterance(text, language, self.voice(language), rate)

    def open(self) -> None:  # noqa: B027 - most engines have nothing to prepare
        """Get ready to speak, so that the first sentence is not later than the others."""

    @abstractmethod
    def say(self, utterance: Utterance, wav: Path) -> None:
        """Write the sound of `utterance` to the file `wav`, in any rate and width that libsndfile reads.

        `wav` lies in an empty folder of its own; other files may be put beside it. Raises SpeechError.
        """
