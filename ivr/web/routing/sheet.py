"""A group as a form has it: what fields can say is in fields, what they cannot goes through as it is.

The plan says more than a form should ask for (a prompt with pauses in it, say). Such an option is kept whole,
and the page leads to the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr.acd.plan import LoadedPlan
from ivr.acd.plan.changes import levels
from ivr.acd.plan.model import LIMITS

TAGS: Final = ("zh-CN", "en-US")
"""Languages that words are asked for in, wherever the plan names none."""
WORDED: Final = ("whisper", "title")
SIMPLE: Final = frozenset({"after", "every", "position", "wait", "say"})
_FEW: Final = ("calls", "retention")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The fields of a group: its options as they stand, rows for what is a list, and what is `kept` whole."""

    said: Mapping[str, Any]
    tags: tuple[str, ...]
    rows: Mapping[str, list[dict[str, Any]]]
    kept: Mapping[str, Any]

    def words(self, option: str) -> dict[str, str]:
        """Words by language; one text for all languages stands in each."""
        return worded(self.said.get(option), self.tags) or {}


def sheet(plan: LoadedPlan, said: Mapping[str, Any]) -> Sheet:
    """The fields of what a group says itself (`things.group`)."""
    tags, kept = languages(plan), dict[str, Any]()
    rows = {
        "relax": [_relaxation(one) for one in said.get("relax") or ()],
        "overflow": [_overflow(one) for one in said.get("overflow") or ()],
        "announcements": [_announcement(one, tags) for one in said.get("announcements") or ()],
    }
    for name in ("relax", "overflow", "announcements"):
        if any(one is None for one in rows[name]):
            kept[name] = said[name]
    for name in WORDED:
        if name in said and worded(said[name], tags) is None:
            kept[name] = said[name]
    recording = said.get("recording")
    if isinstance(recording, dict):
        kept |= {f"recording.{name}": value for name, value in recording.items() if name not in _FEW}
    simple = {name: [one for one in each if one is not None] for name, each in rows.items()}
    return Sheet(said, tags, simple, kept)


def languages(plan: LoadedPlan) -> tuple[str, ...]:
    """Languages that the plan's words are in."""
    spoken = [tag for group in plan.centre.groups.values() for tag in group.title if tag]
    return tuple(dict.fromkeys([*spoken, *TAGS]))


def worded(value: Any, tags: tuple[str, ...]) -> dict[str, str] | None:
    """Plain words by language; None for what is more than that."""
    if value is None:
        return {}
    if isinstance(value, str):
        return dict.fromkeys(tags, value)
    plain = isinstance(value, dict) and set(value) <= set(tags)
    return dict(value) if plain and all(isinstance(one, str) for one in value.values()) else None


def _relaxation(step: Any) -> dict[str, Any] | None:
    if not isinstance(step, dict):
        return None
    asked = ", ".join(f"{skill} {level}" for skill, level in levels(step.get("require")).items())
    return {"after": step.get("after"), "require": asked, "groups": ", ".join(step.get("groups") or ())}


def _overflow(rule: Any) -> dict[str, Any] | None:
    if not isinstance(rule, dict) or not isinstance(rule.get("to"), dict) or len(rule["to"]) != 1:
        return None
    ((kind, name),) = rule["to"].items()
    limit = rule.get(LIMITS.get(str(rule.get("on")), ""), "")
    return {"on": rule.get("on"), "limit": limit, "kind": kind, "name": name}


def _announcement(one: Any, tags: tuple[str, ...]) -> dict[str, Any] | None:
    if not isinstance(one, dict) or not set(one) <= SIMPLE:
        return None
    words = worded(one.get("say"), tags)
    return None if words is None else {**one, "say": words}
