"""What is tried: one place of a flow where something may be said, in one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.call import Hypothesis
from ivr.flow.listening import Speech
from ivr.flow.spoken import Expected, Pattern, SlotType


@dataclass(frozen=True)
class Question:
    """A node that listens.

    Attributes:
        node: its name.
        expected: what a call would listen for there.
        choices: the phrases of each choice.
        titles: what a designer calls each choice.
        speech: how sure one must be, and which silences end an answer.
    """

    node: str
    expected: Expected
    choices: Mapping[str, tuple[Pattern, ...]]
    slots: Mapping[str, SlotType] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    speech: Speech = field(default_factory=Speech)

    @property
    def language(self) -> str:
        return self.expected.language

    def title(self, choice: str) -> str:
        """What to call a choice."""
        return self.titles.get(choice) or choice


@dataclass(frozen=True)
class Sentence:
    """Something that is said.

    Attributes:
        text: the words; empty for sound that holds none.
        choice: what it means at the question; None: nothing of what is expected there.
        slots: the values in it.
    """

    text: str
    choice: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)


def meant(question: Question, text: str, today: dt.date) -> Sentence | None:
    """A sentence with what it means when it is recognised word for word; None where that is nothing, or not
    one thing for sure."""
    understood = question.expected.understand([Hypothesis(text, 1.0)], today)
    if understood.best is None or understood.ambiguous:
        return None
    return Sentence(text, understood.best.choice, understood.best.slots)
