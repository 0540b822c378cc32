"""Every calendar there is: the house's own, those of flows and of the routing plan, and who goes by which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ivr.acd.plan.model import Centre
from ivr.errors import NotFound
from ivr.flow.model import LoadedFlow
from ivr.hours import Calendar, Forced
from ivr.hours.preview import Reason, why
from ivr.registry import did_you_mean
from ivr.store.calendars import Kept


@dataclass(frozen=True, slots=True)
class Known:
    """A calendar by its name.

    Attributes:
        kept: what the house says of it, if anything.
        flows: what each flow says that has one of that name.
        plan: what the routing plan says.
        groups: the skill groups that go by it.
    """

    name: str
    kept: Kept | None = None
    flows: Mapping[str, Calendar] = field(default_factory=dict)
    plan: Calendar | None = None
    groups: tuple[str, ...] = ()

    @property
    def house(self) -> Calendar | None:
        """The house's hours."""
        return self.kept.entry.calendar if self.kept else None

    @property
    def forced(self) -> Forced | None:
        """What was switched by hand, held or not."""
        return self.kept.entry.forced if self.kept else None

    @property
    def own(self) -> Sequence[Calendar]:
        """What flows and the plan say, each different one once."""
        found: list[Calendar] = []
        for one in (*self.flows.values(), *([self.plan] if self.plan else [])):
            if one not in found:
                found.append(one)
        return found

    @property
    def calendar(self) -> Calendar | None:
        """The hours in force; None where several differ, or nobody says any."""
        return self.house or (self.own[0] if len(self.own) == 1 else None)

    def stands(self, at: datetime, language: str = "") -> Reason | None:
        """How it stands at an aware moment, and why; None where that cannot be said in one word."""
        return why(self.calendar, at, self.forced, language) if self.calendar else None


def known(kept: Sequence[Kept], flows: Mapping[str, LoadedFlow], centre: Centre) -> dict[str, Known]:
    """All calendars by name."""
    rows = {one.name: one for one in kept}
    names = {*rows, *centre.calendars, *(name for one in flows.values() for name in one.flow.calendars)}
    return {
        name: Known(
            name,
            rows.get(name),
            {one: each.flow.calendars[name] for one, each in flows.items() if name in each.flow.calendars},
            centre.calendars.get(name),
            tuple(group for group, each in centre.groups.items() if each.hours == name),
        )
        for name in sorted(names)
    }


def pick(calendars: Mapping[str, Known], name: str) -> Known:
    """The calendar of a name. Raises NotFound."""
    if name not in calendars:
        raise NotFound(
            f'there is no calendar "{name}"',
            hint=did_you_mean(name, list(calendars)) or "`ivr calendar list`",
        )
    return calendars[name]
