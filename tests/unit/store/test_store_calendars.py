"""Rows of calendars: set, switched by hand, locked, audited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from ivr.errors import Conflict, Invalid, NotFound
from ivr.hours import Entry, Forced
from ivr.hours.written import read
from ivr.store import audits, bindings, calendars
from ivr.store.bindings import Change
from ivr.store.database import Store
from ivr.store.models import Calendars
from ivr.store.schema import open_current

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ME = Change("me", NOON)
HOURS = {"timezone": "Asia/Shanghai", "mon-fri": "09:00-18:00", "dates": {"2026-12-24": "closed"}}
CLOSED = Forced("closed", NOON + timedelta(hours=3), "水淹")


def after(minutes: int, expected: int | None = None) -> Change:
    return Change("me", NOON + timedelta(minutes=minutes), expected)


def test_a_calendar_is_kept_as_it_was_set(store: Store) -> None:
    kept = calendars.put(store, "office", HOURS, ME, "  Shanghai ")
    assert calendars.get(store, "office") == kept
    assert (kept.entry, kept.note) == (Entry(read(HOURS)), "Shanghai")


def test_hours_and_what_was_switched_by_hand_are_changed_apart(store: Store) -> None:
    calendars.force(store, "office", CLOSED, ME)
    assert calendars.get(store, "office").entry == Entry(None, CLOSED)
    calendars.put(store, "office", HOURS, after(1), "note")
    kept = calendars.put(store, "office", {**HOURS, "sat": "24h"}, after(2))
    assert (kept.entry.forced, kept.note) == (CLOSED, "note")
    unforced = calendars.unforce(store, "office", after(3))
    assert unforced is not None
    assert (unforced.entry.forced, unforced.entry.calendar) == (None, kept.entry.calendar)


def test_of_a_calendar_that_was_only_switched_nothing_is_left(store: Store) -> None:
    calendars.force(store, "office", CLOSED, ME)
    assert calendars.unforce(store, "office", after(1)) is None
    assert calendars.every(store) == []
    with pytest.raises(NotFound):
        calendars.unforce(store, "office", after(2))


@pytest.mark.parametrize("name", ["", "Office", "1st", "a b", "x" * 65, "../x"])
def test_a_name_that_flows_could_not_write_is_refused(store: Store, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        calendars.put(store, name, HOURS, ME)
    assert refused.value.field == "name"


@pytest.mark.parametrize("until", [NOON, NOON - timedelta(days=1), datetime(2027, 1, 1)])  # noqa: DTZ001
def test_a_switch_that_would_end_at_once_is_refused(store: Store, until: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        calendars.force(store, "office", Forced("open", until), ME)
    assert refused.value.field == "until"


def test_wrong_hours_change_nothing(store: Store) -> None:
    kept = calendars.put(store, "office", HOURS, ME)
    with pytest.raises(Invalid, match="not a time"):
        calendars.put(store, "office", {**HOURS, "mon-fri": "9-18"}, after(1))
    assert calendars.get(store, "office") == kept


def test_a_change_of_what_somebody_else_changed_is_a_conflict(store: Store) -> None:
    first = calendars.put(store, "office", HOURS, after(0, 0))
    calendars.force(store, "office", CLOSED, after(1, first.revision))
    changes: tuple[Callable[[], object], ...] = (
        lambda: calendars.put(store, "office", HOURS, after(2, first.revision)),
        lambda: calendars.force(store, "office", CLOSED, after(2, first.revision)),
        lambda: calendars.unforce(store, "office", after(2, first.revision)),
        lambda: calendars.remove(store, "office", after(2, first.revision)),
        lambda: calendars.put(store, "office", HOURS, after(2, 0)),
    )
    for change in changes:
        with pytest.raises(Conflict):
            change()
    assert calendars.get(store, "office").entry.forced == CLOSED


def test_hours_that_this_ivory_cannot_read_are_told_and_kept(store: Store) -> None:
    calendars.put(store, "office", HOURS, ME)
    Calendars.update(hours='{"timezone": "Mars/Olympus", "mon": "24h"}').execute(store.db)
    kept = calendars.get(store, "office")
    assert kept.entry.calendar is None
    assert "Mars/Olympus" in kept.trouble
    calendars.force(store, "office", CLOSED, after(1))
    assert "Mars/Olympus" in calendars.get(store, "office").trouble
    assert calendars.unforce(store, "office", after(2)) is not None
    assert not calendars.put(store, "office", HOURS, after(3)).trouble


def test_every_change_is_written_down(store: Store) -> None:
    calendars.put(store, "office", HOURS, after(0))
    calendars.force(store, "office", CLOSED, after(1))
    calendars.remove(store, "office", after(2))
    removed, forced, made = audits.page(store, audits.Query(target="office"))
    assert made.after["hours"]["mon-fri"] == "09:00-18:00"
    assert (forced.before, forced.after["forced"]["reason"]) == (made.after, "水淹")
    assert (removed.before, removed.after) == (forced.after, {})


def test_calendars_are_copied_with_what_was_switched(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    calendars.put(store, "office", HOURS, ME)
    calendars.force(store, "office", CLOSED, after(1))
    calendars.force(store, "shop", Forced("open"), after(2))
    with open_current(f"sqlite:///{tmp_path_factory.mktemp('other')}/ivory.db") as other:
        assert bindings.copy(store, other) == 2
        assert calendars.every(other) == calendars.every(store)
