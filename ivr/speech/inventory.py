"""Every sentence of every flow, in every language: who is heard saying it, and what is missing.

Here a sentence is its words in a language; in whatever manner voices say it, a person has said it once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from ivr.errors import SpeechError
from ivr.flow.heard import Use
from ivr.flow.lint.prompts import unspoken
from ivr.flow.model import LoadedFlow, walk
from ivr.flow.prompts import PromptModel, RepromptModel
from ivr.speech.audio import duration
from ivr.speech.chain import Chain
from ivr.speech.recorded import Recording, file_name
from ivr.speech.sentences import Sentence, idle, sentences

UNNAMED: Final = "too-long"


@dataclass(frozen=True)
class Line:
    """One sentence.

    Attributes:
        id: the name of its recording without the ending (`zh-CN-1f3870be274f`); what it says gives it.
        sound: `recorded`, `rendered`, or empty: callers wait for it, or hear nothing.
        voice: that flows ask for; empty: the engine's usual.
        seconds: how long it is, or will be (`estimated`).
        part_of: the text it is a part of, between values.
        etag: of its recording; empty where there is none.
        path: the sound as callers hear it; None where there is none yet.
    """

    id: str
    language: str
    text: str
    uses: Sequence[Use]
    sound: str
    voice: str
    seconds: float
    estimated: bool
    part_of: str
    etag: str
    path: Path | None

    @property
    def flows(self) -> tuple[str, ...]:
        """Who says it."""
        return tuple(dict.fromkeys(use.flow for use in self.uses))


@dataclass(frozen=True, slots=True)
class Unspoken:
    """A prompt that has nothing to say in a language of its flow."""

    flow: str
    place: str
    language: str


@dataclass(frozen=True)
class Inventory:
    """All there is, and all there is not.

    Attributes:
        lines: by id, by language, in the order of the flows.
        unspoken: prompts that are missing in a language.
        unused: recordings that no flow asks for.
        problems: rows of the table of recordings that are of no use.
    """

    lines: Mapping[str, Line]
    unspoken: Sequence[Unspoken]
    unused: Sequence[Recording]
    problems: Sequence[str]

    @property
    def silent(self) -> Sequence[Line]:
        """Sentences without any sound yet."""
        return [line for line in self.lines.values() if not line.sound]


def inventory(flows: Mapping[str, LoadedFlow], chain: Chain) -> Inventory:
    """Take stock of these flows. Looks at a file for each sentence, and reads recordings that are new: not
    for the hub of a worker."""
    chain.recorded.shelf.refresh()
    found = sentences(flows, chain)
    groups: dict[str, list[Sentence]] = {}
    for one in found:
        groups.setdefault(_id(one), []).append(one)
    lines = {key: _line(chain, key, several) for key, several in groups.items()}
    problems = [str(problem) for problem in chain.recorded.shelf.index.problems]
    return Inventory(lines, list(_unspoken(flows)), list(idle(found, chain)), problems)


def _line(chain: Chain, key: str, several: Sequence[Sentence]) -> Line:
    """One sentence, however many manners it is said in; it sounds when all of them do."""
    first = several[0]
    sounds = {one.sound for one in several}
    path = first.path or _file(chain, first)
    seconds = _seconds(path) if path and not first.path else first.seconds
    uses = list(dict.fromkeys(use for one in several for use in one.uses))
    sound = "" if "" in sounds else first.sound
    voices = dict.fromkeys(one.speech.manner.voice for one in several if one.speech.manner.voice)
    return Line(key, first.speech.language, first.speech.text, uses, sound, ", ".join(voices), seconds,
                path is None, first.whole, first.digest, path)  # fmt: skip


def _file(chain: Chain, one: Sentence) -> Path | None:
    """A recording that no call has needed yet."""
    return chain.recorded.shelf.path(one.recording) if one.sound == "recorded" else None


def _seconds(path: Path) -> float:
    """Of a recording that somebody may have taken away this moment."""
    try:
        return round(duration(path), 1)
    except SpeechError:
        return 0.0


def _id(one: Sentence) -> str:
    try:
        return PurePosixPath(file_name(one.speech.language, one.speech.text)).stem
    except SpeechError:
        return f"{one.speech.language}-{UNNAMED}"


def _unspoken(flows: Mapping[str, LoadedFlow]) -> list[Unspoken]:
    """What lint would find: a draft may be put in service all the same, by an older Ivory."""
    return [
        Unspoken(name, ".".join(map(str, part.path[1:] if part.path[0] == "nodes" else part.path)), language)
        for name, loaded in flows.items()
        for part in walk(loaded.flow)
        if isinstance(part.value, PromptModel | RepromptModel)
        for language in unspoken(loaded.flow.languages, part.value)
    ]
