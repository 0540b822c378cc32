"""How a flow sounds: the `voices` of its head, for each of its languages.

Which engine speaks is the deployment's business; a flow may say which of its voices, how fast and how high.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from ivr import i18n
from ivr.call import PLAIN, Manner
from ivr.flow.types import Duration, Language, Model, Spelled, kind_of, language_tag, refuse

# A letter or digit first: a program that is given the name as an argument must not take it for an option.
_NAME = re.compile(r"[^\W_][\w .+/:()\-]{0,99}")


def _name(value: Any) -> str:
    text = str(value) if type(value) in (str, int) else ""
    if not _NAME.fullmatch(text):
        hint = "`ivr prompt voices` lists those there are"
        raise refuse("F139", f"{kind_of(value)} cannot be the name of a voice", hint)
    return text


VoiceName = Annotated[str, BeforeValidator(_name), Spelled("voice")]
"""What an engine calls one of its voices."""


class VoiceModel(Model):
    """The voice of one language. What is left out is as the settings `speech` have it."""

    model_config = ConfigDict(json_schema_extra={"x-short": "voice"})

    voice: VoiceName = Field(
        "", description="The voice, as its engine calls it: `cmn+f3`. `ivr prompt voices` lists them."
    )
    rate: int | None = Field(None, ge=60, le=400, description="Words a minute; 150 to 180 is usual.")
    pitch: int | None = Field(None, ge=1, le=99, description="How high it is; 50 is as the voice is made.")
    pause: Annotated[Duration, Field(gt=0, le=5)] | None = Field(
        None, description="Silence between two sentences: `400ms`."
    )

    @property
    def manner(self) -> Manner:
        """The same for a call."""
        return Manner(self.voice, self.rate or 0, self.pitch or 0, self.pause or 0.0)


def _voices(value: Any) -> Any:
    """`en-US: en-gb-x-rp` is short for `en-US: {voice: en-gb-x-rp}`."""
    if not isinstance(value, dict):
        return value
    for tag in value:
        language_tag(str(tag))
    whole = (dict, VoiceModel)
    return {tag: each if isinstance(each, whole) else {"voice": each} for tag, each in value.items()}


Voices = Annotated[dict[Language, VoiceModel], BeforeValidator(_voices)]
"""Voices by language."""


def manner(voices: Mapping[str, VoiceModel], language: str) -> Manner:
    """How `language` is spoken: as its tag says, else as the same language of another region."""
    same = (tag for tag in voices if i18n.base(tag) == i18n.base(language))
    tag = language if language in voices else next(same, "")
    return voices[tag].manner if tag else PLAIN
