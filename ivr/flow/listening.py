"""What a flow says about speech: phrases that callers may say, and how sure one must be of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, model_validator

from ivr.errors import ExpressionError
from ivr.flow.prompts import Prompt, PromptModel
from ivr.flow.spoken import SLOTS, Pattern
from ivr.flow.types import (
    Duration,
    Model,
    Spelled,
    VariableName,
    language_tag,
    refuse,
    unreadable,
)
from ivr.registry import did_you_mean

ASK_BACK = PromptModel.model_validate(
    {
        "texts": {
            "zh-CN": "{{ said }}，对吗？对请按1，不对请按2。",
            "en-US": "{{ said }}, is that right? Say yes or no, or press 1 for yes and 2 for no.",
        }
    }
)
"""What is asked where one is not sure, unless the flow says it otherwise; it sees `said`."""

KEYS_ONLY = PromptModel.model_validate(
    {
        "texts": {
            "zh-CN": "抱歉，暂时无法识别语音，请按键选择。",
            "en-US": "Sorry, I cannot understand speech at the moment. Please use the keys.",
        }
    }
)
"""What is said when there is nobody to listen, unless the flow says it otherwise."""


def _pattern(value: Any) -> Pattern:
    if isinstance(value, Pattern):
        return value
    source = str(value)
    try:
        return Pattern.parse(source)
    except ExpressionError as error:
        raise unreadable(error, source) from None


Phrase = Annotated[Pattern, BeforeValidator(_pattern), Spelled("phrase")]
"""What may be said: `[我要]查(电费|账单)`, `my {month} bill`."""


def _phrases(value: Any) -> Any:
    if not isinstance(value, dict):
        raise refuse(
            "F103", "phrases stand under the language they are in", "write {zh-CN: [账单], en-US: [my bill]}"
        )
    for tag in value:
        language_tag(str(tag))
    return {tag: each if isinstance(each, list | tuple) else [each] for tag, each in value.items()}


Phrases = Annotated[dict[str, tuple[Phrase, ...]], BeforeValidator(_phrases), Spelled("phrases")]
"""Phrases by language."""


class OneOfWords(Model):
    """A slot that takes one of a list."""

    one_of: dict[str, Phrases] = Field(
        min_length=1,
        description="The values, each with its words by language: `{gold: {en-US: [gold, golden]}}`.",
    )

    @model_validator(mode="after")
    def _words_alone(self) -> OneOfWords:
        for value, phrases in self.one_of.items():
            if any(phrase.slots for several in phrases.values() for phrase in several):
                raise refuse("F142", f'the words for "{value}" have a slot of their own', "write words alone")
        return self


def _slot(value: Any) -> Any:
    if isinstance(value, str) and value not in SLOTS:
        hint = did_you_mean(value, SLOTS) or f"write {', '.join(SLOTS)}, or one_of:"
        raise refuse("F148", f'"{value}" is no kind of slot', hint)
    return value


SlotKind = Annotated[str | OneOfWords, BeforeValidator(_slot), Spelled("slot")]
"""What a slot takes: a type by its name (`number`, `date` …), or one of a list."""

Slots = dict[VariableName, SlotKind]


class Speech(Model):
    """How speech is listened to. What is left out is as in the flow's `defaults.speech`.

    Confidence is from 0 to 1, in the recogniser's own measure.
    """

    provides: ClassVar[Mapping[str, tuple[str, ...]]] = {"ask_back": ("said",)}

    accept: float = Field(0.6, ge=0, le=1, description="Confidence from which what was said is believed.")
    confirm: float = Field(
        0.3, ge=0, le=1, description="Confidence from which callers are asked back; below it, it is no match."
    )
    silence: Annotated[Duration, Field(ge=0.2, le=5)] = Field(
        0.5, description="Silence that ends an answer which is complete."
    )
    patience: Annotated[Duration, Field(ge=0.2, le=10)] = Field(
        1.0, description="Silence that ends an answer in any case."
    )
    longest: Annotated[Duration, Field(ge=1, le=60)] = Field(
        15.0, description="After so much speech in one go the caller is asked to be brief."
    )
    ask_back: Prompt | None = Field(
        None, description="Asked between the two confidences, with `said` in it; Ivory has words of its own."
    )
    keys_only: Prompt | None = Field(
        None, description="Said once in a call when no recogniser is there; Ivory has words of its own."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Speech:
        if self.confirm > self.accept:
            message = f"asked back from {self.confirm:g} and believed from {self.accept:g} cannot both be"
            raise refuse("F130", message, "make confirm the smaller one")
        if self.patience < self.silence:
            raise refuse("F130", "`patience` is shorter than `silence`", "make patience the longer one")
        return self

    def over(self, usual: Speech) -> Speech:
        """These options, with `usual` ones where nothing was said."""
        own = {name: getattr(self, name) for name in self.model_fields_set}
        return usual.model_copy(update=own)
