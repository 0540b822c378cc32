"""Settings `asr.*`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from ivr.folders import DATA
from ivr.settings.sections.base import Section


class Asr(Section):
    """What callers say, as words."""

    engines: list[str] = Field(
        ["vosk", "pocketsphinx"],
        description="Engines of the group `ivr.asr` that are tried, in this order; those that do not know the"
        " language are passed over. Empty: nobody listens.",
    )
    models: dict[str, Path] = Field(
        {},
        description="Folder of the model with which `vosk` understands a language:"
        " `zh-CN: /srv/models/vosk-model-small-cn-0.22`.",
    )
    vosk_servers: dict[str, str] = Field(
        {}, description="For `vosk_server`, the server that understands a language: `zh-CN: ws://asr:2700`."
    )
    http_servers: dict[str, str] = Field(
        {},
        description="For `http`, the service that understands a language: `en-US: https://asr.example/v1`.",
    )
    token: SecretStr = Field(SecretStr(""), description="Bearer token that servers are shown.")
    ca_file: str = Field(
        "", description="PEM file of the authorities that vouch for servers; the public ones when empty."
    )
    deadline: float = Field(
        3.0, gt=0, le=60, description="Seconds after its end by which an utterance must be understood."
    )
    processes: int = Field(
        2, ge=1, le=32, description="Processes for each engine and language; each loads the model anew."
    )
    utterances: int = Field(12, ge=1, le=200, description="Utterances that one process hears at once.")
    memory: int = Field(
        0, ge=0, description="Megabytes of address space a process may take; 0: as much as there is."
    )
    run: Path = Field(
        DATA / "ears",
        description="Folder through which callers' audio comes; FreeSWITCH must be able to write into it.",
    )
    sip: str = Field(
        "",
        pattern=r"^(|(\d{1,3}\.){3}\d{1,3}:\d{1,5})$",
        description="For a FreeSWITCH on another host: the address and UDP port here that it calls by SIP to"
        " bring callers' audio, `10.0.0.5:5090`. Empty: through the folder.",
    )
    sip_dial: str = Field(
        "sofia/internal/{address}", description="How FreeSWITCH calls that address; its SIP profile."
    )
    vad: int = Field(
        2, ge=0, le=3, description="How sure webrtcvad must be of a voice: 0 hears all, 3 the least noise."
    )
    onset: float = Field(
        0.08, ge=0.04, le=0.5, description="Seconds of voice with which a caller begins to speak."
    )
