"""Sentences as sound, by espeak-ng in a process of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ivr.errors import SpeechError
from ivr.settings import Speech
from ivr.speech.cache import Cache, key
from ivr.speech.telephone import decoded
from ivr.speech.trial.line import Samples
from ivr.speech.trial.speakers import Speaker
from ivr.speech.tts.base import Utterance
from ivr.speech.tts.pyttsx3 import Pyttsx3Engine
from ivr.speech.worker import EngineFailed, Worker

GIVEN_UP = 3  # sentences in a row that could not be spoken


def voice_of(language: str) -> str:
    """espeak-ng's voice for a language tag. Raises SpeechError: it has none."""
    return Pyttsx3Engine(Speech()).default_voice(language)


def speak(
    wanted: Sequence[tuple[str, Speaker]], language: str, told: Callable[[], None] = lambda: None
) -> dict[tuple[str, Speaker], Samples]:
    """The sound of sentences, 8 kHz, trimmed and equally loud; what cannot be spoken is left out.

    Args:
        told: called after each.

    Raises SpeechError when nothing can be spoken any more."""
    engine = Pyttsx3Engine(Speech())
    voices: dict[tuple[str, Speaker], Samples] = {}
    failed = 0
    with tempfile.TemporaryDirectory(prefix="ivory-trial-") as folder:
        worker = Worker(engine, Cache(Path(folder)))
        try:
            for text, speaker in wanted:
                utterance = Utterance(text, language, speaker.voice, speaker.rate, speaker.pitch)
                try:
                    path = worker.render(utterance, key(engine, utterance), fresh=False)
                except EngineFailed as error:
                    failed += 1
                    if failed == GIVEN_UP:
                        raise SpeechError(f'"{text}" cannot be spoken: {error.message}') from None
                else:
                    failed = 0
                    voices[text, speaker] = decoded(path)
                told()
        finally:
            worker.stop()
    return voices
