"""What a call would have made of an utterance, and whether that was right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ivr.call import Hypothesis
from ivr.flow.spoken import Said
from ivr.speech.trial.question import Question, Sentence


class Outcome(StrEnum):
    """What came of an utterance."""

    RIGHT = "right"
    """Believed, and right."""
    ASKED = "asked"
    """Asked back, about the right thing."""
    ASKED_WRONG = "asked_wrong"
    """Asked back, about the wrong thing: the caller says no."""
    MISSED = "missed"
    """Not heard, or not understood; of what was not meant for the machine that is right."""
    WRONG = "wrong"
    """Believed, and wrong: the worst."""
    FAILED = "failed"
    """The engine did not do its work."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood.

    Attributes:
        said: the likeliest meaning, however sure; None: nothing that was expected.
        ambiguous: whether another is as likely; such a one is never believed at once.
        words: the likeliest words; empty: none.
        seconds: of audio that were recognised.
        took: seconds that recognising took.
        failure: why the engine failed; empty: it did not.
    """

    said: Said | None = None
    ambiguous: bool = False
    words: str = ""
    seconds: float = 0.0
    took: float = 0.0
    failure: str = ""


def understood(
    question: Question,
    hypotheses: Sequence[Hypothesis],
    today: dt.date,
    seconds: float = 0.0,
    took: float = 0.0,
) -> Heard:
    """What these hypotheses, the likeliest first, mean at a question."""
    found = question.expected.understand(hypotheses, today)
    words = hypotheses[0].words if hypotheses else ""
    return Heard(found.best, found.ambiguous, words, seconds, took)


def outcome(sentence: Sentence, heard: Heard, accept: float, confirm: float) -> Outcome:
    """What a call would make of it that believes from `accept` on and asks back from `confirm` on."""
    if heard.failure:
        return Outcome.FAILED
    said = heard.said
    if said is None or said.confidence < confirm:
        return Outcome.MISSED
    right = is_right(sentence, heard)
    if said.confidence >= accept and not heard.ambiguous:
        return Outcome.RIGHT if right else Outcome.WRONG
    return Outcome.ASKED if right else Outcome.ASKED_WRONG


def is_right(sentence: Sentence, heard: Heard) -> bool:
    """Whether what was understood is what was said, values included."""
    return heard.said is not None and (heard.said.choice, {**heard.said.slots}) == (
        sentence.choice,
        {**sentence.slots},
    )
