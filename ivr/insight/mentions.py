"""Which part of a menu's prompt speaks of which key, and how long it takes to say.

查询电费请按1，人工服务请按0 · For billing press 1. To speak with a person press 0. · Press 1 for billing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ivr.flow.phrases import estimate_seconds
from ivr.flow.phrases.tempo import PAUSE
from ivr.flow.prompts import PauseItem, PromptModel, SayItem
from ivr.flow.template import Template
from ivr.flow.types import pressed
from ivr.i18n import base

_SENTENCE = re.compile(r"[^。.!！?？\n]+[。.!！?？\n]*")
_CLAUSE = re.compile(r"[^，,、；;：:]+[，,、；;：:]*")
_CHINESE = re.compile(r"(?:按|拨)(?:下|数字)*\s*(?P<key>[0-9]+|[零一二三四五六七八九]|井|星|[*＊#＃])")
_ENGLISH = re.compile(
    r"\b(?:press|dial|push|hit|touch)\s+(?:the\s+)?(?:number\s+|key\s+|digit\s+)?"
    r"(?P<key>[0-9]+|zero|one|two|three|four|five|six|seven|eight|nine|star|pound|hash|[*#]|[A-D]\b)",
    re.IGNORECASE,
)
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_FILLER = re.compile(r"^(?:号?键|\s*(?:key|now|or|and)\b)", re.IGNORECASE)
"""What may follow a key that comes last: 按井号键."""
_WORDS = {
    **{word: str(digit) for digit, word in enumerate("零一二三四五六七八九")},
    **{word: str(digit) for digit, word in enumerate(_NUMBERS)},
    "井": "#",
    "星": "*",
    "＊": "*",
    "＃": "#",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a prompt. `key` is the one it speaks of; empty: none, or it stays where it is whatever is
    advised. `seconds` it takes, with the pause after it."""

    text: str
    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Menuful:
    """A prompt in its clauses. `unclear` says why it cannot be told when each is heard; empty: it can."""

    clauses: tuple[Clause, ...]
    unclear: str = ""

    @property
    def seconds(self) -> float:
        """How long it takes to hear it all."""
        return sum(clause.seconds for clause in self.clauses)

    def heard(self) -> dict[str, float]:
        """For each key, after how many seconds its clause has been heard; the first time, if there are
        several."""
        at, found = 0.0, dict[str, float]()
        for clause in self.clauses:
            at += clause.seconds
            if clause.key:
                found.setdefault(clause.key, at)
        return found


def clauses(prompt: PromptModel, language: str, named: Mapping[str, PromptModel]) -> Menuful:
    """A prompt as a caller of `language` hears it; `named` are the flow's own prompts, which it may name."""
    parts: list[Clause] = []
    unclear = ""
    tag = prompt.tag(language)
    for item in prompt.texts[tag]:
        match item:
            case PauseItem():
                _pause(parts, item.pause)
                continue
            case Template():
                text, spoken = item, tag or language
            case SayItem(when=None):
                text, spoken = item.say, item.language or tag or language
            case SayItem():
                unclear = unclear or "a part of its prompt is only heard sometimes"
                continue
            case _:
                unclear = unclear or "how long its recorded sounds, tones or lists take is not known"
                continue
        if not text.is_static:
            unclear = unclear or "a part of its prompt differs from caller to caller"
        elif text.source in named:
            inner = clauses(named[text.source], language, {})
            parts += inner.clauses
            unclear = unclear or inner.unclear
        elif base(spoken) != base(language):  # an offer of another language is made to others
            parts.append(Clause(text.source, "", estimate_seconds(text.source, spoken) + PAUSE))
        else:
            parts += split(text.source, spoken)
    return Menuful(tuple(parts), unclear)


def split(text: str, language: str) -> Iterator[Clause]:
    """The clauses of a text. What belongs to a mention of a key is one with it: what leads up to it in its
    sentence (`for billing, press 1`), or what follows where the key comes first (`press 1 for billing, or
    payments`)."""
    for sentence in _SENTENCE.findall(text):
        pieces = [(piece, *_mention(piece)) for piece in _CLAUSE.findall(sentence)]
        leading = next((leads for _, key, leads in pieces if key), False)
        gathered = ""
        made: list[tuple[str, str]] = []
        for piece, key, _ in pieces:
            if key:
                made.append((gathered + piece, key))
                gathered = ""
            elif leading and made:
                made[-1] = (made[-1][0] + piece, made[-1][1])
            else:
                gathered += piece
        if gathered:
            made.append((gathered, ""))
        for words, key in made:
            if seconds := estimate_seconds(words, language):
                yield Clause(words.strip(), key, seconds + PAUSE)


def _mention(piece: str) -> tuple[str, bool]:
    """The key that a piece speaks of, and whether it leads: what it is for comes after it."""
    found = _CHINESE.search(piece) or _ENGLISH.search(piece)
    if not found:
        return "", False
    key = found["key"].lower()
    return pressed(_WORDS.get(key, key)), any(map(str.isalnum, _FILLER.sub("", piece[found.end() :])))


def _pause(parts: list[Clause], seconds: float) -> None:
    """Silence belongs to what was said before it."""
    if parts:
        parts[-1] = replace(parts[-1], seconds=parts[-1].seconds + seconds)
    else:
        parts.append(Clause("", "", seconds))
