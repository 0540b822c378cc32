"""Calls and their journeys."""

from __future__ import annotations

from peewee import CompositeKey, DoubleField, ForeignKeyField, IntegerField, Model, TextField

from ivr.store.fields import JsonField, UtcDateTimeField


class Calls(Model):
    """One row a call. Everything but key and start may be missing. How numbers end is indexed as well
    (`calls_ani_tail`, `calls_dnis_tail`), by an expression that each database writes in its own way."""

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
    direction = TextField(null=True)

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
