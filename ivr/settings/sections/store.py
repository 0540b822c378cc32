"""Settings `store.*`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from ivr.folders import DATA
from ivr.settings.sections.base import Section


class Store(Section):
    """What is kept about calls."""

    url: str = Field(
        f"sqlite:///{DATA / 'ivory.db'}",
        description="Database: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`.",
    )
    spool: Path = Field(DATA / "spool", description="Folder for records that could not be written yet.")
