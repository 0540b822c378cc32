"""Old records taken out of the database, without holding up those that are being written.

Calls go with their journeys; contacts, offers, agents' histories, answers and orders by their own moment.
Agents' states, customers, callbacks and pushed contacts that wait, recordings whose files are still there,
and events that an endpoint of a webhook is still to hear of stay.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from ivr.store.database import Store
from ivr.store.models import (
    AgentEvents,
    Answers,
    Audits,
    Callbacks,
    Calls,
    Contacts,
    Offers,
    Pushed,
    Recordings,
    WebhookDeliveries,
    WebhookEvents,
)

CHUNK = 500


class _Aged(NamedTuple):
    """A table, the column that tells how old a row is, and which rows may go at all."""

    model: type[peewee.Model]
    moment: peewee.Field
    only: Any = None


_WANTED = peewee.fn.EXISTS(WebhookDeliveries.select().where(WebhookDeliveries.event == WebhookEvents.id))
_AGED = (
    _Aged(Calls, Calls.started),
    _Aged(Contacts, Contacts.arrived),
    _Aged(Offers, Offers.at),
    _Aged(Answers, Answers.at),
    _Aged(AgentEvents, AgentEvents.at),
    _Aged(Audits, Audits.at),
    _Aged(Callbacks, Callbacks.asked, Callbacks.state.not_in(["waiting", "dialling"])),
    _Aged(Pushed, Pushed.asked, Pushed.state.not_in(["waiting", "serving"])),
    _Aged(Recordings, Recordings.started, Recordings.purged.is_null(False)),
    _Aged(WebhookDeliveries, WebhookDeliveries.made, WebhookDeliveries.state != "waiting"),
    _Aged(WebhookEvents, WebhookEvents.at, WebhookEvents.taken.is_null(False) & ~_WANTED),
)


def old(store: Store, before: datetime) -> dict[str, int]:
    """How many rows of each table `prune` would delete."""
    with store.errors():
        return {
            aged.model._meta.table_name: int(
                aged.model.select(peewee.fn.COUNT(aged.moment)).where(_wanted(aged, before)).scalar(store.db)
            )
            for aged in _AGED
        }


def prune(
    store: Store, before: datetime, progress: Callable[[int], None] = lambda done: None
) -> dict[str, int]:
    """Delete what is older than `before` (aware). Returns how many rows of each table went; a call's journey
    is not counted.

    Done in small transactions: the writer of new records waits for one of them at most. `progress` hears
    after each how many rows are gone by now. The space stays with the database until `Store.compact`.

    Raises:
        StoreError: the database cannot be written now; what was deleted until then stays so.
    """
    done = dict.fromkeys((aged.model._meta.table_name for aged in _AGED), 0)
    with store.errors():
        for aged in _AGED:
            table = aged.model._meta.table_name
            while gone := _delete(store, aged, before):
                done[table] += gone
                progress(sum(done.values()))
    return done


def _delete(store: Store, aged: _Aged, before: datetime) -> int:
    """Delete the oldest `CHUNK` rows, and those of the same moment as the last of them."""
    oldest = aged.model.select(aged.moment).where(_wanted(aged, before)).order_by(aged.moment).limit(CHUNK)
    moments = [moment for (moment,) in oldest.tuples().execute(store.db)]
    if not moments:
        return 0
    wanted = _wanted(aged, before) & (aged.moment <= moments[-1])
    return int(aged.model.delete().where(wanted).execute(store.db))


def _wanted(aged: _Aged, before: datetime) -> Any:
    wanted = aged.moment < before
    return wanted if aged.only is None else wanted & aged.only
