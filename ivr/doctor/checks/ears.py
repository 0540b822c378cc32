"""Whether callers who speak are understood: who listens in the languages in which flows do."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient
from ivr.errors import IvoryError


@check("ears", seconds=30.0)
def ears(patient: Patient) -> Iterator[Finding]:
    from ivr.speech.asr.engines import configured, serving

    settings = patient.settings
    try:
        engines = configured(settings.asr)
    except IvoryError as error:
        yield failure(error.message, error.hint or "look at asr.engines; `ivr asr models` tells more")
        return
    languages = patient.aside(_listened, patient)
    if not languages:
        yield ok("no flow listens to what callers say")
        return
    if settings.files.url and engines and not settings.asr.sip:
        seen = "FreeSWITCH is on another host, and callers' sound cannot come from there"
        yield failure(seen, "give asr.sip an address and port that FreeSWITCH reaches, or empty asr.engines")
    for language in languages:
        names = ", ".join(engine.name for engine in serving(engines, language))
        if names:
            yield ok(f"{language} is listened to by {names}; `ivr asr models` tries it")
        else:
            seen = f"flows listen in {language}, and nobody understands it: callers have only keys"
            yield warning(seen, f"name a model: asr.models: {{{language}: FOLDER}}")


def _listened(patient: Patient) -> list[str]:
    """The languages in which flows listen."""
    from ivr.flow import phrasebook
    from ivr.runtime import reading

    flows = patient.settings.flows
    try:
        return sorted(phrasebook.prepare(reading.read(reading.files(flows.dir), flows.sounds).flows))
    except IvoryError:  # the check `flows` tells
        return []
