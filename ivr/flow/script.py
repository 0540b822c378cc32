"""What a scripted caller does, step by step, and what is written down of such a call."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hear:
    """Wait until words are heard that hold `text`."""

    text: str


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
    """Talk for so many seconds (only recordings notice)."""

    seconds: float


Step = Hear | Press | Pause | HangUp | Speak


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript: seconds since the call began, who, what."""

    at: float
    who: str
    text: str
