"""What a recognition engine is.

An engine that is added is one class in one file, named in the entry-point group `ivr.asr`. It need not care
about processes, deadlines or the telephone: what it does between `open` and `end` may block, crash or hang,
for that only ever runs in a child process, which is killed at its deadline.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ivr import log
from ivr.call import Hearing, Hypothesis
from ivr.i18n import base
from ivr.settings import Asr

GROUP = "ivr.asr"
RATE = 8000  # Hz; 16 bit little endian, mono
MOST = 5  # hypotheses that are told of one utterance

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What is listened for in one utterance; as in `ivr.call.Hearing`, of which it is the part that engines
    are told. No phrases and no grammar: anything may be said."""

    language: str
    phrases: tuple[str, ...] = ()
    jsgf: str = ""

    @classmethod
    def of(cls, hearing: Hearing) -> Request:
        return cls(hearing.language, hearing.phrases, hearing.jsgf)


class Recognition(ABC):
    """One utterance on its way. Used by one thread, while other utterances are heard in others."""

    @abstractmethod
    def feed(self, samples: bytes) -> None:
        """Hear more: 8 kHz, 16 bit little endian, mono, any number of whole samples."""

    def words(self) -> str:
        """The words so far; empty where the engine does not stream."""
        return ""

    @abstractmethod
    def end(self) -> list[Hypothesis]:
        """What was said, the likeliest first; empty when nothing was understood. The last that is called.

        Raises RecognitionError when the engine could not do its work."""

    def drop(self) -> None:  # noqa: B027 - most have nothing to let go
        """Let go of what is held for the utterance: nobody waits for it any longer. Instead of `end`."""


class Engine(ABC):
    """Something that makes words of sound.

    `__init__` and `serves` run where calls are driven: they must be quick and load nothing heavy. `open` and
    `begin` run in a child process only; `begin` may be called by several threads at once.

    Attributes:
        name: the engine's name in `ivr.asr`.
        streams: whether a recognition knows its words while they are spoken.
        grammar: what it follows of a request: its `phrases`, its `jsgf`, or nothing.
        free: whether it understands speech for which there is neither.
        n_best: whether it may give several hypotheses.
        confidence: whether its confidences tell good from bad; else they are all 1.
        local: whether it computes on this machine; else it waits for another.
    """

    name: ClassVar[str]
    streams: ClassVar[bool] = False
    grammar: ClassVar[Literal["", "phrases", "jsgf"]] = ""
    free: ClassVar[bool] = True
    n_best: ClassVar[bool] = False
    confidence: ClassVar[bool] = False
    local: ClassVar[bool] = True

    def __init__(self, settings: Asr) -> None:
        """Raises SettingsError when `settings` do not make a working engine."""
        self.settings = settings
        self.notice: Callable[..., Any] = _log.warning
        """Where to tell what an operator should know: an event's name, and fields."""

    @property
    @abstractmethod
    def languages(self) -> Collection[str]:
        """The languages it serves, as the settings or the engine name them: tags, or languages alone."""

    def serves(self, language: str) -> str:
        """By which of `languages` it serves a tag: the tag itself, its language, or the same language in
        another region; empty when it does not."""
        for known in (language, base(language)):
            if known in self.languages:
                return known
        return next((known for known in self.languages if base(known) == base(language)), "")

    def open(self, language: str) -> None:  # noqa: B027 - a server has nothing to load
        """Load what it takes to understand `language`, one of `languages`.

        Raises RecognitionError, with the way out."""

    @abstractmethod
    def begin(self, request: Request) -> Recognition:
        """Begin to hear an utterance, in a language that was opened. Raises RecognitionError."""
