"""What a flow says: prompts as designers write them.

A prompt is a text, or a list that mixes texts with audio files, pauses, tones and repetitions, in one
language or in each. What becomes of it for one caller is `speaker`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo, field_validator

from ivr import i18n
from ivr.flow.template import Template
from ivr.flow.types import (
    Duration,
    Expr,
    Language,
    Model,
    Spelled,
    Text,
    VariableName,
    language_tag,
    refuse,
)

_TONES = re.compile(r"[A-Za-z0-9%(),.;=\-+ ]{1,200}")
_FILE = re.compile(r"[\w][\w .\-]*(/[\w][\w .\-]*)*", re.UNICODE)


class AudioItem(Model):
    """A recorded sound file."""

    audio: Annotated[str, Spelled("sound")] = Field(
        description="File name, relative to the sounds folder: `thanks.wav`."
    )
    when: Expr | None = Field(None, description="Only when this is true.")

    @field_validator("audio")
    @classmethod
    def _inside_the_sounds_folder(cls, name: str, info: ValidationInfo) -> str:
        if not _FILE.fullmatch(name) or ".." in name:
            raise refuse(
                "F120", f'"{name}" is not a file name', "name a file in the sounds folder: thanks.wav"
            )
        brought: dict[str, str] = (info.context or {}).get("sounds", {})
        return brought.get(name, name)


class PauseItem(Model):
    """Silence."""

    pause: Annotated[Duration, Field(gt=0, le=60)] = Field(description="How long: `500ms`.")


class ToneItem(Model):
    """A tone."""

    tone: Annotated[str, Spelled("tone")] = Field(
        description="FreeSWITCH's TGML: `%(500,0,800)` is 500 ms of 800 Hz."
    )

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
    language: Language = Field("", description="Language it is spoken in: `en-US` for an offer of English.")
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
    the last one serves all further attempts. The name of a prompt stands for what that one says: where it
    says a list, that is one text for each attempt, too."""

    texts: dict[
        str,
        Annotated[tuple[Items, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else (v,))],
    ]

    def spelled_out(self, named: Mapping[str, PromptModel]) -> RepromptModel:
        """With the list of a prompt in the place of its name; `named` are the flow's prompts."""
        texts: dict[str, tuple[Any, ...]] = {}
        for tag, attempts in self.texts.items():
            prompt = named.get(_only_name(attempts))
            own = prompt.tag(tag) if prompt and tag != ANY else ANY
            if prompt is None or i18n.base(own) not in (ANY, i18n.base(tag)):
                texts[tag] = attempts
            elif tag == ANY:
                texts |= {each: tuple((item,) for item in items) for each, items in prompt.texts.items()}
            else:
                texts[tag] = tuple((item,) for item in prompt.texts[own])
        return RepromptModel.model_construct(texts=texts)

    def attempt(self, number: int) -> PromptModel:
        """The prompt after failed attempt `number`, counted from 1."""
        texts = {tag: attempts[min(number, len(attempts)) - 1] for tag, attempts in self.texts.items()}
        return PromptModel.model_construct(texts=texts)


def _only_name(attempts: tuple[Items, ...]) -> str:
    """The text of a reprompt that is one text, as it may be the name of a prompt; else empty."""
    item = attempts[0][0] if len(attempts) == len(attempts[0]) == 1 else None
    return item.source if isinstance(item, Template) and item.is_static else ""


Prompt = Annotated[
    PromptModel,
    BeforeValidator(lambda v: v if isinstance(v, PromptModel) else _by_language(v)),
    Spelled("prompt"),
]
Reprompt = Annotated[
    RepromptModel,
    BeforeValidator(lambda v: v if isinstance(v, RepromptModel) else _by_language(v)),
    Spelled("reprompt"),
]


def flattened(texts: Iterable[Any]) -> Iterator[Any]:
    """The items of a prompt, or of all the attempts of a reprompt."""
    for each in texts:
        if isinstance(each, tuple):
            yield from each
        else:
            yield each
