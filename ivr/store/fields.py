"""Types of columns that databases call by different names; each kind of store says in its file
what they are there.

Models and migrations share them; what one is on a kind that is in use never changes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from peewee import DateTimeField, TextField


def utc_text(when: datetime) -> str:
    """A stamp as it is stored: UTC, microseconds always there, so that text sorts as time does.

    Raises:
        ValueError: `when` is naive; nobody could say later which moment it meant.
    """
    if when.tzinfo is None:
        raise ValueError(f"naive time {when.isoformat()}: stamps are aware")
    if when.tzinfo is UTC:  # as most are
        return when.isoformat(" ", "microseconds")[:-6]
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class UtcDateTimeField(DateTimeField):
    """Aware datetimes outside; inside UTC without a zone, or what the database has for moments."""

    field_type = "MOMENT"

    def db_value(self, value: datetime | str | None) -> str | None:
        return utc_text(value) if isinstance(value, datetime) else value

    def python_value(self, value: datetime | str | None) -> datetime | None:
        if value is None:
            return None
        stamp = datetime.fromisoformat(value) if isinstance(value, str) else value
        return stamp.astimezone(UTC) if stamp.tzinfo else stamp.replace(tzinfo=UTC)


class JsonField(TextField):
    """A JSON list or object. Written as text; read as what it holds."""

    field_type = "DOCUMENT"

    def db_value(self, value: str | None) -> str | None:
        return value

    def python_value(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value
