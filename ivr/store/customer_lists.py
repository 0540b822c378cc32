"""A list of customers brought into the directory: what it would change, and changing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ivr.customers.listed import Entry, Problem
from ivr.store import customers
from ivr.store.customers import Customer
from ivr.store.database import Store


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list would do: customers to write, how many of them are new, and rows that cannot be."""

    customers: tuple[Customer, ...]
    new: int
    problems: tuple[Problem, ...]


def plan(store: Store, entries: Sequence[Entry], at: datetime) -> Plan:
    """Find out whose the numbers of a list are. A row without an id is the customer's who has its numbers, or
    a new one's, who is known by the first of them. Raises StoreError."""
    owners = customers.owners(store, [number for entry in entries for number in entry.numbers])
    known = set(owners.values()) | customers.existing(store, [entry.id for entry in entries if entry.id])
    wanted: list[Customer] = []
    problems: list[Problem] = []
    new = 0
    for entry in entries:
        owned = sorted({owners[number] for number in entry.numbers if number in owners})
        key = entry.id or (owned[0] if owned else entry.numbers[0])
        others = [owner for owner in owned if owner != key]
        if others:
            taken = next(number for number in entry.numbers if owners.get(number) == others[0])
            hint = f"`ivr customer merge {key} {others[0]}` if they are one, else take the number out"
            problems.append(Problem(entry.line, f'{taken} is customer "{others[0]}" already', hint))
        elif not customers.fits(entry.attributes):
            problems.append(Problem(entry.line, "its further columns are over 4 KB", "leave some out"))
        else:
            new += key not in known
            known.add(key)
            wanted.append(_customer(key, entry, at))
    return Plan(tuple(wanted), new, tuple(problems))


def _customer(key: str, entry: Entry, at: datetime) -> Customer:
    return Customer(
        key,
        at,
        entry.numbers,
        entry.name,
        entry.company,
        entry.vip,
        entry.tags,
        entry.agent,
        entry.language,
        entry.attributes,
        at,
    )
