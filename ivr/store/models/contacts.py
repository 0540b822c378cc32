"""Contacts, and what belongs to them. Columns are named as the records' fields."""

from __future__ import annotations

from peewee import CompositeKey, DoubleField, IntegerField, Model, SmallIntegerField, TextField

from ivr.store.fields import JsonField, UtcDateTimeField


class Contacts(Model):
    """One row a contact. No reference to `calls`: a chat has none, and each is kept for its own time."""

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
    subject = TextField(null=True)
    link = TextField(null=True)
    attributes = JsonField(null=True)

    class Meta:
        table_name = "contacts"
        indexes = (
            (("arrived", "id"), False),
            (("group", "arrived"), False),
            (("customer", "arrived"), False),
            (("agent", "arrived"), False),
            (("call",), False),
        )


class Offers(Model):
    """One row an agent rung for a contact."""

    contact = TextField()
    agent = TextField()
    at = UtcDateTimeField()
    group = TextField(null=True)
    ended = UtcDateTimeField(null=True)
    result = TextField(null=True)

    class Meta:
        table_name = "offers"
        primary_key = CompositeKey("contact", "agent", "at")
        indexes = ((("at",), False), (("agent", "at"), False))


class Answers(Model):
    """One row an item of a survey that was answered."""

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
        table_name = "survey_answers"
        primary_key = CompositeKey("call", "visit", "item")
        indexes = ((("at",), False), (("agent", "at"), False))


class Callbacks(Model):
    """One row a customer who is to be called back."""

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
        table_name = "callbacks"
        indexes = ((("state", "asked"), False), (("asked",), False), (("call",), False))


class Pushed(Model):
    """One row a contact that another system pushed."""

    id = TextField(primary_key=True)
    asked = UtcDateTimeField()
    state = TextField()
    channel = TextField()
    group = TextField(null=True)
    agent = TextField(null=True)
    customer = TextField(null=True)
    number = TextField(null=True)
    subject = TextField(null=True)
    link = TextField(null=True)
    attributes = JsonField(null=True)
    expires = UtcDateTimeField(null=True)
    contact = JsonField(null=True)
    served_by = TextField(null=True)
    since = UtcDateTimeField(null=True)
    result = TextField(null=True)
    by = TextField(null=True)
    changed = UtcDateTimeField(null=True)

    class Meta:
        table_name = "pushed"
        indexes = ((("state", "asked"), False), (("asked",), False))


class Recordings(Model):
    """One row a recording of a talk."""

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
        table_name = "recordings"
        indexes = (
            (("started",), False),
            (("call",), False),
            (("contact",), False),
            (("keep_until",), False),
        )
