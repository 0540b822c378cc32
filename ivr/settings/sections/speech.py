"""Settings `speech.*`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from ivr.folders import CACHE
from ivr.settings.sections.base import Section


class Speech(Section):
    """Text to sound."""

    engine: str = Field("pyttsx3", description="Engine of the group `ivr.tts` that speaks.")
    fallback: list[str] = Field([], description="Engines that are tried, in this order, when it fails.")
    command: str = Field(
        "",
        description="For the engine `command`: a command line with {text_file}, {wav}, {language}, {voice}.",
    )
    url: str = Field("", description="For the engine `http`: the URL that sentences are posted to.")
    token: SecretStr = Field(
        SecretStr(""), description="For the engine `http`: the bearer token that the server is shown."
    )
    ca_file: str = Field(
        "",
        description="For the engine `http`: PEM file of the authorities that vouch for the server; the public"
        " ones when empty.",
    )
    voices: dict[str, str] = Field(
        {},
        description="Voice for a language, `zh-CN: cmn`, or of one engine for it, `http/zh-CN: xiaoxiao`; the"
        " engine's default else.",
    )
    rate: int = Field(170, ge=60, le=400, description="Words a minute.")
    pitch: int = Field(50, ge=1, le=99, description="How high the voice is; 50: as it is made.")
    pause: float = Field(
        0.0, ge=0, le=5, description="Seconds of silence between two sentences; 0: as the engine makes it."
    )
    recorded: Path = Field(
        Path("flows/recorded"),
        description="Folder of sentences that somebody has recorded; they are played instead of a voice.",
    )
    deadline: float = Field(15.0, gt=0, description="Seconds a sentence may take before it is given up.")
    workers: int = Field(2, ge=1, le=32, description="Sentences that are rendered at the same time.")
    cache: Path = Field(
        CACHE / "prompts", description="Folder of rendered sentences; FreeSWITCH must read it too."
    )
