"""Published versions of flows, and which of them serves."""

from __future__ import annotations

from peewee import BlobField, CompositeKey, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator

from ivr.store.fields import UtcDateTimeField


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Contents(Model):
        digest = TextField(primary_key=True)
        data = BlobField()

        class Meta:
            database = db
            table_name = "flow_contents"

    class Versions(Model):
        id = TextField(primary_key=True)
        flow = TextField()
        manifest = TextField()
        made = UtcDateTimeField()

        class Meta:
            database = db
            table_name = "flow_versions"
            indexes = ((("flow", "made"), False),)

    class Releases(Model):
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
            database = db
            table_name = "flow_releases"
            primary_key = CompositeKey("flow", "turn")

    db.create_tables([Contents, Versions, Releases])
