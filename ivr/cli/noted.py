"""What a command changed, written down in the audit beside what everybody else did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ivr.store.database import Store

NOTHING: Mapping[str, Any] = {}


def noted(
    store: Store,
    order: str,
    target: str,
    before: Mapping[str, Any] = NOTHING,
    after: Mapping[str, Any] = NOTHING,
) -> None:
    """Write down that whoever runs this command did `order`. Raises StoreError."""
    from ivr.cli.control import user
    from ivr.store import audits
    from ivr.store.records import AuditRecord

    by = f"cli:{user() or 'somebody'}"
    audits.add(store, [AuditRecord(datetime.now(UTC), by, order, target, dict(before), dict(after), "done")])
