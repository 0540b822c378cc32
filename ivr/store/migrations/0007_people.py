"""Users, their sessions, tokens of programs, entry links, and answers that are remembered by key."""

from __future__ import annotations

from peewee import Database, IntegerField, Model, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator

from ivr.store.fields import JsonField, UtcDateTimeField


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Users(Model):
        name = TextField(primary_key=True)
        display = TextField()
        role = TextField()
        agent = TextField()
        language = TextField()
        theme = TextField()
        password = TextField()
        enabled = SmallIntegerField()
        revision = IntegerField()
        added = UtcDateTimeField()
        changed = UtcDateTimeField()
        seen = UtcDateTimeField(null=True)

        class Meta:
            database = db
            table_name = "users"

    class Sessions(Model):
        digest = TextField(primary_key=True)
        user = TextField()
        began = UtcDateTimeField()
        seen = UtcDateTimeField()
        expires = UtcDateTimeField()
        address = TextField()
        browser = TextField()

        class Meta:
            database = db
            table_name = "user_sessions"
            indexes = ((("user",), False), (("expires",), False))

    class Tokens(Model):
        id = TextField(primary_key=True)
        digest = TextField(unique=True)
        name = TextField()
        by = TextField()
        scopes = JsonField()
        added = UtcDateTimeField()
        expires = UtcDateTimeField(null=True)
        seen = UtcDateTimeField(null=True)

        class Meta:
            database = db
            table_name = "api_tokens"

    class Links(Model):
        digest = TextField(primary_key=True)
        user = TextField()
        purpose = TextField()
        expires = UtcDateTimeField()

        class Meta:
            database = db
            table_name = "entry_links"
            indexes = ((("expires",), False),)

    class Remembered(Model):
        key = TextField(primary_key=True)
        request = TextField()
        status = IntegerField()
        body = TextField()
        headers = JsonField()
        at = UtcDateTimeField()

        class Meta:
            database = db
            table_name = "idempotency_keys"
            indexes = ((("at",), False),)

    db.create_tables([Users, Sessions, Tokens, Links, Remembered])
