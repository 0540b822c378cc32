"""What a speech engine is.

An engine that is added is one class in one file, named in the entry-point group `ivr.tts`. It need not care
about time, processes, telephone audio or the cache: `say` may block, crash or hang, for it only ever
runs in a child process that is killed at its deadline.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ivr.call import PLAIN, Manner
from ivr.i18n import base
from ivr.settings import Speech
from ivr.speech.text import sentences

USUAL_PITCH = 50


@dataclass(frozen=True, slots=True)
class Utterance:
    """One text to be spoken, with all that shapes its sound.

    `language` is a BCP 47 tag, `voice` the engine's own word for a voice, `rate` in words a minute
    (0 when the engine cannot be told), `pitch` from 1 to 99 (50: as the voice is made, or the engine cannot
    be told). With a `pause`, in seconds, an engine is given one sentence at a time.
    """

    text: str
    language: str
    voice: str
    rate: int
    pitch: int = USUAL_PITCH
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Offer:
    """A voice that an engine has: its name, the languages it speaks as the engine names them, and what people
    call it."""

    name: str
    languages: tuple[str, ...]
    about: str = ""


class Engine(ABC):
    """Something that makes sound of text.

    `__init__` and the methods above `say` run in the worker: they must be quick and must not load anything
    heavy. `open` and `say` run in a child process only.

    Attributes:
        name: the engine's name in `ivr.tts`.
        sets_rate: whether it speaks at `speech.rate`.
        sets_pitch: whether it speaks as high as `speech.pitch`.
    """

    name: ClassVar[str]
    sets_rate: ClassVar[bool] = False
    sets_pitch: ClassVar[bool] = False

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

    @property
    def offers(self) -> Sequence[Offer] | None:
        """The voices it has; None when it cannot tell."""
        return None

    def has_voice(self, name: str) -> bool | None:
        """Whether it has a voice of that name; None when it cannot tell."""
        offers = self.offers
        return None if offers is None else any(offer.name == name for offer in offers)

    @abstractmethod
    def default_voice(self, language: str) -> str:
        """The voice for a language tag that `speech.voices` does not mention.

        Raises SpeechError when it does not speak that language."""

    def voice(self, language: str, wanted: str = "") -> str:
        """The voice for a language tag: the one that is `wanted` unless it has none of that name, else that
        of `speech.voices` for the tag, then for its language, then the engine's own. Raises SpeechError when
        it does not speak that language."""
        if wanted and self.has_voice(wanted) is not False:
            return wanted
        own = (f"{self.name}/{language}", f"{self.name}/{base(language)}")
        voices = self.settings.voices
        chosen = (voices[tag] for tag in (*own, language, base(language)) if voices.get(tag))
        return next(chosen, "") or self.default_voice(language)

    def utterance(self, text: str, language: str, manner: Manner = PLAIN) -> Utterance:
        """`text` with the voice, rate, pitch and pause that this engine would use. Raises SpeechError as
        `voice` does."""
        rate = (manner.rate or self.settings.rate) if self.sets_rate else 0
        pitch = (manner.pitch or self.settings.pitch) if self.sets_pitch else USUAL_PITCH
        pause = manner.pause or self.settings.pause
        pause = pause if pause and len(sentences(text)) > 1 else 0.0
        return Utterance(text, language, self.voice(language, manner.voice), rate, pitch, pause)

    def open(self) -> None:  # noqa: B027 - most engines have nothing to prepare
        """Get ready to speak, so that the first sentence is not later than the others."""

    @abstractmethod
    def say(self, utterance: Utterance, wav: Path) -> None:
        """Write the sound of `utterance` to the file `wav`, in any rate and width that libsndfile reads.

        `wav` lies in an empty folder of its own; other files may be put beside it. Raises SpeechError.
        """
