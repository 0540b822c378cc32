"""The directory of customers: found by number, written down, brought together, and what was done for them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from ivr.errors import Invalid, StoreError
from ivr.store.cells import DETAIL_LIMIT
from ivr.store.database import Store
from ivr.store.kinds import KINDS
from ivr.store.models import Contacts, Customers, Numbers
from ivr.store.records import ContactRecord, CustomerNumber, CustomerRecord
from ivr.store.rows import pack, unpack
from ivr.store.upsert import Refused, Upsert

PAGE = 500
RECENT = 50
"""Contacts that are looked at to tell who served a customer."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer, whole. `numbers` are E.164, or short codes of the house."""

    id: str
    added: datetime
    numbers: tuple[str, ...] = ()
    name: str = ""
    company: str = ""
    vip: bool | None = None
    """None: nothing is said of it."""
    tags: tuple[str, ...] = ()
    agent: str = ""
    language: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """Who served a customer: in a group, and when they began to talk."""

    group: str
    agent: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What is known of a number: its customer, if it has one, and the recent past.

    `contacts` counts those since the moment asked for, `RECENT` at most; `served` are the latest of each
    group, the latest first.
    """

    customer: Customer | None
    contacts: int
    served: tuple[Served, ...]


def find(store: Store, number: str) -> Customer | None:
    """The customer of a number, as `ivr.numbers.customer_key` writes it. Raises StoreError."""
    with store.errors():
        row = Numbers.select(Numbers.customer).where(Numbers.number == number).tuples().execute(store.db)
        names = [customer for (customer,) in row]
    return get(store, names[0]) if names else None


def get(store: Store, customer: str) -> Customer | None:
    """The customer of a key. Raises StoreError."""
    with store.errors():
        found = list(Customers.select().where(Customers.id == customer).execute(store.db))
        return _whole(found[0], _numbers(store, [customer]).get(customer, ())) if found else None


def some(store: Store, keys: Collection[str]) -> list[Customer]:
    """Those of these keys that there are. Raises StoreError."""
    with store.errors():
        found = list(Customers.select().where(Customers.id.in_(list(keys))).execute(store.db)) if keys else []
        numbers = _numbers(store, [row.id for row in found]) if found else {}
    return [_whole(row, numbers.get(row.id, ())) for row in found]


def acquaintance(store: Store, number: str, since: datetime) -> Acquaintance:
    """What is known of a number, contacts from `since` on. Raises StoreError."""
    customer = find(store, number)
    keys = {number, *((customer.id, *customer.numbers) if customer else ())}
    query = (
        Contacts.select(Contacts.group, Contacts.agent, Contacts.answered)
        .where(Contacts.customer.in_(sorted(keys)), Contacts.arrived >= since)
        .order_by(Contacts.arrived.desc())
        .limit(RECENT)
    )
    with store.errors():
        rows = list(query.namedtuples().execute(store.db))
    latest: dict[str, Served] = {}
    for row in rows:
        if row.agent and row.answered and row.group not in latest:
            latest[row.group or ""] = Served(row.group or "", row.agent, row.answered)
    served = sorted(latest.values(), key=lambda one: one.at, reverse=True)
    return Acquaintance(customer, len(rows), tuple(served))


def history(store: Store, customer: Customer | str, limit: int = 20) -> list[ContactRecord]:
    """The latest contacts of a customer, or of a number nobody is known by, over all channels. Raises
    StoreError."""
    keys = [customer] if isinstance(customer, str) else [customer.id, *customer.numbers]
    query = (
        Contacts.select().where(Contacts.customer.in_(keys)).order_by(Contacts.arrived.desc()).limit(limit)
    )
    with store.errors():
        return [unpack(ContactRecord, row) for row in query.execute(store.db)]


def every(store: Store, search: str = "", after: str = "") -> Iterator[Customer]:
    """All customers in the order of their keys, or those with `search` in name, company or a number; only
    those whose keys come `after` one. Raises StoreError."""
    last = after
    while True:
        query = Customers.select().where(Customers.id > last).order_by(Customers.id).limit(PAGE)
        if search:
            query = (
                query.join(Numbers, JOIN.LEFT_OUTER, on=(Numbers.customer == Customers.id))
                .where(
                    Customers.name.contains(search)
                    | Customers.company.contains(search)
                    | Numbers.number.contains(search)
                    | (Customers.id == search)
                )
                .distinct()
            )
        with store.errors():
            found = list(query.execute(store.db))
            numbers = _numbers(store, [row.id for row in found])
        yield from (_whole(row, numbers.get(row.id, ())) for row in found)
        if len(found) < PAGE:
            return
        last = found[-1].id


def owners(store: Store, numbers: Sequence[str]) -> dict[str, str]:
    """Whose these numbers are: customers' keys, by number. Raises StoreError."""
    owned: dict[str, str] = {}
    with store.errors():
        for begin in range(0, len(numbers), PAGE):
            some = list(numbers[begin : begin + PAGE])
            query = Numbers.select(Numbers.number, Numbers.customer).where(Numbers.number.in_(some))
            owned.update(query.tuples().execute(store.db))
    return owned


def existing(store: Store, keys: Sequence[str]) -> set[str]:
    """Those of these keys that customers have. Raises StoreError."""
    found: set[str] = set()
    with store.errors():
        for begin in range(0, len(keys), PAGE):
            query = Customers.select(Customers.id).where(Customers.id.in_(list(keys[begin : begin + PAGE])))
            found.update(key for (key,) in query.tuples().execute(store.db))
    return found


def write(store: Store, customers: Sequence[Customer]) -> list[Refused]:
    """Write customers with their numbers, in transactions of some hundred. What is empty leaves what is there
    as it was; a number that is another customer's stays theirs. Returns what the database
    refused. Raises StoreError."""
    upsert, refused = Upsert(store), []
    for begin in range(0, len(customers), PAGE):
        rows = [pack(record) for customer in customers[begin : begin + PAGE] for record in _records(customer)]
        with store.errors():
            refused += upsert(rows)
    return refused


def change(store: Store, customer: str, at: datetime, values: Mapping[str, Any]) -> None:
    """Set columns of a customer to `values`, empty ones as well. Raises StoreError: there is no such one."""
    record = CustomerRecord(customer, _get(store, customer).added, changed=at, **values)
    row = dict(zip(KINDS["customer"].columns, pack(record).values, strict=True))
    with store.errors():
        Customers.update({name: row[name] for name in ("changed", *values)}).where(
            Customers.id == customer
        ).execute(store.db)


def assign(store: Store, customer: str, number: str) -> None:
    """Give a number to a customer, whoever had it. Raises StoreError."""
    _get(store, customer)
    query = Numbers.insert(number=number, customer=customer)
    with store.errors():
        query.on_conflict(conflict_target=[Numbers.number], update={Numbers.customer: customer}).execute(
            store.db
        )


def release(store: Store, number: str) -> bool:
    """Take a number out of the directory; whether it was in it. Raises StoreError."""
    with store.errors():
        return bool(Numbers.delete().where(Numbers.number == number).execute(store.db))


def remove(store: Store, customer: str) -> None:
    """Forget a customer and their numbers; contacts that were stay, as those of a number. Raises StoreError:
    there is no such one."""
    gone = _get(store, customer)
    with store.errors(), store.db.atomic():
        Numbers.delete().where(Numbers.customer == customer).execute(store.db)
        Customers.delete().where(Customers.id == customer).execute(store.db)
        if gone.numbers:
            moved = Contacts.update(customer=fn.COALESCE(Contacts.ani, gone.numbers[0]))
            moved.where(Contacts.customer == customer).execute(store.db)


def merge(store: Store, into: str, other: str, at: datetime) -> Customer:
    """Make two customers one: `into` gets the other's numbers, contacts, tags, and what it had nothing for.
    Returns it. Raises StoreError: one of them is not there, or they are the same."""
    if into == other:
        raise Invalid(f'"{into}" and "{other}" are one customer already', field="other")
    kept, gone = _get(store, into), _get(store, other)
    values = {
        name: getattr(kept, name) or getattr(gone, name) for name in ("name", "company", "agent", "language")
    }
    values["vip"] = kept.vip or gone.vip
    values["tags"] = tuple(dict.fromkeys((*kept.tags, *gone.tags)))
    values["attributes"] = {**gone.attributes, **kept.attributes}
    with store.errors(), store.db.atomic():
        change(store, into, at, values)
        Numbers.update(customer=into).where(Numbers.customer == other).execute(store.db)
        Contacts.update(customer=into).where(Contacts.customer == other).execute(store.db)
        Customers.delete().where(Customers.id == other).execute(store.db)
    return _get(store, into)


def count(store: Store) -> int:
    """How many customers there are. Raises StoreError."""
    with store.errors():
        return int(Customers.select(fn.COUNT(Customers.id)).scalar(store.db))


def fits(attributes: Mapping[str, Any]) -> bool:
    """Whether attributes are small enough to be kept whole."""
    return len(json.dumps(attributes, ensure_ascii=False)) <= DETAIL_LIMIT


def _get(store: Store, customer: str) -> Customer:
    found = get(store, customer)
    if found is None:
        raise StoreError(f'no customer "{customer}"', hint="`ivr customer list` shows them")
    return found


def _numbers(store: Store, customers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = Numbers.select(Numbers.customer, Numbers.number).where(Numbers.customer.in_(list(customers)))
    found: dict[str, tuple[str, ...]] = {}
    for customer, number in query.order_by(Numbers.number).tuples().execute(store.db):
        found[customer] = (*found.get(customer, ()), number)
    return found


def _whole(row: Customers, numbers: tuple[str, ...]) -> Customer:
    record = unpack(CustomerRecord, row)
    held = {name: getattr(record, name) for name in CustomerRecord.__slots__}
    return Customer(**{**held, "vip": bool(record.vip)}, numbers=numbers)


def _records(customer: Customer) -> list[CustomerRecord | CustomerNumber]:
    held = {name: getattr(customer, name) for name in CustomerRecord.__slots__}
    return [CustomerRecord(**held), *(CustomerNumber(number, customer.id) for number in customer.numbers)]
