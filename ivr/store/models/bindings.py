"""What names in flows are bound to: numbers, calendars."""

from __future__ import annotations

from peewee import IntegerField, Model, SmallIntegerField, TextField

from ivr.store.fields import JsonField, UtcDateTimeField


class Dids(Model):
    """One row a called number, a pattern of numbers, or a name that is dialled."""

    number = TextField(primary_key=True)
    flow = TextField()
    language = TextField()
    note = TextField()
    enabled = SmallIntegerField()
    wished = SmallIntegerField()
    revision = IntegerField()
    changed = UtcDateTimeField()
    by = TextField()

    class Meta:
        table_name = "dids"


class Calendars(Model):
    """One row a calendar: its hours, or nothing where flows' own hold, and what was switched by hand."""

    name = TextField(primary_key=True)
    hours = JsonField(null=True)
    note = TextField()
    forced = TextField(null=True)
    until = UtcDateTimeField(null=True)
    reason = TextField(null=True)
    revision = IntegerField()
    changed = UtcDateTimeField()
    by = TextField()

    class Meta:
        table_name = "calendars"


class Turns(Model):
    """One row: how often anything of this was changed. Whoever changes something takes the next turn, and so
    waits for whoever is about to; a row's revision is its turn, so that none ever comes again."""

    id = SmallIntegerField(primary_key=True)
    turn = IntegerField()

    class Meta:
        table_name = "binding_turns"
