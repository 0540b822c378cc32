"""What the commands of `ivr number` share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ivr.store.numbers import Number


def plain(row: Number) -> dict[str, Any]:
    """A row for JSON."""
    return {**asdict(row.did), "revision": row.revision, "changed": row.changed, "by": row.by}


def beside(rows: Sequence[Number], wishes: Mapping[str, str]) -> dict[str, str]:
    """The wishes that no row speaks of: they are fulfilled."""
    from ivr.dids import ALL_OTHERS, Table

    table = Table(row.did for row in rows if row.did.number != ALL_OTHERS)
    return {number: flow for number, flow in sorted(wishes.items()) if table.choose(number) is None}
