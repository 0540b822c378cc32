"""From the rows of a list to customers; every row that makes none is told by its line, with a way out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ivr import i18n, numbers
from ivr.customers import columns
from ivr.customers.sheet import Sheet, armoured
from ivr.errors import ImportFailed, Place

YES = frozenset({"1", "y", "yes", "true", "t", "是", "vip", "√", "✓", "x"})
NO = frozenset({"0", "n", "no", "false", "f", "否", "不是", "普通"})
MOST_TEXT = 255
_SPLIT = re.compile(r"[;；,，、|/\n]+")
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?e\+?[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row's customer. Empty, and None, is what the row does not say."""

    line: int
    id: str = ""
    numbers: tuple[str, ...] = ()
    name: str = ""
    company: str = ""
    vip: bool | None = None
    tags: tuple[str, ...] = ()
    agent: str = ""
    language: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that makes no customer, and the way out."""

    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" + (f"; {self.hint}" if self.hint else "")


class _Unusable(Exception):
    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def entries(sheet: Sheet, name: str, region: str = "CN") -> tuple[list[Entry], list[Problem]]:
    """The customers of a list, and the rows that are none.

    Raises:
        ImportFailed: it is empty, or has no column of numbers.
    """
    if not sheet.rows:
        raise ImportFailed(f"{name} is empty", hint="the first line holds the headings: number,name")
    headings = columns.fields(sheet.rows[0].cells)
    if "number" not in headings:
        told = ", ".join(cell for cell in sheet.rows[0].cells if cell)
        raise ImportFailed(
            f"there is no column of numbers among: {told[:200]}",
            place=Place(name, sheet.rows[0].line),
            hint="call it `number`, `phone`, 电话 or 手机号",
        )
    found: list[Entry] = []
    problems: list[Problem] = []
    owners: dict[str, int] = {}
    for row in sheet.rows[1:]:
        try:
            entry = _entry(row.line, headings, row.cells, region)
            _once(entry, owners)
        except _Unusable as error:
            problems.append(Problem(row.line, error.message, error.hint))
        else:
            owners.update(dict.fromkeys(entry.numbers, row.line))
            found.append(entry)
    return found, problems


def row(entry: Entry, attributes: Sequence[str]) -> list[str]:
    """The cells of a customer as `entries` reads them, in the order of `columns.NAMES`, then `attributes`."""
    vip = "" if entry.vip is None else "yes" if entry.vip else "no"
    texts = [entry.id, " ; ".join(entry.numbers), entry.name, entry.company, vip, ";".join(entry.tags)]
    texts += [entry.agent, entry.language, *(str(entry.attributes.get(name, "")) for name in attributes)]
    return [text if index == 1 else armoured(text) for index, text in enumerate(texts)]


def _entry(line: int, headings: Sequence[str], cells: Sequence[str], region: str) -> Entry:
    if extra := [cell for cell in cells[len(headings) :] if cell]:
        raise _Unusable(
            f"more cells than headings: {extra[0][:40]}", "a text with a separator goes in quotes"
        )
    given: dict[str, list[str]] = {}
    for heading, cell in zip(headings, cells, strict=False):
        if heading and cell:
            given.setdefault(heading, []).append(cell)
    numbered = tuple(
        dict.fromkeys(_number(part, region) for cell in given.get("number", []) for part in _parts(cell))
    )
    if not numbered:
        raise _Unusable("no number", "every customer has one at least")
    one = {
        name: _text(name, given.get(name, [""])[0]) for name in ("id", "name", "company", "agent", "language")
    }
    if one["language"] and not i18n.is_tag(one["language"]):
        raise _Unusable(f'"{one["language"][:20]}" is no language', "write zh-CN or en-US")
    tags = tuple(dict.fromkeys(_text("tags", tag) for cell in given.get("tags", []) for tag in _parts(cell)))
    attributes = {
        name.removeprefix("attributes."): values[0]
        for name, values in given.items()
        if name.startswith("attributes.")
    }
    return Entry(line, one["id"], numbered, one["name"], one["company"], _vip(given), tags, one["agent"],
                 one["language"], attributes)  # fmt: skip


def _once(entry: Entry, owners: Mapping[str, int]) -> None:
    for number in entry.numbers:
        if number in owners:
            raise _Unusable(f"{number} is in line {owners[number]} already", "keep one of them")


def _parts(cell: str) -> list[str]:
    return [part for part in map(str.strip, _SPLIT.split(cell)) if part]


def _number(text: str, region: str) -> str:
    if _ROUNDED.fullmatch(text):
        raise _Unusable(f"{text} was a number before a spreadsheet rounded it",
                        "format the column as text there, and export it again")  # fmt: skip
    number = numbers.customer_key(re.sub(r"\.0+$", "", text), region)
    if not number:
        raise _Unusable(f'"{text[:40]}" is no number anybody could be known by', "write +8613800000000")
    return number


def _text(name: str, text: str) -> str:
    if len(text) > MOST_TEXT:
        raise _Unusable(f"{name} has {len(text)} characters", f"{MOST_TEXT} is the most")
    return text


def _vip(given: Mapping[str, Sequence[str]]) -> bool | None:
    text = given.get("vip", [""])[0].lower()
    if not text:
        return None
    if text in YES | NO:
        return text in YES
    raise _Unusable(f'"{text[:20]}" does not say whether they are a VIP', "write yes or no, 是 or 否")
