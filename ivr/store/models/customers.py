"""The directory of customers. Columns are named as the records' fields."""

from __future__ import annotations

from peewee import Model, SmallIntegerField, TextField

from ivr.store.fields import JsonField, UtcDateTimeField


class Customers(Model):
    """One row a customer."""

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
        table_name = "customers"


class Numbers(Model):
    """One row a number, E.164. No reference: records come in any order."""

    number = TextField(primary_key=True)
    customer = TextField()

    class Meta:
        table_name = "customer_numbers"
        indexes = ((("customer",), False),)
