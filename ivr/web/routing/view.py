"""What pages about groups and agents show beside the plan's own words: names in the reader's language,
states, clocks, and what an option is when a group says nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _

from ivr import i18n
from ivr.acd.model import STATES
from ivr.acd.plan import LoadedPlan
from ivr.acd.plan.model import GroupDefaults
from ivr.web.languages import TAGS, chosen

STATE_WORDS: Final = {
    "available": _("ready"), "reserved": _("being called"), "busy": _("talking"), "wrap_up": _("wrapping up"),
    "on_break": _("on break"), "logged_out": _("signed out"),
}  # fmt: skip
CHOICES: Final = {
    "best_skill": _("who knows it best"), "fewest_calls": _("who served the fewest today"),
    "last_agent": _("who served them last"), "least_occupied": _("who was busy least of late"),
    "least_skilled": _("who can do the least besides"), "least_talk": _("who talked the least today"),
    "longest_idle": _("who has been free longest"), "random": _("by lot"), "ring_all": _("everybody at once"),
    "ring_progressively": _("one, then one more every few seconds"), "round_robin": _("in turn"),
    "top_down": _("by their place, the first first"),
    "waiting": _("who waited longest"), "priority": _("by priority"),
    "weighted": _("by wait and priority together"), "service_level": _("who is nearest to waiting too long"),
}  # fmt: skip
"""Strategies and orders, in the words of a form."""
TONES: Final = {
    "available": "ok", "reserved": "warn", "busy": "info", "wrap_up": "accent", "on_break": "warn",
    "logged_out": "",
}  # fmt: skip
ORDER: Final = ("busy", "reserved", "wrap_up", "available", "on_break", "logged_out")
LATE: Final = 0.8
"""Share of a group's target from which on its longest wait is marked."""
_SPANS: Final = ((86_400.0, "d"), (3600.0, "h"), (60.0, "m"), (1.0, "s"))


def words(title: Mapping[str, str] | None, otherwise: str) -> str:
    """What something is called, in the reader's language."""
    return (i18n.pick(dict(title), TAGS[chosen()]) if title else "") or otherwise


def state(agent: Mapping[str, Any] | None) -> str:
    """An agent's state, in the table of states; signed out where the worker does not know them."""
    found = str((agent or {}).get("state", "logged_out"))
    return found if found in STATES else "logged_out"


def choice(name: str) -> str:
    """A strategy or an order in words; one of somebody's own by its name."""
    return str(CHOICES.get(name, name.replace("_", " ")))


def clock(seconds: float | None) -> str:
    """`0:07`, `1:02:03`."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def span(seconds: float | None) -> str:
    """A duration as the plan writes it: `90s`, `2m`."""
    if seconds is None:
        return ""
    for size, unit in _SPANS:
        if seconds and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


def tone(wait: float, target: float | None) -> str:
    """How a wait looks beside what is promised."""
    if not target or wait < LATE * target:
        return ""
    return "bad" if wait >= target else "warn"


def usual(plan: LoadedPlan) -> dict[str, str]:
    """What holds for each option where a group says nothing: as `defaults` write it, or Ivory's own."""
    said = plan.data.get("defaults") or {}
    own = {name: _plain(field.default) for name, field in GroupDefaults.model_fields.items()}
    return {
        **own,
        **{name: str(value) for name, value in said.items() if isinstance(value, str | int | float)},
    }


def calls(contact: Mapping[str, Any]) -> str:
    """Who is behind a contact: the name, else the number."""
    number = contact.get("number")
    return str(contact.get("name") or number or ("–" if number is None else _("number withheld")))


def _plain(value: Any) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, tuple | GroupDefaults):
        return ""
    return span(value) if isinstance(value, float) else str(value)
