"""Conditions on calls that other tables tell of: each takes some hundred candidates, and leaves those it is
true of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import peewee

from ivr.store.database import Store
from ivr.store.models import Answers, Contacts, Recordings, Steps

if TYPE_CHECKING:
    from ivr.store.call_search import Candidate, Wanted

Narrower = Callable[[Store, "list[Candidate]"], "list[Candidate]"]

MESSAGE = '"recording":'
"""What the JSON of a step has of what a caller recorded there: within a text it would stand with `\\"`."""
CHUNK = 500
"""Calls that are asked for in one statement."""


def narrowers(wanted: Wanted) -> list[Narrower]:
    """The conditions of a search that need another table, those that leave least first."""
    found: list[Narrower] = []
    if condition := _contact(wanted):
        found.append(_there(Contacts.call, *condition))
    if wanted.rating is not None or wanted.rating_most is not None:
        found.append(_there(Answers.call, *_between(Answers.score, wanted.rating, wanted.rating_most)))
    if wanted.recorded is not None:
        kept = _there(Recordings.call, Recordings.purged.is_null())
        found.append(kept if wanted.recorded else _not(kept))
    if wanted.message is not None:
        left = _there(Steps.call, Steps.detail.cast("text").contains(MESSAGE))
        found.append(left if wanted.message else _not(left))
    if wanted.text:
        found.append(_told(wanted.text))
    if wanted.node or wanted.heard:
        found.append(_there(Steps.call, *_visited(wanted)))
    return found


def _contact(wanted: Wanted) -> list[Any]:
    parts = list(_between(Contacts.waited, wanted.waited, wanted.waited_most))
    if wanted.agent:
        parts.append(Contacts.agent == wanted.agent)
    if wanted.group:
        parts.append(Contacts.group == wanted.group)
    if wanted.disposition:
        said = wanted.disposition
        parts.append((Contacts.disposition == said) | (Contacts.disposition_code == said))
    return parts


def _visited(wanted: Wanted) -> Iterator[Any]:
    flow, slash, node = wanted.node.rpartition("/")
    if slash:
        yield Steps.flow == flow
    if node:
        yield Steps.node == node
    if wanted.heard:
        yield Steps.input.contains(wanted.heard)


def _between(column: peewee.Field, least: float | None, most: float | None) -> Iterator[Any]:
    if least is not None:
        yield column >= least
    if most is not None:
        yield column <= most


def _there(column: peewee.Field, *conditions: Any) -> Narrower:
    """Those of which the table has a row for which all of this is true."""

    def only(store: Store, candidates: list[Candidate]) -> list[Candidate]:
        calls = _calls(store, column, [one.id for one in candidates], conditions)
        return [one for one in candidates if one.id in calls]

    return only


def _not(narrower: Narrower) -> Narrower:
    def only(store: Store, candidates: list[Candidate]) -> list[Candidate]:
        there = {one.id for one in narrower(store, candidates)}
        return [one for one in candidates if one.id not in there]

    return only


def _told(text: str) -> Narrower:
    """Those in whose words, or those of their contacts, `text` is."""
    folded = text.casefold()

    def only(store: Store, candidates: list[Candidate]) -> list[Candidate]:
        said = Contacts.note.contains(text) | Contacts.subject.contains(text)
        own = {
            one.id for one in candidates if folded in (one.name or "").casefold() or one.id.startswith(text)
        }
        rest = [one.id for one in candidates if one.id not in own]
        calls = own | _calls(store, Contacts.call, rest, [said])
        return [one for one in candidates if one.id in calls]

    return only


def _calls(store: Store, column: peewee.Field, calls: Sequence[str], conditions: Sequence[Any]) -> set[str]:
    found: set[str] = set()
    for begin in range(0, len(calls), CHUNK):
        query = column.model.select(column).where(column.in_(list(calls[begin : begin + CHUNK])), *conditions)
        sql, values = store.db.get_sql_context().sql(query).query()
        found.update(call for (call,) in store.db.execute_sql(sql, values).fetchall())
    return found
