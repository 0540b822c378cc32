"""Whether the speech engine speaks the languages of the flows, tried with a sentence that is in no cache."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ivr.call import Speech
from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok
from ivr.doctor.patient import Patient
from ivr.errors import IvoryError, SpeechError
from ivr.i18n import base

if TYPE_CHECKING:
    from ivr.speech.voice import Voice

SENTENCES: Final = {"zh": "您好。", "en": "Good morning."}
ANY: Final = "1 2 3"
"""What is said in a language, and in all others."""

MOST = 5
"""Languages that are tried."""


@check("speech", seconds=60.0)
def speech(patient: Patient) -> Iterator[Finding]:
    from ivr.speech.voice import Voice

    settings = patient.settings.speech
    with tempfile.TemporaryDirectory(prefix="ivory-") as folder:
        # Without recordings: a person's "Good morning." says nothing about the engine.
        alone = {"cache": Path(folder), "recorded": Path(folder) / "none", "workers": 1}
        try:
            voice = Voice(settings.model_copy(update=alone))
        except IvoryError as error:
            yield failure(error.message, error.hint or "look at speech.engine and speech.fallback")
            return
        try:
            for language in patient.aside(_languages, patient)[:MOST]:
                yield _spoken(voice, language, settings.deadline)
        finally:
            voice.stop()


def _spoken(voice: Voice, language: str, deadline: float) -> Finding:
    began = time.monotonic()
    try:
        voice.request(Speech(SENTENCES.get(base(language), ANY), language)).wait(deadline)
    except SpeechError as error:
        return failure(
            f"{language} cannot be spoken: {error.message}",
            error.hint or "look at speech.engine, speech.voices and speech.deadline; the log says more",
        )
    return ok(f"{language} is spoken; that took {time.monotonic() - began:.1f} s")


def _languages(patient: Patient) -> list[str]:
    from ivr.runtime import reading

    flows = patient.settings.flows
    try:
        found = reading.read(reading.files(flows.dir), flows.sounds).flows
    except IvoryError:  # the check `flows` tells
        found = reading.NO_FLOWS
    return sorted({language for loaded in found.values() for language in loaded.flow.languages}) or ["en-US"]
