"""What a prompt says and for how long, before there is a caller: named prompts written out, values guessed.

`speaker` does this for one caller with their values; lint needs it of every prompt, in every language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ivr import i18n
from ivr.flow.checks import Path
from ivr.flow.phrases import estimate_seconds
from ivr.flow.prompts import (
    ANY,
    AudioItem,
    EachItem,
    PauseItem,
    PromptModel,
    RepromptModel,
    SayItem,
    ToneItem,
)
from ivr.flow.template import Template

VALUE = 1.5
"""Seconds that a value takes to say: about an amount, a date, or six digits."""

MARK = "\ufffc"
"""Stands in `Saying.words` for a value."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One item of a prompt.

    Attributes:
        path: the way to it from the prompt, as in the YAML: the language and its place in the list.
        language: that it is spoken in.
        words: its text, with `MARK` for values; empty for sounds and silence.
        seconds: how long it takes; 0 for a recorded file, whose length only the file knows.
        certain: whether every caller hears it.
        recorded: whether it is a sound file.
    """

    path: Path
    language: str
    words: str = ""
    seconds: float = 0.0
    certain: bool = True
    recorded: bool = False


def sayings(
    prompt: PromptModel | RepromptModel, default: str, named: Mapping[str, PromptModel]
) -> Iterator[list[Saying]]:
    """All items of a prompt in each of its languages; of a reprompt, after each attempt.

    Args:
        default: the language of a text that serves all languages.
        named: the flow's prompts, which a text may name.
    """
    tags = list(prompt.texts)
    if isinstance(prompt, RepromptModel):
        prompt = prompt.spelled_out(named)
        # A name that serves all languages is told of once, as its prompt is in the default one.
        tags = [i18n.pick({tag: tag for tag in prompt.texts}, default)] if ANY in tags else [*prompt.texts]
    for tag in tags:
        path: Path = (tag,) if tag != ANY else ()
        if isinstance(prompt, PromptModel):
            yield list(_said(prompt.texts[tag], tag or default, named, path))
        else:
            for attempt, each in enumerate(prompt.texts[tag]):
                yield list(_said(each, tag or default, named, (*path, attempt)))


@dataclass(frozen=True, slots=True)
class Said:
    """The sayings of a flow's prompts, each prompt's made once: several checks look at them.

    Args:
        default, named: as for `sayings`.
    """

    default: str
    named: Mapping[str, PromptModel]
    _made: dict[int, list[list[Saying]]] = field(default_factory=dict)

    def of(self, prompt: PromptModel | RepromptModel) -> list[list[Saying]]:
        """What `sayings` gives. The prompt must live as long as this does: it is known by its identity."""
        if id(prompt) not in self._made:
            self._made[id(prompt)] = list(sayings(prompt, self.default, self.named))
        return self._made[id(prompt)]


def seconds(said: Iterable[Saying]) -> float:
    """How long every caller listens at least: what is said under a condition may be left out."""
    return sum(saying.seconds for saying in said if saying.certain)


def _said(
    items: Iterable[Any],
    language: str,
    named: Mapping[str, PromptModel],
    path: Path,
    trail: tuple[str, ...] = (),
) -> Iterator[Saying]:
    for index, item in enumerate(items):
        here: Path = (*path, index)
        if isinstance(item, Template):  # nearly all are, and asking pydantic's classes first takes long
            yield from _one(item, language, named, here, trail, certain=True)
            continue
        certain = getattr(item, "when", None) is None
        match item:
            case AudioItem():
                yield Saying(here, language, certain=certain, recorded=True)
            case PauseItem():
                yield Saying(here, language, seconds=item.pause)
            case ToneItem():
                yield Saying(here, language)
            case EachItem():
                yield _text(item.say, language, here, certain=False)
            case SayItem():
                spoken = item.language or language
                yield from _one(item.say, spoken, named, here, trail, certain=certain)


def _one(
    text: Template,
    language: str,
    named: Mapping[str, PromptModel],
    path: Path,
    trail: tuple[str, ...],
    *,
    certain: bool,
) -> Iterator[Saying]:
    """A text, or the prompt that it names."""
    name = text.source
    if name not in named or not text.is_static:
        yield _text(text, language, path, certain=certain)
    elif name not in trail:
        prompt = named[name]
        tag = prompt.tag(language)
        for saying in _said(prompt.texts[tag], tag or language, named, (), (*trail, name)):
            yield replace(saying, path=path, certain=saying.certain and certain)


def _text(text: Template, language: str, path: Path, *, certain: bool) -> Saying:
    if text.is_static:
        return Saying(path, language, text.source, estimate_seconds(text.source, language), certain)
    words = "".join(part if isinstance(part, str) else MARK for part in text.parts)
    length = estimate_seconds(words.replace(MARK, " "), language) + VALUE * words.count(MARK)
    return Saying(path, language, words, length, certain)
