"""FreeSWITCH's `<menu>` elements as data, with its own defaults (switch_ivr_menu.c)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ivr.errors import Place
from ivr.importers.freeswitch.report import Report
from ivr.importers.freeswitch.xml import Element

SOUNDS = ("greet-long", "greet-short", "invalid-sound", "exit-sound", "transfer-sound")
_NUMBERS = (
    "timeout",
    "inter-digit-timeout",
    "max-failures",
    "max-timeouts",
    "digit-len",
    "confirm-attempts",
)
_TEXTS = (
    "confirm-macro",
    "confirm-key",
    "exec-on-max-failures",
    "exec-on-max-timeouts",
    "tts-engine",
    "tts-voice",
    "pin",
    "pin-file",
    "bad-pin-file",
)
_ATTRIBUTES = frozenset({"name", *SOUNDS, *_NUMBERS, *_TEXTS})
_PATIENCE = 10_000  # ms that FreeSWITCH waits where a menu does not say
_LONGEST = 3_600_000  # ms
PIN_PROMPT = "ivr/ivr-please_enter_pin_followed_by_pound.wav"
PIN_WRONG = "conference/conf-bad-pin.wav"


@dataclass(frozen=True)
class Entry:
    """What one `<entry>` says. `digits` that begin with `/` are a regular expression."""

    action: str
    digits: str
    argument: str
    element: Element

    @property
    def place(self) -> Place:
        return self.element.place


@dataclass(frozen=True)
class Menu:
    """One menu. Times are in milliseconds; `inter_digit` is 0 where FreeSWITCH's own is."""

    name: str
    element: Element
    entries: tuple[Entry, ...]
    timeout: int
    inter_digit: int
    failures: int
    timeouts: int
    digit_length: int
    confirm_attempts: int

    @property
    def place(self) -> Place:
        return self.element.place

    @property
    def longest(self) -> int:
        """Keys that an entry has at most."""
        return max(
            [self.digit_length, *(len(e.digits) for e in self.entries if not e.digits.startswith("/"))]
        )

    def get(self, name: str) -> str:
        return self.element.get(name)

    def subs(self) -> list[str]:
        """The menus it leads to."""
        return [entry.argument for entry in self.entries if entry.action == "menu-sub"]


def read(element: Element, report: Report) -> Menu:
    """A menu from its element."""
    name = element.get("name")
    for attribute in element.attributes:
        if attribute not in _ATTRIBUTES:
            report.lost(element.at(attribute), f'menu "{name}": {attribute} means nothing to FreeSWITCH')
    for child in element.children:
        if child.tag != "entry":
            report.lost(child.place, f'menu "{name}": <{child.tag}> means nothing to FreeSWITCH')
    number = {attribute: _number(element, attribute, report) for attribute in _NUMBERS}
    # Where only failures are bounded, silences are by the same number.
    silences = number["max-timeouts" if element.get("max-timeouts") else "max-failures"]
    timeout = number["timeout"] if number["timeout"] > 0 else _PATIENCE
    return Menu(
        name,
        element,
        tuple(_entries(element, name, report)),
        timeout,
        max(0, number["inter-digit-timeout"] or number["timeout"] // 2),
        number["max-failures"] if number["max-failures"] > 0 else 3,
        silences if silences > 0 else 3,
        max(0, number["digit-len"]),
        number["confirm-attempts"] or 3,
    )


def _entries(element: Element, menu: str, report: Report) -> list[Entry]:
    entries = []
    for child in element.children:
        if child.tag != "entry":
            continue
        action, digits = child.get("action").strip(), child.get("digits")
        if not action or not digits:
            what = "digits" if action else "an action"
            report.lost(child.place, f'menu "{menu}": an entry without {what}')
            continue
        entries.append(Entry(action.lower(), digits, child.get("param"), child))
        for attribute in child.attributes:
            if attribute not in ("action", "digits", "param"):
                report.lost(
                    child.place, f'menu "{menu}": {attribute} of an entry means nothing to FreeSWITCH'
                )
    return entries


def _number(element: Element, attribute: str, report: Report) -> int:
    """A number as C's atoi reads it: what stands before the first other sign; else 0."""
    text = element.get(attribute)
    found = re.match(r"\s*([+-]?[0-9]+)", text)
    value = int(found[1][:12]) if found else 0
    if text and not (found and found[0] == text):
        report.differs(element.at(attribute), f'{attribute}="{text}" is no number; FreeSWITCH takes {value}')
    if value > _LONGEST:
        report.differs(element.at(attribute), f'{attribute}="{text}" was cut to {_LONGEST}')
        return _LONGEST
    return value
