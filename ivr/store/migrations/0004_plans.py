"""The routing plan: skill groups and agents, as a log of turns."""

from __future__ import annotations

from peewee import Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator

from ivr.store.fields import UtcDateTimeField


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Plans(Model):
        turn = IntegerField(primary_key=True)
        text = TextField()
        at = UtcDateTimeField()
        by = TextField()
        message = TextField()

        class Meta:
            database = db
            table_name = "routing_plans"

    db.create_tables([Plans])
