"""Settings `calls.*`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from ivr.folders import DATA
from ivr.settings.sections.base import Section


class Calls(Section):
    """What calls may do."""

    recordings: Path = Field(
        DATA / "recordings", description="Folder of recordings; FreeSWITCH must write it."
    )
    max_steps: int = Field(1000, ge=10, description="Nodes one call may visit before it is ended as a loop.")
    guard: int = Field(
        15,
        ge=0,
        le=3600,
        description="Seconds after which a caller whom no worker looks after is sent to the fallback of the"
        " dialplan; 0: never.",
    )
    extension: str = Field("user/{address}", description="How an extension is dialled.")
    number: str = Field(
        "",
        description="How an outside number is dialled: `sofia/gateway/trunk/{address}`. Empty: not at all.",
    )
    allow: list[str] = Field(
        [], description="Prefixes of outside numbers that may be dialled, in E.164: `+86`. Empty: none."
    )
    outward_per_minute: int = Field(
        30,
        ge=1,
        le=10_000,
        description="Outside numbers that agents and orders may dial within a minute, together.",
    )
    outward_per_day: int = Field(
        2000,
        ge=1,
        le=1_000_000,
        description="Outside numbers that agents and orders may dial in a day (UTC), together.",
    )
