"""Questions and results to count with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from ivr.flow.listening import Speech
from ivr.flow.spoken import SLOTS, Expected, Pattern, Said, SlotType
from ivr.speech.trial.plan import Trial
from ivr.speech.trial.question import Question, Sentence
from ivr.speech.trial.runner import Result
from ivr.speech.trial.verdict import Heard

TODAY = dt.date(2026, 11, 23)
POWER = {"bill": ["billing", "my bill"], "outage": ["outage", "no power"]}


def question(
    language: str = "en-US",
    choices: Mapping[str, list[str]] = POWER,
    slots: Mapping[str, SlotType] | None = None,
    node: str = "main",
) -> Question:
    patterns = {choice: tuple(map(Pattern.parse, said)) for choice, said in choices.items()}
    kinds = {**SLOTS, **(slots or {})}
    speech = Speech(accept=0.6, confirm=0.3)
    return Question(node, Expected(language, patterns, kinds), patterns, kinds, speech=speech)


def heard(choice: str | None, confidence: float = 0.9, words: str = "words", **slots: Any) -> Heard:
    said = Said(choice, slots, confidence, words) if choice is not None else None
    return Heard(said, words=words, seconds=2.0, took=0.5)


def result(meant: str | None, taken: Heard, text: str = "something", engine: str = "vosk") -> Result:
    return Result(engine, Trial(1, question(), Sentence(text, meant)), taken)
