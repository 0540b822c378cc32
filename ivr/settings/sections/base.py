"""What every section of the settings is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Fields with a type, a default and a description; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
