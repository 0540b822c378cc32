"""What the commands about prompts share: every sentence of the flows, and what there is of it as sound."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ivr.call import Speech
    from ivr.flow.heard import Use
    from ivr.flow.model import LoadedFlow
    from ivr.speech.chain import Chain


@dataclass(frozen=True)
class Sentence:
    """A sentence that flows always say.

    Attributes:
        sound: `recorded`, `rendered`, or empty: there is none yet.
        path: the file; None where there is no sound, and for a recording that no call has needed yet.
        seconds: how long it is, or will be.
        recording: the file under which it is recorded, or would be.
    """

    speech: Speech
    uses: Sequence[Use]
    sound: str
    path: Path | None
    seconds: float
    recording: str

    @property
    def places(self) -> list[str]:
        """`hotline greet.prompt`."""
        return [f"{use.flow} {use.place}" for use in self.uses]

    @property
    def whole(self) -> str:
        """The text it is a part of, if it is one."""
        return next((use.whole for use in self.uses if use.whole), "")

    def row(self) -> dict[str, Any]:
        """As JSON has it."""
        manner = self.speech.manner
        return {
            "language": self.speech.language,
            "text": self.speech.text,
            "part_of": self.whole or None,
            "voice": manner.voice or None,
            "rate": manner.rate or None,
            "pitch": manner.pitch or None,
            "pause": manner.pause or None,
            "used": self.places,
            "sound": self.sound or None,
            "file": str(self.path) if self.path else None,
            "seconds": self.seconds,
            "recording": self.recording,
        }


def flows(names: Sequence[str]) -> dict[str, LoadedFlow]:
    """The flows of these names, or all there are. Raises IvoryError: there is no such flow."""
    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.registry import did_you_mean
    from ivr.runtime import reading

    settings = common.load().settings.flows
    found = reading.read(reading.files(settings.dir), settings.sounds)
    if broken := {finding.place.file for finding in found.errors}:
        left = "1 file has" if len(broken) == 1 else f"{len(broken)} files have"
        common.talk().print(f"{left} errors and is left out; see `ivr flow lint`", style="yellow")
    for name in names:
        if name not in found.flows:
            known = list(found.flows)
            raise IvoryError(f'there is no flow "{name}" in {settings.dir}', hint=did_you_mean(name, known))
    return {name: found.flows[name] for name in names or found.flows}


def chain() -> Chain:
    """The voices of this deployment, its recordings read. Raises IvoryError."""
    from ivr.cli import common
    from ivr.speech.chain import Chain

    loaded = common.load()
    common.configure_log(loaded, usual="error")  # of voices that are not there, `missing` speaks for itself
    made = Chain(loaded.settings.speech)
    made.recorded.shelf.refresh()
    return made


def sentences(flows: dict[str, LoadedFlow], chain: Chain, language: str = "") -> list[Sentence]:
    """Every constant sentence, by language, in the order of the flows; only those of `language`, if it is
    given."""
    from ivr.flow import heard

    found = [
        sentence(speech, used, chain)
        for speech, used in heard.uses(flows).items()
        if language in ("", speech.language)
    ]
    return sorted(found, key=lambda each: each.speech.language)


def sentence(speech: Speech, used: Sequence[Use], chain: Chain) -> Sentence:
    """What there is of one sentence."""
    from ivr.errors import SpeechError
    from ivr.flow.phrases import estimate_seconds
    from ivr.speech.audio import duration
    from ivr.speech.recorded import file_name
    from ivr.speech.text import clean

    seconds, path, recording = round(estimate_seconds(speech.text, speech.language), 1), None, None
    name = ""
    try:
        name = file_name(speech.language, speech.text)
        recording = chain.recorded.shelf.find(speech.text, speech.language)
        path = chain.find(clean(speech.text), speech.language, speech.manner)
    except SpeechError:
        pass  # too long for a name, or in a language that nobody speaks: there is no sound
    if path is not None:
        seconds = round(duration(path), 1)
    sound = "recorded" if recording else "rendered" if path else ""
    return Sentence(speech, used, sound, path, seconds, recording.file if recording else name)


def script(rows: Iterable[Sentence]) -> bytes:
    """A table for whoever records, with the names that files are to have. Each sentence is in it once, in
    whatever manner it is spoken. With a byte order mark: spreadsheets take Chinese for something else
    without."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["language", "text", "file", "seconds", "part of", "used in"])
    once = {(row.speech.language, row.recording): row for row in rows if row.recording}
    for row in once.values():
        used = "; ".join(row.places)
        writer.writerow(
            [row.speech.language, row.speech.text, row.recording, f"{row.seconds:.1f}", row.whole, used]
        )
    return text.getvalue().encode("utf-8-sig")
