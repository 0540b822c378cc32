"""The tables as they are today; how they came to be is in `migrations/`.

The models belong to no database: a query is run with `.execute(store.db)`, so that one process may have
several stores open, each in its own thread.
"""

from __future__ import annotations

from datetime import UTC, datetime

from peewee import CompositeKey, DateTimeField, ForeignKeyField, IntegerField, Model, TextField


def utc_text(when: datetime) -> str:
    """A stamp as it is stored: UTC, microseconds always there, so that text sorts as time does.

    Raises:
        ValueError: `when` is naive; nobody could say later which moment it meant.
    """
    if when.tzinfo is None:
        raise ValueError(f"naive time {when.isoformat()}: stamps are aware")
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class UtcDateTimeField(DateTimeField):
    """Aware datetimes outside, UTC without a zone inside."""

    def db_value(self, value: datetime | str | None) -> str | None:
        return utc_text(value) if isinstance(value, datetime) else value

    def python_value(self, value: datetime | str | None) -> datetime | None:
        if value is None:
            return None
        stamp = datetime.fromisoformat(value) if isinstance(value, str) else value
        return stamp.replace(tzinfo=UTC)


class Calls(Model):
    """One row a call. Everything but key and start may be missing."""

    id = TextField(primary_key=True)
    started = UtcDateTimeField()
    flow = TextField(null=True)
    version = TextField(null=True)
    ani = TextField(null=True)
    dnis = TextField(null=True)
    caller_name = TextField(null=True)
    language = TextField(null=True)
    answered = UtcDateTimeField(null=True)
    ended = UtcDateTimeField(null=True)
    hangup_cause = TextField(null=True)
    end = TextField(null=True)
    goals = TextField(null=True)
    node = TextField(null=True)

    class Meta:
        table_name = "calls"
        indexes = ((("started", "id"), False), (("flow", "started"), False))


class Steps(Model):
    """One row a visit of a node."""

    call = ForeignKeyField(Calls, column_name="call", on_delete="CASCADE", index=False)
    visit = IntegerField()
    flow = TextField(null=True)
    node = TextField(null=True)
    type = TextField(null=True)
    entered = UtcDateTimeField()
    left = UtcDateTimeField(null=True)
    outcome = TextField(null=True)
    input = TextField(null=True)
    detail = TextField(null=True)

    class Meta:
        table_name = "steps"
        primary_key = CompositeKey("call", "visit")
