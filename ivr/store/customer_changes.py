"""A customer written whole, numbers and all, by somebody who looked at them: nobody's change is lost."""

from __future__ import annotations

import json
from dataclasses import asdict

from ivr.errors import Conflict, Invalid, StoreError
from ivr.store import customers
from ivr.store.customers import Customer
from ivr.store.database import Store
from ivr.store.models import Customers, Numbers


def put(store: Store, customer: Customer, before: str | None) -> Customer:
    """Write a customer as they are to be; returns them as they are kept.

    Args:
        before: `content` of how they were looked at; empty, and None: there must be none yet.

    Raises:
        Conflict: there is one already, or they were changed meanwhile.
        Invalid: one of the numbers is another's.
        StoreError: the database cannot.
    """
    with store.errors(), store.db.atomic():
        there = customers.get(store, customer.id)
        if there is not None and content(there) != before:
            words = "was changed meanwhile" if before else "is there already"
            raise Conflict(f'customer "{customer.id}" {words}')
        if there is None and before:
            raise Conflict(f'customer "{customer.id}" was taken out meanwhile')
        owners = customers.owners(store, customer.numbers)
        taken = [(number, owner) for number, owner in owners.items() if owner != customer.id]
        if taken:
            number, owner = taken[0]
            words = f'{number} is a number of customer "{owner}"'
            raise Invalid(words, hint="merge the two, or release it there", field="numbers")
        Numbers.delete().where(Numbers.customer == customer.id).execute(store.db)
        Customers.delete().where(Customers.id == customer.id).execute(store.db)
        if refused := customers.write(store, [customer]):
            raise StoreError(f"the database refused it: {refused[0].reason}")
        return customers.get(store, customer.id) or customer


def content(customer: Customer) -> str:
    """All that is known of a customer, as one text."""
    return json.dumps(asdict(customer), default=str, ensure_ascii=False, sort_keys=True)
