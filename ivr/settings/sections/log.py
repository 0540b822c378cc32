"""Settings `log.*`."""

from __future__ import annotations

from pydantic import Field

from ivr.settings.sections.base import Section


class Log(Section):
    """Logs, on stderr."""

    level: str = Field(
        "info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error."
    )
    format: str = Field("text", pattern="^(text|json)$", description="text or json.")
    numbers: str = Field(
        "full",
        pattern="^(full|masked)$",
        description="full, or masked: only the last three digits of callers' and called numbers.",
    )
