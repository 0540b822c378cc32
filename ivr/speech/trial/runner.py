"""Trials run: engine after engine hears every utterance, and what it understood is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ivr import log
from ivr.settings import Asr
from ivr.speech.asr.base import Engine
from ivr.speech.asr.process import Recogniser, RecogniserFailed
from ivr.speech.trial.hearing import Ear
from ivr.speech.trial.plan import Trial
from ivr.speech.trial.verdict import Heard, Outcome, outcome, understood

_log = log.get(__name__)

PATIENCE = 60.0  # seconds for an utterance: here nobody waits, and a slow engine is told apart by its time
_GIVEN_UP = 5  # utterances in a row at which an engine has failed


@dataclass(frozen=True, slots=True)
class Result:
    """What an engine made of an utterance."""

    engine: str
    trial: Trial
    heard: Heard

    @property
    def outcome(self) -> Outcome:
        """What a call would have made of it, with the confidences that the flow asks for."""
        speech = self.trial.question.speech
        return outcome(self.trial.sentence, self.heard, speech.accept, speech.confirm)


async def run(
    engine: Engine,
    language: str,
    trials: Sequence[tuple[Trial, bytes]],
    settings: Asr,
    today: dt.date,
    told: Callable[[], None] = lambda: None,
    noticed: Callable[..., object] = _log.warning,
) -> list[Result]:
    """What `engine` makes of utterances in a language that it serves. Leaves no process behind.

    Args:
        trials: each with its audio.
        told: called after each.
        noticed: told of what the engine notices, as `Engine.notice` is.

    Raises RecogniserFailed: it does not start, or fails again and again."""
    settings = settings.model_copy(update={"deadline": max(settings.deadline, PATIENCE)})
    recogniser = _recogniser(engine, language, settings, noticed)
    results: list[Result] = []
    failed = 0
    try:
        await recogniser.start()
        ear = Ear(recogniser, settings)
        for trial, audio in trials:
            try:
                hypotheses, seconds, took = await ear.hear(trial.question, audio)
            except RecogniserFailed as failure:
                failed += 1
                if failed == _GIVEN_UP:
                    raise
                heard = Heard(failure=failure.message)
                if not recogniser.ready:  # it died of this one; the others are to be heard
                    await recogniser.stop()
                    recogniser = _recogniser(engine, language, settings, noticed)
                    await recogniser.start()
                    ear = Ear(recogniser, settings)
            else:
                failed = 0
                heard = understood(trial.question, hypotheses, today, seconds, took)
            results.append(Result(engine.name, trial, heard))
            told()
    finally:
        await recogniser.stop()
    return results


def _recogniser(engine: Engine, language: str, settings: Asr, noticed: Callable[..., object]) -> Recogniser:
    recogniser = Recogniser(engine, language, settings)
    recogniser.notice = noticed
    return recogniser
