"""What the audit keeps of a change to a text: the versions, and the lines that are others, within bounds."""

from __future__ import annotations

import difflib
from typing import Any, Final

from ivr.store import audits
from ivr.store.audits import Query
from ivr.store.database import Store
from ivr.store.records import AuditRecord
from ivr.web.flows.drafts import Draft

MOST_LINES: Final = 200
"""Lines of a difference that are kept."""
MOST_COMPARED: Final = 5_000
"""Lines of a text that are compared; comparing takes long."""
WRITES: Final = ("flow.create", "flow.save", "flow.rename", "flow.remove", "flow.import")


def change(before: Draft | None, after: Draft | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """How it was and how it is, for `Site.audited`."""
    old: dict[str, Any] = {"version": before.version, "file": before.file.name} if before else {}
    new: dict[str, Any] = {"version": after.version, "file": after.file.name} if after else {}
    if before and after and (lines := _lines(before.text, after.text)):
        new["changes"] = lines
    return old, new


def last(store: Store, name: str) -> AuditRecord | None:
    """Who wrote the draft of a flow last, in the admin. Raises StoreError."""
    found = audits.page(store, Query(order="flow.", target=name, limit=20))
    return next((one for one in found if one.order in WRITES), None)


def _lines(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > MOST_COMPARED:
        return ""
    found = list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:]
    more = [f"… {len(found) - MOST_LINES} more"] if len(found) > MOST_LINES else []
    return "\n".join([*found[:MOST_LINES], *more])
