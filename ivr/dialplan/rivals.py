"""Other extensions that take the same numbers. FreeSWITCH asks a context's extensions in turn, and the first
that takes a call keeps it, unless it says continue="true" (mod_dialplan_xml.c)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from ivr.dialplan.conf import Conf
from ivr.dialplan.note import Note
from ivr.dialplan.plan import Plan, literals

_TIME = {"year", "yday", "mon", "mday", "week", "mweek", "wday", "hour", "minute", "minute-of-day"} | {
    "time-of-day",
    "date-time",
}
_LITERALS = re.compile(r"\^\(?(?:\\?\+\??)?([0-9*#|]+)\)?\$")
_PATTERN_SLASHES = re.compile(r"/(.*)/([a-z]*)", re.DOTALL)


def rivals(conf: Conf, context: etree._Element, plan: Plan, own: Path) -> list[Note]:
    """What stands between the callers and Ivory's extension, or behind it in vain.

    Args:
        own: where Ivory's extension is, or would be.

    Returns: an error for each extension that keeps calls from Ivory, or whose very number Ivory would take
        over; a warning for one that keeps them under a condition that is only known during a call.
    """
    notes = []
    for extension, comes_first in _others(conf, context, own):
        name = extension.get("name") or "without a name"
        candidates = dict.fromkeys((*_called(plan), *filter(plan.takes, _named(extension))))
        taken = [number for number in candidates if _takes(extension, number)]
        place = conf.place(extension)
        if not taken:
            same = plan.expression in _expressions(extension)
            if same:
                notes.append(
                    Note(f"extension {name} has the same pattern", place, "remove one of them", "error")
                )
            continue
        numbers = ", ".join(taken)
        if comes_first and extension.get("continue") != "true":
            sure = _unconditional(extension)
            notes.append(
                Note(
                    f"extension {name} takes {numbers} before Ivory does" + ("" if sure else ", at times"),
                    place,
                    "take the number out of it, or move it behind the include of Ivory's file",
                    "error" if sure else "warning",
                )
            )
        elif not comes_first and _named(extension):
            notes.append(
                Note(
                    f"extension {name} is there for {numbers}, and would not be reached any more",
                    place,
                    "remove it, or leave the number out",
                    "error",
                )
            )
    return notes


def _others(conf: Conf, context: etree._Element, own: Path) -> Iterator[tuple[etree._Element, bool]]:
    """The context's extensions but Ivory's, each with whether it comes before it."""
    passed = False
    behind: set[str] = set()
    for child in context:
        if (include := conf.include(child)) is not None and include.takes(own):
            passed = True
            behind = {str(file) for file in include.files if file.name < own.name}
        elif child.tag == "extension" and (file := conf.place(child).file) != str(own):
            yield child, not passed or file in behind


def _called(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys(called for number in plan.numbers for called in literals(number)))


def _takes(extension: etree._Element, number: str) -> bool:
    """Whether it may take a call to `number`: every condition on the called number matches, and there is one,
    or there is none at all."""
    matched = [_matches(one, number) for one in _expressions(extension)]
    return all(matched) if matched else _unconditional(extension)


def _expressions(extension: etree._Element) -> list[str]:
    """The patterns that it holds against the called number."""
    found = []
    for condition in extension.iter("condition", "regex"):
        if condition.get("field") in ("destination_number", "${destination_number}"):
            found.append(condition.get("expression") or condition.findtext("expression") or "")
    return found


def _matches(expression: str, number: str) -> bool:
    flags = re.IGNORECASE
    if found := _PATTERN_SLASHES.fullmatch(expression):
        expression = found[1]
    try:
        return re.search(expression, number, flags) is not None
    except re.error:
        return False  # one that only PCRE knows: nothing to tell


def _unconditional(extension: etree._Element) -> bool:
    """Whether nothing but the called number decides."""
    conditions = list(extension.iter("condition"))
    return all(
        condition.get("field") in ("destination_number", "${destination_number}", None)
        and not _TIME & set(map(str, condition.keys()))
        and condition.get("regex") is None
        and condition.get("break") is None
        for condition in conditions
    ) and bool(conditions)


def _named(extension: etree._Element) -> list[str]:
    """The numbers that it names one by one: `^(5551212|5551213)$`."""
    found = (_LITERALS.fullmatch(expression) for expression in _expressions(extension))
    return [number for one in found if one is not None for number in one[1].split("|")]
