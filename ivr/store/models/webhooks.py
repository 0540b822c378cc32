"""Webhooks: who is told of what, what waits to be told, and what others told us."""

from __future__ import annotations

from peewee import BigIntegerField, CompositeKey, IntegerField, Model, SmallIntegerField, TextField

from ivr.store.fields import JsonField, UtcDateTimeField


class WebhookEvents(Model):
    """One row an event that somebody may want to hear of; `taken` when it was made into deliveries, and then
    `body` is what all of them post."""

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
        table_name = "webhook_events"
        indexes = ((("taken", "seq"), False), (("call",), False))


class WebhookEndpoints(Model):
    """One row a receiver."""

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
        table_name = "webhook_endpoints"


class WebhookDeliveries(Model):
    """One row an event that one receiver is to be told of. No references: an endpoint is removed with its
    deliveries, and events go when nobody needs them."""

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
        table_name = "webhook_deliveries"
        primary_key = CompositeKey("endpoint", "event")
        indexes = (
            (("endpoint", "state", "seq"), False),
            (("endpoint", "state", "stream", "seq"), False),
            (("state", "made"), False),
            (("event",), False),
        )


class WebhookLeases(Model):
    """One row a thing that one process at a time may do, and who does it until when."""

    name = TextField(primary_key=True)
    holder = TextField()
    until = UtcDateTimeField()

    class Meta:
        table_name = "webhook_leases"


class WebhookSources(Model):
    """One row a system that posts to us."""

    name = TextField(primary_key=True)
    secrets = JsonField()
    description = TextField()
    enabled = SmallIntegerField()
    revision = IntegerField()
    created = UtcDateTimeField()
    changed = UtcDateTimeField()
    by = TextField()

    class Meta:
        table_name = "webhook_sources"


class WebhookReceived(Model):
    """One row a post of a source, by the id it gave; `answer` once there is one."""

    source = TextField()
    id = TextField()
    at = UtcDateTimeField()
    digest = TextField()
    status = IntegerField(null=True)
    answer = TextField(null=True)

    class Meta:
        table_name = "webhook_received"
        primary_key = CompositeKey("source", "id")
        indexes = ((("at",), False),)
