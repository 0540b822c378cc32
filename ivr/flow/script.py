"""What a scripted caller does, step by step, and what is written down of such a call."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Hear:
    """Wait until words are heard that hold `text`; whoever waits `within` seconds in vain leaves."""

    text: str
    within: float | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys, one after the other."""

    keys: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """Leave."""

    cause: str = "NORMAL_CLEARING"


@dataclass(frozen=True, slots=True)
class Speak:
    """Talk for so many seconds; `words` are what is said, and what a recogniser takes them for, as sure as
    `confidence` (0 to 1). Without words it is a noise."""

    seconds: float
    words: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Meet:
    """Wait until `who` has answered and talks: an agent, an extension or a number."""

    who: str


Step = Hear | Press | Pause | HangUp | Speak | Meet


@dataclass(frozen=True, slots=True)
class Party:
    """How somebody behaves who is rung.

    `result`: answered, busy, no_answer, refused, failed. They answer `after` seconds, and talk for `talks`.
    """

    result: str = "answered"
    talks: float = 10.0
    after: float = 2.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript: seconds since the call began, who, what."""

    at: float
    who: str
    text: str


@lru_cache(4096)
def bare(text: str) -> str:
    """Words as they are compared: without spaces, punctuation and case, full-width signs as the others."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
