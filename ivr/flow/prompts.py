"""What a flow says: prompts as designers write them, and the pieces of sound they become for one caller.

A prompt is a text, or a list that mixes texts with audio files, pauses, tones and repetitions, in one
language or in each. A sentence with values in it is cut, so that its constant parts are rendered long
before the first call and only the values at call time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator

from ivr import i18n
from ivr.call import Audio, Piece, Silence, Speech, Tone
from ivr.errors import ExpressionError
from ivr.flow.template import Template
from ivr.flow.types import Duration, Expr, Model, Text, VariableName, refuse

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


def _by_language(value: Any) -> Any:
    if isinstance(value, dict) and value and all(i18n.is_tag(str(key)) for key in value):
        return {"texts": value}
    if value is None or value == {} or value == []:
        raise refuse("F122", "this prompt says nothing", "leave it out, or write what is to be said")
    return {"texts": {ANY: value}}


class PromptModel(Model):
    """What is said, by language; the key is empty where one text serves all."""

    texts: dict[str, Items]

    def items(self, language: str) -> tuple[Any, ...]:
        return i18n.pick(self.texts, language)


class RepromptModel(Model):
    """What is said after each failed attempt, by language: the first text after the first, and so on;
    the last one serves all further attempts."""

    texts: dict[
        str,
        Annotated[tuple[Items, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else (v,))],
    ]

    def attempt(self, number: int) -> PromptModel:
        """The prompt after failed attempt `number`, counted from 1."""
        return PromptModel(
            texts={tag: texts[min(number, len(texts)) - 1] for tag, texts in self.texts.items()}
        )


Prompt = Annotated[
    PromptModel, BeforeValidator(lambda v: v if isinstance(v, PromptModel) else _by_language(v))
]
Reprompt = Annotated[
    RepromptModel, BeforeValidator(lambda v: v if isinstance(v, RepromptModel) else _by_language(v))
]


# From a prompt to pieces of sound ---------------------------------------------------------------------


@dataclass(frozen=True)
class Speaker:
    """All that a prompt needs to become sound for one caller at one moment.

    `named` are the flow's own prompts, which a text may name; `scope`, `functions` and `filters` are what
    expressions see; `words` says a bare value aloud.
    """

    language: str
    scope: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    filters: Mapping[str, Callable[..., Any]]
    words: Callable[[Any], str]
    named: Mapping[str, PromptModel]

    def pieces(self, prompt: PromptModel) -> tuple[list[Piece], list[ExpressionError]]:
        """What is heard, and what could not be said: a value that fails costs its sentence, not the call."""
        pieces: list[Piece] = []
        errors: list[ExpressionError] = []
        for item in prompt.items(self.language):
            try:
                pieces.extend(self._item(item))
            except ExpressionError as error:
                errors.append(error)
        return pieces, errors

    def _item(self, item: Any) -> Iterator[Piece]:
        if getattr(item, "when", None) is not None and not item.when.evaluate(
            self.scope, self.functions, self.filters
        ):
            return
        if isinstance(item, Template):
            yield from self._text(item, self.scope)
        elif isinstance(item, SayItem):
            speaker = replace(self, language=item.language) if item.language else self
            yield from speaker._text(item.say, self.scope)
        elif isinstance(item, AudioItem):
            yield Audio(item.audio)
        elif isinstance(item, PauseItem):
            yield Silence(item.pause)
        elif isinstance(item, ToneItem):
            yield Tone(item.tone)
        elif isinstance(item, EachItem):
            values = item.each.evaluate(self.scope, self.functions, self.filters)
            for value in list(values or [])[:MAX_REPEATS]:
                yield from self._text(item.say, {**self.scope, item.as_: value})

    def _text(self, text: Template, scope: Mapping[str, Any]) -> list[Piece]:
        if text.is_static and (prompt := self.named.get(text.source)):
            return [piece for item in prompt.items(self.language) for piece in self._item(item)]
        segments = text.segments(scope, self.functions, self.filters, self.words)
        return [
            Speech(words.strip(), self.language, fresh)
            for words, fresh in segments
            if any(map(str.isalnum, words))
        ]


def constant_speech(prompt: PromptModel | RepromptModel, languages: tuple[str, ...]) -> Iterator[Speech]:
    """Every sentence, or part of one, of a prompt that is known before any call comes."""
    for tag, texts in prompt.texts.items():
        items = texts if isinstance(prompt, PromptModel) else [item for attempt in texts for item in attempt]
        for item in items:
            text = item if isinstance(item, Template) else getattr(item, "say", None)
            if text is None:
                continue
            for part in text.parts:
                if isinstance(part, str) and any(map(str.isalnum, part)):
                    own = getattr(item, "language", "") or tag
                    for language in [own] if own else languages:
                        yield Speech(part.strip(), language)
