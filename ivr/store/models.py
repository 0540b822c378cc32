"""The tables as they are today; how they came to be is in `migrations/`.

The models belong to no database: a query is run with `.execute(store.db)`, so that one process may have
several stores open, each in its own thread.
"""

from __future__ import annotations

from peewee import BlobField, CompositeKey, DoubleField, ForeignKeyField, IntegerField, Model, TextField

from ivr.store.fields import JsonField, UtcDateTimeField


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
    goals = JsonField(null=True)
    node = TextField(null=True)
    mos = DoubleField(null=True)
    jitter_ms = DoubleField(null=True)
    loss_percent = DoubleField(null=True)

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
    detail = JsonField(null=True)

    class Meta:
        table_name = "steps"
        primary_key = CompositeKey("call", "visit")


class Contents(Model):
    """What versions of flows consist of, each once, by its SHA-256."""

    digest = TextField(primary_key=True)
    data = BlobField()

    class Meta:
        table_name = "flow_contents"


class Versions(Model):
    """One row a version of a flow; nothing in it ever changes."""

    id = TextField(primary_key=True)
    flow = TextField()
    manifest = TextField()
    made = UtcDateTimeField()

    class Meta:
        table_name = "flow_versions"
        indexes = ((("flow", "made"), False),)


class Releases(Model):
    """The log of what serves; the key keeps two people from deciding at once."""

    flow = TextField()
    turn = IntegerField()
    kind = TextField()
    version = TextField()
    percent = IntegerField()
    at = UtcDateTimeField()
    by = TextField()
    message = TextField()
    tests = TextField()

    class Meta:
        table_name = "flow_releases"
        primary_key = CompositeKey("flow", "turn")
