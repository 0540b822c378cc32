"""Which calls and contacts figures are made of: those that callers were in.

A call that we made and nobody answered had nobody in its flow. A call on a draft is its designer's, who
presses this and that to see what happens: it is kept and found as any other, but says nothing of callers.
"""

from __future__ import annotations

from typing import Final

import peewee

from ivr.store.models import Calls, Contacts
from ivr.store.records.calls import TRIAL, UNREACHED

_TRIED: Final = peewee.fn.SUBSTR(Calls.dnis, 1, len(TRIAL)) == TRIAL

CALLS: Final = (Calls.end.is_null() | (Calls.end != UNREACHED)) & (Calls.dnis.is_null() | ~_TRIED)
"""To be asked beside what an index finds: it looks at nothing but the call's row."""

CONTACTS: Final = ~peewee.fn.EXISTS(Calls.select(peewee.SQL("1")).where((Calls.id == Contacts.call) & _TRIED))
"""The same of contacts, each by its call's key; those without a call are somebody's."""
