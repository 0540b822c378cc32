"""Settings `flows.*`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from ivr.folders import DATA
from ivr.settings.sections.base import Section


class Flows(Section):
    """Where flows and their sounds are, and which serve."""

    dir: Path = Field(Path("flows"), description="Folder of the flows, one YAML file each.")
    sounds: Path = Field(Path("flows/sounds"), description="Folder that `audio:` names are relative to.")
    reload_after: float = Field(
        1.0, gt=0, description="Seconds after which an edited flow, or one that was published, is noticed."
    )
    published: Path = Field(
        DATA / "published",
        description="Folder of published versions and their sounds, made from the store; FreeSWITCH must read"
        " it too.",
    )
    drafts: bool = Field(
        True, description="Whether a flow that was never published serves callers as its file is."
    )
