"""From a prompt to the pieces of sound that one caller hears.

A sentence with values in it is cut, so that its constant parts are rendered long before the first call and
only the values at call time.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from ivr.call import PLAIN, Audio, Manner, Piece, Silence, Speech, Tone
from ivr.errors import ExpressionError
from ivr.flow.expressions import Expression
from ivr.flow.prompts import (
    AudioItem,
    EachItem,
    PauseItem,
    PromptModel,
    RepromptModel,
    SayItem,
    ToneItem,
    flattened,
)
from ivr.flow.template import Template
from ivr.flow.values import Unspeakable, failure, is_number, kind
from ivr.flow.values import text as as_text

MAX_REPEATS = 50  # items of a list that are read to a caller; nobody listens to more


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A text that is still to be put into words, by whom, and with which values."""

    text: Template
    speaker: Speaker
    scope: Mapping[str, Any]


def plain(_language: str) -> Manner:
    """Every language as the settings have it."""
    return PLAIN


@dataclass(frozen=True)
class Speaker:
    """All that a prompt needs to become sound for one caller at one moment.

    `scope` and `functions` are what expressions see; `filters` gives those of a language; `named` are the
    flow's own prompts, which a text may name; `manner` is how it sounds in a language.
    """

    language: str
    scope: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    filters: Callable[[str], Mapping[str, Callable[..., Any]]]
    named: Mapping[str, PromptModel]
    manner: Callable[[str], Manner] = plain

    def pieces(self, prompt: PromptModel) -> tuple[list[Piece], list[ExpressionError]]:
        """What is heard, and what could not be said: a value that fails costs its sentence, not the call."""
        pieces: list[Piece] = []
        errors: list[ExpressionError] = []
        self._prompt(prompt, (), pieces, errors)
        return pieces, errors

    def _prompt(
        self,
        prompt: PromptModel,
        trail: tuple[str, ...],
        pieces: list[Piece],
        errors: list[ExpressionError],
    ) -> None:
        """Add what `prompt` says; `trail` are the named prompts it stands in."""
        tag = prompt.tag(self.language)
        # A text that there is in another language only is spoken in that one, its numbers too.
        speaker = replace(self, language=tag) if tag else self
        for item in prompt.texts[tag]:
            try:
                parts = speaker._parts(item)
            except ExpressionError as error:
                errors.append(error)
                continue
            for part in parts:
                if not isinstance(part, _Sentence):
                    pieces.append(part)
                elif (name := part.text.source) in self.named and part.text.is_static:
                    if name in trail:
                        errors.append(failure("F220", f'the prompt "{name}" names itself'))
                    else:
                        part.speaker._prompt(self.named[name], (*trail, name), pieces, errors)
                else:
                    try:
                        pieces += part.speaker._words(part.text, part.scope)
                    except ExpressionError as error:
                        errors.append(error)

    def _parts(self, item: Any) -> list[Piece | _Sentence]:
        """What an item consists of now; nothing when its condition is false."""
        when = getattr(item, "when", None)
        if when is not None and not self._value(when):
            return []
        match item:
            case AudioItem():
                return [Audio(item.audio)]
            case PauseItem():
                return [Silence(item.pause)]
            case ToneItem():
                return [Tone(item.tone)]
            case SayItem():
                speaker = replace(self, language=item.language) if item.language else self
                return [_Sentence(item.say, speaker, self.scope)]
            case EachItem():
                values = self._value(item.each)
                if values is not None and not isinstance(values, list | tuple):
                    raise failure("E012", f"each: {kind(values)} stands where a list is needed")
                return [
                    _Sentence(item.say, self, {**self.scope, item.as_: value})
                    for value in (values or ())[:MAX_REPEATS]
                ]
        return [_Sentence(item, self, self.scope)]

    def _value(self, expression: Expression) -> Any:
        return expression.evaluate(self.scope, self.functions, self.filters(self.language))

    def _words(self, text: Template, scope: Mapping[str, Any]) -> list[Piece]:
        filters = self.filters(self.language)
        segments = text.segments(scope, self.functions, filters, lambda value: spoken(value, filters))
        pieces: list[Speech] = []
        after_value = False
        for words, fresh in segments:
            if after_value and not fresh:
                closing, words = _closing(words)
                if pieces and pieces[-1].fresh:
                    pieces[-1] = replace(pieces[-1], text=pieces[-1].text + closing)
            if any(map(str.isalnum, words)):
                pieces.append(Speech(words.strip(), self.language, fresh, self.manner(self.language)))
            after_value = fresh
        return list(pieces)


def spoken(value: Any, filters: Mapping[str, Callable[..., Any]]) -> str:
    """A bare value as words: texts as they are, numbers, dates and lists as the language says them.

    Raises:
        ExpressionError: for a mapping, which nobody can say.
    """
    kinds = {datetime: "datetime", date: "date", time: "time", list: "list", tuple: "list"}
    name = "number" if is_number(value) else kinds.get(type(value), "")
    if name:
        try:
            return str(filters[name](value))
        except Unspeakable as error:
            failed = failure("E014", f"{kind(value)} that cannot be said: it is not {error.expected}")
            failed.revealing = str(error)
            raise failed from None
        except (KeyError, ValueError):
            raise failure("E014", f"{kind(value)} that cannot be said") from None
    return as_text(value)


def constant_speech(
    prompt: PromptModel | RepromptModel,
    languages: Sequence[str],
    named: Collection[str] = (),
    manner: Callable[[str], Manner] = plain,
) -> Iterator[Speech]:
    """Every sentence, or part of one, of a prompt that is known before any call comes.

    Args:
        languages: those of the flow, for texts that serve all.
        named: names of the flow's prompts; a text that is one of them is not said itself.
        manner: how the flow sounds in a language.
    """
    return (speech for speech, _ in constant_parts(prompt, languages, named, manner))


def constant_parts(
    prompt: PromptModel | RepromptModel,
    languages: Sequence[str],
    named: Collection[str] = (),
    manner: Callable[[str], Manner] = plain,
) -> Iterator[tuple[Speech, Template]]:
    """As `constant_speech`, each with the text it stands in."""
    for tag, texts in prompt.texts.items():
        for item in flattened(texts):
            text = item if isinstance(item, Template) else getattr(item, "say", None)
            if text is None or (text.is_static and text.source in named):
                continue
            own = getattr(item, "language", "") or tag
            for index, part in enumerate(text.parts):
                if isinstance(part, str):
                    words = _closing(part)[1] if index else part
                    if any(map(str.isalnum, words)):
                        for language in [own] if own else languages:
                            yield Speech(words.strip(), language, manner=manner(language)), text


def _closing(words: str) -> tuple[str, str]:
    """The punctuation that `words` begin with, and the rest. It belongs to the value before it: a sentence's
    end is heard in its last word."""
    end = 0
    while end < len(words) and unicodedata.category(words[end]) in ("Po", "Pe", "Pf"):
        end += 1
    return words[:end], words[end:]
