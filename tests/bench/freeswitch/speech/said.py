"""What callers say, by synthetic voices, as frames of G.711: choices of a menu, digits in groups, and the
prompts that come back as an echo.

Where speech begins and ends in it is known to 10 ms, as nothing else can tell how late the answer to it was.
"""

from __future__ import annotations

import random
import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ivr.flow import yaml
from ivr.flow.phrases import filters
from ivr.speech.telephone import frames as loudness
from ivr.speech.telephone import pcm
from ivr.speech.trial.line import Samples, on_the_line
from ivr.speech.trial.speakers import Speaker, speakers
from ivr.speech.trial.speaking import speak, voice_of
from tests.bench.freeswitch.contenders.ivory_speech import FLOWS
from tests.bench.freeswitch.phone import FRAME
from tests.bench.freeswitch.sounds import FOURTH, RATE, SECOND, THIRD, Sound
from tests.freeswitch.sipp import ULAW
from tests.freeswitch.talker import encode

LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
SPEAKERS = 6
QUIET = -30.0  # dB under the loudest 10 ms: speech has not begun, or is over
GAPS = (0.1, 0.9)  # seconds between groups of digits
GROUPS = (3, 3, 4)
ECHO_SECONDS = 8.0
ECHO_TEXTS = {
    "en": "Thank you for calling. Our hours are from nine to five on working days. For your bill press one, "
    "to report an outage press two, and for all other questions please stay on the line.",
    "zh": "您好，感谢您的来电，我们的服务时间是工作日上午九点到下午五点，查询电费请按一，故障报修请按二，"
    "办理其他业务请按三，人工服务请按零，您也可以直接说出您需要的服务。",
}


@dataclass(frozen=True)
class Utterance:
    """Something to say: µ-law, whole frames; `begin` and `end` are samples. `answer` is what sounds when it
    was understood, `gaps` are the silences within, in seconds."""

    text: str
    code: bytes
    begin: int
    end: int
    answer: Sound
    speaker: str
    gaps: tuple[float, ...] = ()

    @property
    def frames(self) -> list[bytes]:
        return [self.code[at : at + FRAME] for at in range(0, len(self.code), FRAME)]

    @property
    def first(self) -> int:
        """The frame in which speech begins."""
        return self.begin // FRAME

    @property
    def last(self) -> int:
        """The frame in which it ends."""
        return (self.end - 1) // FRAME


def edges(samples: Samples) -> tuple[int, int]:
    """Where speech begins and ends, in samples, to 10 ms."""
    each = loudness(samples)
    loud = np.flatnonzero(each > each.max() * 10 ** (QUIET / 20))
    step = RATE // 100
    return int(loud[0]) * step, min(len(samples), (int(loud[-1]) + 1) * step)


def utterance(
    text: str, parts: Sequence[Samples], gaps: Sequence[float], speaker: Speaker, answer: Sound
) -> Utterance:
    """Parts with silences between them, as they come over a line, ready to be sent."""
    bare = [part[slice(*edges(part))] for part in parts]
    pieces: list[Samples] = [bare[0]]
    for gap, part in zip(gaps, bare[1:], strict=True):
        pieces += [np.zeros(round(gap * RATE), np.float32), part]
    sound = np.frombuffer(on_the_line(np.concatenate(pieces), "mu", gain=speaker.gain), "<i2")
    begin, end = edges((sound / 32768).astype(np.float32))
    code = encode(sound.astype(np.int32))
    return Utterance(
        text, code + b"\xff" * (-len(code) % FRAME), begin, end, answer, str(speaker), tuple(gaps)
    )


def known(language: str) -> list[str]:
    """The strings of digits that the flow knows."""
    return list(_flow(f"digits_{language}")["vars"]["known"])


def phrases(language: str) -> list[tuple[str, Sound]]:
    """What the menu can be told, and what sounds then."""
    options = _flow(f"menu_{language}")["nodes"]["menu"]["options"].values()
    sounds = {sound.file.removesuffix(".wav"): sound for sound in (SECOND, THIRD, FOURTH)}
    tag = LANGUAGES[language]
    return [(text, sounds[option["next"]]) for option in options for text in option["say"][tag]]


def _flow(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.parse((FLOWS / f"{name}.yaml").read_bytes(), name).data
    return data


class Repertoire:
    """All that is said in one language."""

    def __init__(self, language: str, seed: int = 1) -> None:
        tag = LANGUAGES[language]
        self.language = language
        self._people = speakers(voice_of(tag), SPEAKERS)
        self._phrases, self._known = phrases(language), known(language)
        aloud = filters(tag)["digits"]
        self._groups = {row: [aloud(part) for part in groups(row)] for row in self._known}
        texts = [text for text, _ in self._phrases]
        texts += [part for parts in self._groups.values() for part in parts]
        wanted = [(text, person) for text in dict.fromkeys(texts) for person in self._people]
        wanted += [(ECHO_TEXTS[language], person) for person in self._people[:4]]
        self._voices: Mapping[tuple[str, Speaker], Samples] = speak(wanted, tag)
        self._seed = seed

    def choices(self, count: int) -> list[Utterance]:
        """So many utterances for the menu, speaker by speaker; phrases take turns."""
        found = []
        for person, rows in self._shared(count):
            for text, sound in (self._phrases[at % len(self._phrases)] for at in rows):
                found.append(utterance(text, [self._voices[text, person]], (), person, sound))
        return found

    def digits(self, count: int, gaps: tuple[float, float] = GAPS) -> list[Utterance]:
        """So many strings of digits, speaker by speaker."""
        chance = random.Random(self._seed)
        found = []
        for person, rows in self._shared(count):
            for row in (self._known[at % len(self._known)] for at in rows):
                parts = [self._voices[part, person] for part in self._groups[row]]
                silences = [round(chance.uniform(*gaps), 2) for _ in parts[1:]]
                found.append(utterance(row, parts, silences, person, SECOND))
        return found

    def _shared(self, count: int) -> Iterator[tuple[Speaker, range]]:
        """Every speaker with the numbers of what they say."""
        for at, person in enumerate(self._people):
            yield person, range(at * count // SPEAKERS, (at + 1) * count // SPEAKERS)

    def write_prompts(self, folder: Path) -> None:
        """Put the spoken prompts into `folder`, all of `ECHO_SECONDS`."""
        for number, person in enumerate(self._people[:4]):
            voice = self._voices[ECHO_TEXTS[self.language], person]
            with wave.open(str(folder / f"echo-{self.language}-{number}.wav"), "wb") as out:
                out.setparams((1, 2, RATE, 0, "NONE", ""))
                out.writeframes(pcm(np.resize(voice, round(ECHO_SECONDS * RATE))))


def groups(row: str) -> list[str]:
    """Ten digits as people say them."""
    starts = [sum(GROUPS[:at]) for at in range(len(GROUPS))]
    return [row[start : start + size] for start, size in zip(starts, GROUPS, strict=True)]


def weaker(payload: bytes, decibels: float) -> bytes:
    """µ-law made weaker by so many dB."""
    return payload.translate(_table(decibels))


def mixed(one: bytes, other: bytes) -> bytes:
    """Two frames of µ-law that sound at once."""
    if not one.strip(b"\xff"):
        return other
    if not other.strip(b"\xff"):
        return one
    return encode(np.clip(_LEVELS[list(one)] + _LEVELS[list(other)], -32124, 32124))


@cache
def _table(decibels: float) -> bytes:
    weak = np.round(_LEVELS * 10 ** (-decibels / 20)).astype(np.int32)
    return bytes(code if level else 0xFF for code, level in zip(encode(weak), weak, strict=True))


_LEVELS: npt.NDArray[np.int32] = np.array(ULAW, dtype=np.int32)
