"""Numbers and calendars as an admin binds them, and the count of changes to them."""

from __future__ import annotations

from peewee import Database, IntegerField, Model, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator

from ivr.store.fields import JsonField, UtcDateTimeField


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Dids(Model):
        number = TextField(primary_key=True)
        flow = TextField()
        language = TextField()
        note = TextField()
        enabled = SmallIntegerField()
        wished = SmallIntegerField()
        revision = IntegerField()
        changed = UtcDateTimeField()
        by = TextField()

        class Meta:
            database = db
            table_name = "dids"

    class Calendars(Model):
        name = TextField(primary_key=True)
        hours = JsonField(null=True)
        note = TextField()
        forced = TextField(null=True)
        until = UtcDateTimeField(null=True)
        reason = TextField(null=True)
        revision = IntegerField()
        changed = UtcDateTimeField()
        by = TextField()

        class Meta:
            database = db
            table_name = "calendars"

    class Turns(Model):
        id = SmallIntegerField(primary_key=True)
        turn = IntegerField()

        class Meta:
            database = db
            table_name = "binding_turns"

    db.create_tables([Dids, Calendars, Turns])
    Turns.insert(id=1, turn=0).execute()
