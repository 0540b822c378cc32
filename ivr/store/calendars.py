"""The calendars of the house, as an admin sets them and switches them by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from ivr.errors import Invalid, IvoryError, NotFound
from ivr.hours import Calendar, Entry, Forced
from ivr.hours.written import plain, read
from ivr.store.bindings import Change, changing, note, text
from ivr.store.database import Store
from ivr.store.models import Calendars

MAX_ROWS: Final = 1000
MAX_BYTES: Final = 128 << 10
"""Of one calendar, as JSON."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A row: the calendar, and who set it so. `revision` is another after each change.

    `entry.calendar` is None where it is only switched by hand, and the hours are those of flows. `trouble`
    says why hours that were kept cannot be read.
    """

    name: str
    entry: Entry
    note: str
    revision: int
    changed: datetime
    by: str
    trouble: str = ""


def every(store: Store) -> list[Kept]:
    """All of them in the order of their names. Raises StoreError."""
    with store.errors():
        rows = list(Calendars.select().order_by(Calendars.name).dicts().execute(store.db))
    return [_kept(row) for row in rows]


def find(store: Store, name: str) -> Kept | None:
    """One of them; None where there is none. Raises StoreError."""
    with store.errors():
        rows = list(Calendars.select().where(Calendars.name == name).dicts().execute(store.db))
    return _kept(rows[0]) if rows else None


def get(store: Store, name: str) -> Kept:
    """One of them. Raises NotFound, StoreError."""
    found = find(store, name)
    if found is None:
        raise NotFound(f'the house has no calendar "{name}"', hint="`ivr calendar list` shows all")
    return found


def put(store: Store, name: str, data: Any, change: Change, remark: str | None = None) -> Kept:
    """Set a calendar's hours, as flows write them; what was switched by hand stays so. Returns the row.

    Args:
        data: the calendar, or None: the hours are those of flows again.
        remark: a note for people; None: as it was.

    Raises:
        Invalid: the name or the hours are none.
        Conflict: the row has another revision than was looked at.
        StoreError
    """
    calendar = None if data is None else _bounded(read(data))

    def changed(entry: Entry) -> Entry:
        return replace(entry, calendar=calendar)

    return _change(store, name, "calendar.set", changed, change, remark)


def force(store: Store, name: str, forced: Forced, change: Change) -> Kept:
    """Switch a calendar to open or closed by hand, one that only flows know as well. Returns the row.

    Raises:
        Invalid: the moment it ends at is past, or naive.
        Conflict, StoreError
    """
    if forced.state not in ("open", "closed"):
        raise Invalid(f'a calendar is switched to open or closed, not "{forced.state}"', field="state")
    if forced.until is not None and (forced.until.tzinfo is None or forced.until <= change.at):
        raise Invalid("it would end at once", hint="give a moment that is still to come", field="until")
    switched = replace(forced, reason=text(forced.reason, "reason"))

    def changed(entry: Entry) -> Entry:
        return replace(entry, forced=switched)

    return _change(store, name, "calendar.force", changed, change)


def unforce(store: Store, name: str, change: Change) -> Kept | None:
    """Let the hours hold again. Returns the row; None where nothing is left of it.

    Raises:
        NotFound, Conflict, StoreError
    """
    with changing(store):
        before = get(store, name)
        if before.entry.calendar is None and not before.note and not before.trouble:
            change.check(f'the calendar "{name}"', before.revision)
            _delete(store, before, "calendar.unforce", change)
            return None

        def changed(entry: Entry) -> Entry:
            return replace(entry, forced=None)

        return _change(store, name, "calendar.unforce", changed, change)


def remove(store: Store, name: str, change: Change) -> Kept:
    """Take a calendar out; the hours are those of flows again. Returns what it was.

    Raises:
        NotFound, Conflict, StoreError
    """
    with changing(store):
        before = get(store, name)
        change.check(f'the calendar "{name}"', before.revision)
        _delete(store, before, "calendar.remove", change)
    return before


def _change(
    store: Store,
    name: str,
    order: str,
    changed: Callable[[Entry], Entry],
    change: Change,
    remark: str | None = None,
) -> Kept:
    if not _NAME.fullmatch(name):
        raise Invalid(
            f'"{name[:64]}" is no name of a calendar',
            hint="write small letters, digits and _, a letter first, 64 at most",
            field="name",
        )
    with changing(store) as turn:
        before = find(store, name)
        change.check(f'the calendar "{name}"', before.revision if before else 0)
        if before is None and Calendars.select().count(store.db) >= MAX_ROWS:
            raise Invalid(f"{MAX_ROWS} calendars are the most there may be", hint="remove one")
        entry = changed(before.entry if before else Entry())
        words = text(remark, "note") if remark is not None else before.note if before else ""
        after = Kept(name, entry, words, turn, change.at, change.by)
        keeps_hours = before is not None and before.trouble and order != "calendar.set"
        _write(store, after, hours=not keeps_hours)
        note(store, order, name, change, _shown(before), _shown(after))
    return after


def _delete(store: Store, before: Kept, order: str, change: Change) -> None:
    Calendars.delete().where(Calendars.name == before.name).execute(store.db)
    note(store, order, before.name, change, _shown(before), {})


def _bounded(calendar: Calendar) -> Calendar:
    if len(json.dumps(plain(calendar))) > MAX_BYTES:
        raise Invalid(f"the calendar is larger than {MAX_BYTES >> 10} KiB", hint="leave past dates out")
    return calendar


def _write(store: Store, kept: Kept, *, hours: bool) -> None:
    forced = kept.entry.forced
    row: dict[str, Any] = {
        "note": kept.note,
        "forced": forced and forced.state,
        "until": forced and forced.until,
        "reason": forced and forced.reason,
        "revision": kept.revision,
        "changed": kept.changed,
        "by": kept.by,
    }
    if hours:  # those that this Ivory cannot read stay as they are
        calendar = kept.entry.calendar
        row["hours"] = json.dumps(plain(calendar), ensure_ascii=False) if calendar else None
    query = Calendars.insert({"name": kept.name, **row})
    query.on_conflict(conflict_target=[Calendars.name], update=row).execute(store.db)


def _kept(row: Mapping[str, Any]) -> Kept:
    calendar, trouble = None, ""
    if row["hours"] is not None:
        try:
            calendar = read(row["hours"])
        except IvoryError as error:
            trouble = str(error)
    forced = Forced(row["forced"], row["until"], row["reason"] or "") if row["forced"] else None
    entry = Entry(calendar, forced)
    return Kept(row["name"], entry, row["note"], row["revision"], row["changed"], row["by"], trouble)


def _shown(kept: Kept | None) -> dict[str, Any]:
    """A row as the audit has it."""
    if kept is None:
        return {}
    shown: dict[str, Any] = {"hours": plain(kept.entry.calendar)} if kept.entry.calendar else {}
    if forced := kept.entry.forced:
        until = forced.until.isoformat() if forced.until else None
        shown["forced"] = {"state": forced.state, "until": until, "reason": forced.reason}
    return {**shown, "note": kept.note} if kept.note else shown
