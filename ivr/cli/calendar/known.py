"""What the commands of `ivr calendar` share: all calendars there are, and how they are written for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ivr.hours.preview import Reason
    from ivr.routing.calendars import Known
    from ivr.store.database import Store


def every(store: Store) -> dict[str, Known]:
    """All calendars: the house's, those of flows in service and of the plan in force."""
    from ivr.cli import common
    from ivr.cli.acd.turns import in_force
    from ivr.routing.calendars import known
    from ivr.runtime.in_service import in_service
    from ivr.store import calendars

    flows = in_service(store, common.load().settings.flows)
    return known(calendars.every(store), flows, in_force().centre)


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def moment(when: datetime | None) -> str:
    """A moment as people read it."""
    return f"{when:%a %Y-%m-%d %H:%M}" if when else ""


def stands(reason: Reason | None) -> str:
    """`open until Mon 2026-11-23 18:00`."""
    if reason is None:
        return "it depends on the flow"
    until = f" until {moment(reason.until)}" if reason.until else ""
    return f"{reason.state}{until}{' (by hand)' if reason.rule == 'forced' else ''}"


def because(reason: Reason) -> str:
    """Why it stands so."""
    of = f"{reason.day:%a %Y-%m-%d}"
    match reason.rule:
        case "forced":
            said = f"it was switched by hand: {reason.reason}" if reason.reason else "it was switched by hand"
            return f"{said}; the hours of {of} are {reason.hours}"
        case "date":
            return f"the hours of {of} alone are {reason.hours}"
        case "holiday":
            return f"{of} is a public holiday{f', {reason.name}' if reason.name else ''}"
        case "worked":
            return f"{of} is worked in return for a holiday, {reason.hours}"
        case _:
            return f"the hours of {of} are {reason.hours}"


def plain(one: Known, at: datetime) -> dict[str, Any]:
    """A calendar for JSON."""
    from ivr.hours import written

    forced, kept = one.forced, one.kept
    return {
        "name": one.name,
        "hours": written.plain(one.house) if one.house else None,
        "forced": {"state": forced.state, "until": forced.until, "reason": forced.reason} if forced else None,
        "note": kept.note if kept else "",
        "revision": kept.revision if kept else None,
        "changed": kept.changed if kept else None,
        "by": kept.by if kept else "",
        "flows": {name: written.plain(each) for name, each in one.flows.items()},
        "plan": written.plain(one.plan) if one.plan else None,
        "groups": one.groups,
        "stands": _reason(one.stands(at)),
    }


def _reason(reason: Reason | None) -> dict[str, Any] | None:
    from dataclasses import asdict

    return {**asdict(reason), "day": reason.day.isoformat()} if reason else None
