"""Webhooks: endpoints and what waits for them, sources and what they posted."""

from __future__ import annotations

from peewee import BigIntegerField, CompositeKey, Database, IntegerField, Model, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator

from ivr.store.fields import JsonField, UtcDateTimeField


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Events(Model):
        id = TextField(primary_key=True)
        seq = BigIntegerField()
        type = TextField()
        at = UtcDateTimeField()
        stream = TextField()
        call = TextField(null=True)
        contact = TextField(null=True)
        flow = TextField(null=True)
        group = TextField(null=True)
        data = JsonField(null=True)
        taken = UtcDateTimeField(null=True)
        body = TextField(null=True)

        class Meta:
            database = db
            table_name = "webhook_events"
            indexes = ((("taken", "seq"), False),)

    class Endpoints(Model):
        id = TextField(primary_key=True)
        url = TextField()
        events = JsonField()
        flows = JsonField()
        groups = JsonField()
        secrets = JsonField()
        description = TextField()
        pop = TextField()
        enabled = SmallIntegerField()
        reason = TextField()
        failing = UtcDateTimeField(null=True)
        trouble = TextField()
        revision = IntegerField()
        created = UtcDateTimeField()
        changed = UtcDateTimeField()
        by = TextField()

        class Meta:
            database = db
            table_name = "webhook_endpoints"

    class Deliveries(Model):
        endpoint = TextField()
        event = TextField()
        seq = BigIntegerField()
        type = TextField()
        stream = TextField()
        pop = TextField(null=True)
        made = UtcDateTimeField()
        state = TextField()
        attempts = IntegerField()
        due = UtcDateTimeField()
        tried = UtcDateTimeField(null=True)
        status = IntegerField(null=True)
        answer = TextField(null=True)

        class Meta:
            database = db
            table_name = "webhook_deliveries"
            primary_key = CompositeKey("endpoint", "event")
            indexes = (
                (("endpoint", "state", "seq"), False),
                (("endpoint", "state", "stream", "seq"), False),
                (("state", "made"), False),
                (("event",), False),
            )

    class Leases(Model):
        name = TextField(primary_key=True)
        holder = TextField()
        until = UtcDateTimeField()

        class Meta:
            database = db
            table_name = "webhook_leases"

    class Sources(Model):
        name = TextField(primary_key=True)
        secrets = JsonField()
        description = TextField()
        enabled = SmallIntegerField()
        revision = IntegerField()
        created = UtcDateTimeField()
        changed = UtcDateTimeField()
        by = TextField()

        class Meta:
            database = db
            table_name = "webhook_sources"

    class Received(Model):
        source = TextField()
        id = TextField()
        at = UtcDateTimeField()
        digest = TextField()
        status = IntegerField(null=True)
        answer = TextField(null=True)

        class Meta:
            database = db
            table_name = "webhook_received"
            primary_key = CompositeKey("source", "id")
            indexes = ((("at",), False),)

    db.create_tables(
        [
            Events,
            Endpoints,
            Deliveries,
            Leases,
            Sources,
            Received,
        ]
    )
