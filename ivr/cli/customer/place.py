"""What the commands of `ivr customer` share: the store, and finding whom somebody means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ivr.store.customers import Customer
    from ivr.store.database import Store


@contextmanager
def directory() -> Iterator[Store]:
    """The store, up to date."""
    from ivr.cli import common
    from ivr.store.schema import open_current

    with open_current(common.load().settings.store.url, patience=5.0, deadline=None) as store:
        yield store


def meant(store: Store, who: str) -> Customer:
    """The customer with this key or number. Raises StoreError: there is none."""
    from ivr import numbers
    from ivr.errors import StoreError
    from ivr.store import customers

    found = customers.get(store, who) or customers.find(store, numbers.customer_key(who))
    if found is None:
        raise StoreError(f'no customer "{who}"', hint="`ivr customer list` shows them; `add` adds one")
    return found


def number(text: str) -> str:
    """A number as the directory has it."""
    from ivr import numbers

    found = numbers.customer_key(text)
    if not found:
        raise click.BadParameter(f'"{text}" is no number anybody could be known by')
    return found


def pairs(given: tuple[str, ...]) -> dict[str, Any]:
    """`NAME=VALUE` as a mapping."""
    found: dict[str, Any] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f'"{pair}" is not NAME=VALUE')
        found[name.strip()] = value
    return found


def plain(customer: Customer) -> dict[str, Any]:
    """A customer for JSON."""
    from dataclasses import asdict

    return asdict(customer)


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)
