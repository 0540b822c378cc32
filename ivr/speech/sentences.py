"""Every sentence that flows always say, and what there is of it as sound."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr.call import Speech
from ivr.errors import SpeechError
from ivr.flow import heard
from ivr.flow.heard import Use
from ivr.flow.model import LoadedFlow
from ivr.flow.phrases import estimate_seconds
from ivr.speech.audio import duration
from ivr.speech.chain import Chain
from ivr.speech.recorded import Recording, file_name, folded
from ivr.speech.text import clean


@dataclass(frozen=True)
class Sentence:
    """A sentence that flows always say.

    Attributes:
        sound: `recorded`, `rendered`, or empty: there is none yet.
        path: the file as callers hear it; None where there is no sound, and for a recording that no call has
            needed yet.
        seconds: how long it is, or will be.
        recording: the file under which it is recorded, or would be.
        digest: of the recording's content; empty where there is none.
    """

    speech: Speech
    uses: Sequence[Use]
    sound: str
    path: Path | None
    seconds: float
    recording: str
    digest: str = ""

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


def sentences(flows: Mapping[str, LoadedFlow], chain: Chain, language: str = "") -> list[Sentence]:
    """Every constant sentence, by language, in the order of the flows; only those of `language`, if it is
    given. Looks at a file for each of them, so it is not for the hub of a worker."""
    found = [
        sentence(speech, used, chain)
        for speech, used in heard.uses(flows).items()
        if language in ("", speech.language)
    ]
    return sorted(found, key=lambda each: each.speech.language)


def sentence(speech: Speech, used: Sequence[Use], chain: Chain) -> Sentence:
    """What there is of one sentence."""
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
    digest = recording.digest if recording else ""
    return Sentence(speech, used, sound, path, seconds, recording.file if recording else name, digest)


def idle(there: Iterable[Sentence], chain: Chain) -> Iterator[Recording]:
    """Recordings that no flow asks for."""
    asked = set()
    for each in there:
        try:
            asked.add((each.speech.language, folded(each.speech.text)))
        except SpeechError:
            continue  # too long to be spoken, and so to be recorded
    for key, recording in chain.recorded.shelf.index.recordings.items():
        if key not in asked:
            yield recording


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
