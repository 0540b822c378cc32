"""Kinds of values that several resources are asked for by, each checked the same way everywhere."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BeforeValidator, Field, TypeAdapter

from ivr.web.api.endpoint import In

_READS: Final = TypeAdapter(AwareDatetime)


def _read(value: Any) -> Any:
    """A moment that is written as one. Bare figures are refused: nobody could say whether they are seconds,
    milliseconds or a year."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or re.fullmatch(r"[-+]?[0-9.]+", value):
        raise ValueError("write a moment as 2026-03-02T09:30:00Z")
    return _READS.validate_python(value)


PLAIN: Final = r"^[^\x00-\x1f\x7f]*$"

Key = Annotated[str, Field(min_length=1, max_length=255, pattern=PLAIN)]
"""The id of a call, a contact, a customer."""
Instant = Annotated[AwareDatetime, BeforeValidator(_read)]
"""A moment as ISO 8601 has it, with its offset from UTC."""
Text = Annotated[str, Field(max_length=200, pattern=PLAIN)]
"""A few words, on one line."""


class Page(In):
    """Which part of a list: the latest first, in pages."""

    since: Instant | None = Field(None, description="From this moment on.")
    until: Instant | None = Field(None, description="Before this moment.")
    limit: int = Field(50, ge=1, le=500, description="How many at most.")
    before: Text = Field("", description="The `next` of the page before this one.")
