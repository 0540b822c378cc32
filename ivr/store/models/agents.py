"""Agents' states, their history, and the orders that were given. Columns are named as the records' fields."""

from __future__ import annotations

from peewee import CompositeKey, Model, TextField

from ivr.store.fields import JsonField, UtcDateTimeField


class Agents(Model):
    """One row an agent: the present state."""

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
        table_name = "agents"


class AgentEvents(Model):
    """One row a change of an agent's state."""

    agent = TextField()
    at = UtcDateTimeField()
    state = TextField()
    reason = TextField(null=True)
    by = TextField(null=True)
    contact = TextField(null=True)

    class Meta:
        table_name = "agent_events"
        primary_key = CompositeKey("agent", "at", "state")
        indexes = ((("at",), False),)


class Audits(Model):
    """One row an order."""

    at = UtcDateTimeField()
    by = TextField()
    order = TextField()
    target = TextField()
    before = JsonField(null=True)
    after = JsonField(null=True)
    result = TextField(null=True)

    class Meta:
        table_name = "audits"
        primary_key = CompositeKey("at", "by", "order", "target")
        indexes = ((("target", "at"), False),)
