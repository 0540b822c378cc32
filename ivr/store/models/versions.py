"""Published versions of flows, and which of them serves."""

from __future__ import annotations

from peewee import BlobField, CompositeKey, IntegerField, Model, TextField

from ivr.store.fields import UtcDateTimeField


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
