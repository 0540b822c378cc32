"""Calls that Ivory made, and contacts that other systems push: what each is about, and those that wait."""

from __future__ import annotations

from peewee import Database, Model, TextField
from playhouse.migrate import SchemaMigrator

from ivr.store.fields import JsonField, UtcDateTimeField


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(
        migrator.add_column("calls", "direction", TextField(null=True)),
        migrator.add_column("contacts", "subject", TextField(null=True)),
        migrator.add_column("contacts", "link", TextField(null=True)),
        migrator.add_column("contacts", "attributes", JsonField(null=True)),
    )

    class Pushed(Model):
        id = TextField(primary_key=True)
        asked = UtcDateTimeField()
        state = TextField()
        channel = TextField()
        group = TextField(null=True)
        agent = TextField(null=True)
        customer = TextField(null=True)
        number = TextField(null=True)
        subject = TextField(null=True)
        link = TextField(null=True)
        attributes = JsonField(null=True)
        expires = UtcDateTimeField(null=True)
        contact = JsonField(null=True)
        served_by = TextField(null=True)
        since = UtcDateTimeField(null=True)
        result = TextField(null=True)
        by = TextField(null=True)
        changed = UtcDateTimeField(null=True)

        class Meta:
            database = db
            table_name = "pushed"
            indexes = ((("state", "asked"), False), (("asked",), False))

    db.create_tables([Pushed])
