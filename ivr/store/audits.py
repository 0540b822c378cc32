"""Who changed what: written down with the change, and read back in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ivr.errors import StoreError
from ivr.store.database import Store
from ivr.store.models import Audits
from ivr.store.records import AuditRecord
from ivr.store.rows import pack, unpack
from ivr.store.upsert import Upsert


@dataclass(frozen=True, slots=True)
class Query:
    """Which orders: by whom (`user:li`, or just `li`), which (their beginning), about what, and when.

    `before`: only those older than this moment, for the next page.
    """

    by: str = ""
    order: str = ""
    target: str = ""
    since: datetime | None = None
    before: datetime | None = None
    limit: int = 50


def add(store: Store, records: Sequence[AuditRecord]) -> None:
    """Write orders down. Raises StoreError."""
    with store.errors():
        refused = Upsert(store)([pack(record) for record in records])
    if refused:
        raise StoreError(f"an order could not be written down: {refused[0].reason}")


def page(store: Store, query: Query) -> list[AuditRecord]:
    """Orders, the newest first. Raises StoreError."""
    wanted = Audits.select().order_by(Audits.at.desc()).limit(query.limit)
    if query.by:
        wanted = wanted.where((Audits.by == query.by) | Audits.by.endswith(f":{query.by}"))
    if query.order:
        wanted = wanted.where(Audits.order.startswith(query.order))
    if query.target:
        wanted = wanted.where(Audits.target == query.target)
    if query.since:
        wanted = wanted.where(Audits.at >= query.since)
    if query.before:
        wanted = wanted.where(Audits.at < query.before)
    with store.errors():
        return [unpack(AuditRecord, row) for row in wanted.execute(store.db)]
