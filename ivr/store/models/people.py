"""Those who sign in, and what they show to be let in. Of every secret only a digest is kept."""

from __future__ import annotations

from peewee import IntegerField, Model, SmallIntegerField, TextField

from ivr.store.fields import JsonField, UtcDateTimeField


class Users(Model):
    """One row a person."""

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
        table_name = "users"


class Sessions(Model):
    """One row a browser that somebody is signed in with."""

    digest = TextField(primary_key=True)
    user = TextField()
    began = UtcDateTimeField()
    seen = UtcDateTimeField()
    expires = UtcDateTimeField()
    address = TextField()
    browser = TextField()

    class Meta:
        table_name = "user_sessions"
        indexes = ((("user",), False), (("expires",), False))


class Tokens(Model):
    """One row a program that may ask the API."""

    id = TextField(primary_key=True)
    digest = TextField(unique=True)
    name = TextField()
    by = TextField()
    scopes = JsonField()
    added = UtcDateTimeField()
    expires = UtcDateTimeField(null=True)
    seen = UtcDateTimeField(null=True)

    class Meta:
        table_name = "api_tokens"


class Links(Model):
    """One row a link that lets somebody in once."""

    digest = TextField(primary_key=True)
    user = TextField()
    purpose = TextField()
    expires = UtcDateTimeField()

    class Meta:
        table_name = "entry_links"
        indexes = ((("expires",), False),)


class Remembered(Model):
    """One row a request that was done and may come again: its answer."""

    key = TextField(primary_key=True)
    request = TextField()
    status = IntegerField()
    body = TextField()
    headers = JsonField()
    at = UtcDateTimeField()

    class Meta:
        table_name = "idempotency_keys"
        indexes = ((("at",), False),)
