"""What a flow says: prompts as designers write them, and the pieces of sound they become for one caller.

A prompt is a text, or a list that mixes texts with audio files, pauses, tones and repetitions, in one
language or in each. A sentence with values in it is cut, so that its constant parts are rendered long
before the first call and only the values at call time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator

from ivr import i18n
from ivr.call import Audio, Piece, Silence, Speech, Tone
from ivr.errors import ExpressionError
from ivr.flow.expressions import Expression
from ivr.flow.template import Template
from ivr.flow.types import Duration, Expr, Model, Text, VariableName, language_tag, refuse
from ivr.flow.values import failure, is_number, kind
from ivr.flow.values import text as as_text

MAX_REPEATS = 50  # items of a list that are read to a caller; nobody listens to more
_TONES = re.compile(r"[A-Za-z0-9%(),.;=\-+ ]{1,200}")
_FILE = re.compile(r"[\w][\w .\-]*(/[\w][\w .\-]*)*", re.UNICODE)


class AudioItem(Model):
    """A recorded sound file."""

    audio: str = Field(description="File name, relative to the sounds folder: `thanks.wav`.")
    when: Expr | None = Field(None, description="Only when this is true.")

    @field_validator("audio")
    @classmethod
    def _inside_the_sounds_folder(cls, name: str) -> str:
        if not _FILE.fullmatch(name) or ".." in name:
            raise refuse(
                "F120", f'"{name}" is not a file name', "name a file in the sounds folder: thanks.wav"
            )
        return name


class PauseItem(Model):
    """Silence."""

    pause: Annotated[Duration, Field(gt=0, le=60)] = Field(description="How long: `500ms`.")


class ToneItem(Model):
    """A tone."""

    tone: str = Field(description="FreeSWITCH's TGML: `%(500,0,800)` is 500 ms of 800 Hz.")

    @field_validator("tone")
    @classmethod
    def _tgml(cls, spec: str) -> str:
        if not _TONES.fullmatch(spec) or "loops=-1" in spec.replace(" ", ""):
            raise refuse(
                "F121", f'"{spec}" is not a tone', "write %(milliseconds on, milliseconds off, hertz)"
            )
        return spec


class SayItem(Model):
    """A text under a condition, or in another language than the call's."""

    say: Text = Field(description="The text.")
    language: str = Field("", description="Language it is spoken in: `en-US` for an offer of English.")
    when: Expr | None = Field(None, description="Only when this is true.")

    @field_validator("language")
    @classmethod
    def _a_language(cls, tag: str) -> str:
        return language_tag(tag)


class EachItem(Model):
    """A text for each item of a list."""

    each: Expr = Field(description="The list.")
    as_: VariableName = Field("item", alias="as", description="The name an item has in the text.")
    say: Text = Field(description="The text for one item.")


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        for key in ("audio", "pause", "tone", "each"):
            if key in value:
                return key
        return "say"
    return "text"


Item = Annotated[
    Annotated[Text, Tag("text")]
    | Annotated[AudioItem, Tag("audio")]
    | Annotated[PauseItem, Tag("pause")]
    | Annotated[ToneItem, Tag("tone")]
    | Annotated[EachItem, Tag("each")]
    | Annotated[SayItem, Tag("say")],
    Discriminator(_kind),
]

Items = Annotated[
    tuple[Item, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list | tuple) else (v,))
]

ANY = ""  # the key of a text that is the same in every language


_OPTIONS = {"say", "when", "language", "audio", "pause", "tone", "each", "as"}
_TAG_LIKE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,4})*")


def _by_language(value: Any) -> Any:
    if value is None or value in ({}, [], ""):
        raise refuse("F122", "this prompt says nothing", "leave it out, or write what is to be said")
    if isinstance(value, dict):
        tags = [str(key) for key in value if key not in _OPTIONS and _TAG_LIKE.fullmatch(str(key))]
        if tags:
            for key in value:
                language_tag(str(key))
            return {"texts": value}
    return {"texts": {ANY: value}}


class PromptModel(Model):
    """What is said, by language; the key is empty where one text serves all."""

    texts: dict[str, Items]

    def tag(self, language: str) -> str:
        """The language of the text that serves a caller of `language` best."""
        return i18n.pick({tag: tag for tag in self.texts}, language)


class RepromptModel(Model):
    """What is said after each failed attempt, by language: the first text after the first, and so on;
    the last one serves all further attempts."""

    texts: dict[
        str,
        Annotated[tuple[Items, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else (v,))],
    ]

    def attempt(self, number: int) -> PromptModel:
        """The prompt after failed attempt `number`, counted from 1."""
        texts = {tag: attempts[min(number, len(attempts)) - 1] for tag, attempts in self.texts.items()}
        return PromptModel.model_construct(texts=texts)


Prompt = Annotated[
    PromptModel, BeforeValidator(lambda v: v if isinstance(v, PromptModel) else _by_language(v))
]
Reprompt = Annotated[
    RepromptModel, BeforeValidator(lambda v: v if isinstance(v, RepromptModel) else _by_language(v))
]


# From a prompt to pieces of sound ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A text that is still to be put into words, by whom, and with which values."""

    text: Template
    speaker: Speaker
    scope: Mapping[str, Any]


@dataclass(frozen=True)
class Speaker:
    """All that a prompt needs to become sound for one caller at one moment.

    `scope` and `functions` are what expressions see; `filters` gives those of a language; `named` are the
    flow's own prompts, which a text may name.
    """

    language: str
    scope: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    filters: Callable[[str], Mapping[str, Callable[..., Any]]]
    named: Mapping[str, PromptModel]

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
        return [
            Speech(words.strip(), self.language, fresh)
            for words, fresh in segments
            if any(map(str.isalnum, words))
        ]


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
        except (KeyError, ValueError) as error:
            raise failure("E014", f"{kind(value)} that cannot be said", str(error)) from None
    return as_text(value)


def constant_speech(
    prompt: PromptModel | RepromptModel, languages: Sequence[str], named: Collection[str] = ()
) -> Iterator[Speech]:
    """Every sentence, or part of one, of a prompt that is known before any call comes.

    Args:
        languages: those of the flow, for texts that serve all.
        named: names of the flow's prompts; a text that is one of them is not said itself.
    """
    for tag, texts in prompt.texts.items():
        items = texts if isinstance(prompt, PromptModel) else [item for attempt in texts for item in attempt]
        for item in items:
            text = item if isinstance(item, Template) else getattr(item, "say", None)
            if text is None or (text.is_static and text.source in named):
                continue
            own = getattr(item, "language", "") or tag
            for part in text.parts:
                if isinstance(part, str) and any(map(str.isalnum, part)):
                    for language in [own] if own else languages:
                        yield Speech(part.strip(), language)
