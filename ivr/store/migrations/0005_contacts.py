"""Contacts and what belongs to them, agents' states, orders, customers."""

from __future__ import annotations

from peewee import CompositeKey, Database, DoubleField, IntegerField, Model, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator

from ivr.store.fields import JsonField, UtcDateTimeField


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Contacts(Model):
        id = TextField(primary_key=True)
        arrived = UtcDateTimeField()
        call = TextField(null=True)
        channel = TextField(null=True)
        direction = TextField(null=True)
        group = TextField(null=True)
        passed = JsonField(null=True)
        customer = TextField(null=True)
        ani = TextField(null=True)
        language = TextField(null=True)
        priority = DoubleField(null=True)
        require = JsonField(null=True)
        preferred = TextField(null=True)
        offered = UtcDateTimeField(null=True)
        answered = UtcDateTimeField(null=True)
        ended = UtcDateTimeField(null=True)
        disposition = TextField(null=True)
        reason = TextField(null=True)
        agent = TextField(null=True)
        ended_by = TextField(null=True)
        waited = DoubleField(null=True)
        talk = DoubleField(null=True)
        hold = DoubleField(null=True)
        wrap_up = DoubleField(null=True)
        disposition_code = TextField(null=True)
        note = TextField(null=True)
        transferred_from = TextField(null=True)
        transferred_to = TextField(null=True)
        callback = SmallIntegerField(null=True)
        node = TextField(null=True)

        class Meta:
            database = db
            table_name = "contacts"
            indexes = (
                (("arrived", "id"), False),
                (("group", "arrived"), False),
                (("customer", "arrived"), False),
                (("call",), False),
            )

    class Offers(Model):
        contact = TextField()
        agent = TextField()
        at = UtcDateTimeField()
        group = TextField(null=True)
        ended = UtcDateTimeField(null=True)
        result = TextField(null=True)

        class Meta:
            database = db
            table_name = "offers"
            primary_key = CompositeKey("contact", "agent", "at")
            indexes = ((("at",), False), (("agent", "at"), False))

    class Answers(Model):
        call = TextField()
        visit = IntegerField()
        item = TextField()
        at = UtcDateTimeField()
        flow = TextField(null=True)
        node = TextField(null=True)
        score = IntegerField(null=True)
        answer = TextField(null=True)
        recording = TextField(null=True)
        contact = TextField(null=True)
        agent = TextField(null=True)
        group = TextField(null=True)
        ani = TextField(null=True)

        class Meta:
            database = db
            table_name = "survey_answers"
            primary_key = CompositeKey("call", "visit", "item")
            indexes = ((("at",), False), (("agent", "at"), False))

    class Callbacks(Model):
        id = TextField(primary_key=True)
        number = TextField()
        group = TextField(null=True)
        asked = UtcDateTimeField()
        state = TextField()
        agent = TextField(null=True)
        customer = TextField(null=True)
        call = TextField(null=True)
        due = UtcDateTimeField(null=True)
        expires = UtcDateTimeField(null=True)
        attempts = IntegerField()
        contact = JsonField(null=True)
        language = TextField(null=True)
        served_by = TextField(null=True)
        result = TextField(null=True)
        changed = UtcDateTimeField(null=True)

        class Meta:
            database = db
            table_name = "callbacks"
            indexes = ((("state", "asked"), False), (("asked",), False))

    class Recordings(Model):
        id = TextField(primary_key=True)
        started = UtcDateTimeField()
        call = TextField(null=True)
        contact = TextField(null=True)
        agent = TextField(null=True)
        group = TextField(null=True)
        path = TextField(null=True)
        why = TextField(null=True)
        stereo = SmallIntegerField(null=True)
        ended = UtcDateTimeField(null=True)
        seconds = DoubleField(null=True)
        paused = JsonField(null=True)
        keep_until = UtcDateTimeField(null=True)
        result = TextField(null=True)
        purged = UtcDateTimeField(null=True)
        node = TextField(null=True)

        class Meta:
            database = db
            table_name = "recordings"
            indexes = (
                (("started",), False),
                (("call",), False),
                (("contact",), False),
                (("keep_until",), False),
            )

    class Agents(Model):
        agent = TextField(primary_key=True)
        state = TextField()
        since = UtcDateTimeField()
        reason = TextField(null=True)
        until = UtcDateTimeField(null=True)
        channels = JsonField(null=True)
        dial = TextField(null=True)
        contacts = JsonField(null=True)
        tallies = JsonField(null=True)
        by = TextField(null=True)

        class Meta:
            database = db
            table_name = "agents"

    class AgentEvents(Model):
        agent = TextField()
        at = UtcDateTimeField()
        state = TextField()
        reason = TextField(null=True)
        by = TextField(null=True)
        contact = TextField(null=True)

        class Meta:
            database = db
            table_name = "agent_events"
            primary_key = CompositeKey("agent", "at", "state")
            indexes = ((("at",), False),)

    class Audits(Model):
        at = UtcDateTimeField()
        by = TextField()
        order = TextField()
        target = TextField()
        before = JsonField(null=True)
        after = JsonField(null=True)
        result = TextField(null=True)

        class Meta:
            database = db
            table_name = "audits"
            primary_key = CompositeKey("at", "by", "order", "target")
            indexes = ((("target", "at"), False),)

    class Customers(Model):
        id = TextField(primary_key=True)
        added = UtcDateTimeField()
        name = TextField(null=True)
        company = TextField(null=True)
        vip = SmallIntegerField(null=True)
        tags = JsonField(null=True)
        agent = TextField(null=True)
        language = TextField(null=True)
        attributes = JsonField(null=True)
        changed = UtcDateTimeField(null=True)

        class Meta:
            database = db
            table_name = "customers"

    class Numbers(Model):
        number = TextField(primary_key=True)
        customer = TextField()

        class Meta:
            database = db
            table_name = "customer_numbers"
            indexes = ((("customer",), False),)

    db.create_tables(
        [Contacts, Offers, Answers, Callbacks, Recordings, Agents, AgentEvents, Audits, Customers, Numbers]
    )
