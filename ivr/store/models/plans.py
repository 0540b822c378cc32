"""The routing plan, one row a turn."""

from __future__ import annotations

from peewee import IntegerField, Model, TextField

from ivr.store.fields import UtcDateTimeField


class Plans(Model):
    """Every plan there was; the key keeps two people from changing it at once. Rows are only ever added."""

    turn = IntegerField(primary_key=True)
    text = TextField()
    at = UtcDateTimeField()
    by = TextField()
    message = TextField()
    origin = TextField(null=True)

    class Meta:
        table_name = "routing_plans"
