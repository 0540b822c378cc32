"""Digits as regular expressions: what FreeSWITCH's menus match them with, in what the flow language has.

`collect` takes a pattern of classes, quantifiers and alternatives at its top, without groups; expressions
know no patterns at all. So an expression is read into alternatives of atoms (a set of keys, so many times)
and written down again, as a pattern or as a condition. What cannot be read so is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ivr.call import KEYS

DIGITS = frozenset("0123456789")
_ALL = frozenset(KEYS)
_MANY = 64  # keys an entry has at most
_MOST_ALTERNATIVES = 64
_MOST_WORDS = 40  # entries that are written out one by one
_QUANTIFIER = re.compile(r"\{(\d{1,3})(?:(,)(\d{1,3})?)?\}|[?*+]")
_INNER = re.compile(r"\((\?:)?([^()|]*\|[^()]*)\)(?![*+?{])")
_CLASS = re.compile(r"\[((?:\\d|[0-9*#A-Da-d])(?:\\d|[0-9*#A-Da-d-])*)\]")


@dataclass(frozen=True, slots=True)
class Atom:
    """One of these keys, `least` to `most` times."""

    keys: frozenset[str]
    least: int = 1
    most: int = 1

    def __str__(self) -> str:
        ordered = "".join(key for key in KEYS if key in self.keys)
        one = ordered if len(ordered) == 1 else f"[{_ranges(ordered)}]"
        if ordered in "*":
            one = "[*]"
        return one + _times(self.least, self.most)


Sequence = tuple[Atom, ...]
_ANYTHING = Atom(_ALL, 0, _MANY)
_EVERYTHING = ((0, -1),)  # a group around several alternatives


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression as alternatives; `groups` are what `$1`, `$2` … stand for: the first atom of each
    and the one behind its last, known where there is one alternative."""

    alternatives: tuple[Sequence, ...]
    groups: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return "|".join("".join(map(str, atoms)) for atoms in self.alternatives)

    def words(self) -> list[str] | None:
        """Every entry it matches; None when they are too many to write down."""
        words: list[str] = []
        for atoms in self.alternatives:
            endings = [""]
            for atom in atoms:
                if atom.least != atom.most:
                    return None
                for _ in range(atom.least):
                    endings = [start + key for start in endings for key in sorted(atom.keys)]
                    if len(endings) > _MOST_WORDS:
                        return None
            words += endings
        return sorted(set(words)) if len(words) <= _MOST_WORDS else None

    def condition(self, name: str) -> str | None:
        """When the entry in the variable `name`, all digits, is one of these; None when it cannot be said."""
        if (words := self.words()) is not None:
            return f"{name} == '{words[0]}'" if len(words) == 1 else f"{name} in {words}"
        said = [_condition(atoms, name) for atoms in self.alternatives]
        return (
            None
            if None in said
            else " or ".join(f"({each})" if len(said) > 1 else each for each in said if each)
        )

    def value(self, group: int, name: str) -> str | None:
        """What `$1` is, as an expression of the entry `name`; `$0` is all of it."""
        if group == 0:
            return name
        if len(self.alternatives) != 1 or not 1 <= group <= len(self.groups):
            return name if self._whole(group) else None
        atoms = self.alternatives[0]
        first, behind = self.groups[group - 1]
        if first == 0 and behind == len(atoms):
            return name
        if any(atom.least != atom.most for atom in atoms[first:behind]):
            return None
        length = sum(atom.most for atom in atoms[first:behind])
        if first == 0:
            return f"{name} | first({length})"
        return f"{name} | last({length})" if behind == len(atoms) else None

    def _whole(self, group: int) -> bool:
        """Whether a group is everything in each of several alternatives."""
        return group == 1 and self.groups == _EVERYTHING


def read(bind: str) -> Pattern | None:
    """The pattern of an entry's digits, as `/^(10[01][0-9])$/`; None where flows cannot say it."""
    found = re.fullmatch(r"/(.*)/([a-z]*)", bind, re.DOTALL)
    source = found[1] if found else bind.removeprefix("/")
    if len(source) > 200:
        return None
    anchored = source.startswith("^")
    closed = source.endswith("$") and not source.endswith("\\$")
    inner = source[anchored : len(source) - closed]
    branches, whole = [inner], False
    if "|" in _outside_groups(inner):
        if anchored or closed:
            return None  # ^ or $ belongs to one of the alternatives only
        branches = _split(inner)
    elif _is_one_group(inner):
        branches, whole = _split(inner[1:-1].removeprefix("?:")), not inner.startswith("(?:")
    one = len(branches) == 1
    branches = [each for branch in branches for each in _spread(branch)]
    if len(branches) > _MOST_ALTERNATIVES:
        return None
    before, after = () if anchored else (_ANYTHING,), () if closed else (_ANYTHING,)
    alternatives: list[Sequence] = []
    groups: tuple[tuple[int, int], ...] = ()
    for branch in branches:
        if (found_atoms := _atoms(branch)) is None:
            return None
        atoms, spans = found_atoms
        alternatives.append((*before, *atoms, *after))
        shift = len(before)
        if len(branches) == 1:
            outer = ((shift, shift + len(atoms)),) if whole else ()
            groups = (*outer, *((first + shift, behind + shift) for first, behind in spans))
        elif whole and anchored and closed and (one or not spans):
            groups = _EVERYTHING
    return Pattern(tuple(alternatives), groups) if all(map(_presses, alternatives)) else None


def _spread(source: str) -> list[str]:
    """A branch without alternatives in it: `(3|4)0` is `(3)0` or `(4)0`."""
    todo = [source]
    done: list[str] = []
    while todo and len(todo) + len(done) <= _MOST_ALTERNATIVES:
        branch = todo.pop()
        found = _INNER.search(branch)
        if found is None:
            done.append(branch)
            continue
        options = found[2].split("|")
        todo += [
            f"{branch[: found.start()]}({found[1] or ''}{option}){branch[found.end() :]}"
            for option in reversed(options)
        ]
    return [*done, *todo]


def _presses(atoms: Sequence) -> bool:
    """Whether an alternative takes any key at all."""
    return any(atom.most for atom in atoms)


def _atoms(source: str) -> tuple[Sequence, tuple[tuple[int, int], ...]] | None:
    """The atoms of a branch, and the spans of its groups, which may not be repeated or branch themselves."""
    atoms: list[Atom] = []
    spans: list[tuple[int, int]] = []
    open_at: list[int] = []  # indices in `spans`; -1 for groups that are not counted
    at = 0
    while at < len(source):
        sign = source[at]
        if sign == "(":
            counted = not source.startswith("(?:", at)
            if counted and source.startswith("(?", at):
                return None
            open_at.append(len(spans) if counted else -1)
            if counted:
                spans.append((len(atoms), len(atoms)))
            at += 1 if counted else 3
            continue
        if sign == ")":
            if not open_at or _QUANTIFIER.match(source, at + 1):
                return None
            if (index := open_at.pop()) >= 0:
                spans[index] = (spans[index][0], len(atoms))
            at += 1
            continue
        found = _keys(source, at)
        if found is None:
            return None
        keys, at = found
        least = most = 1
        if times := _QUANTIFIER.match(source, at):
            least, most = _bounds(times)
            at = times.end()
            if source[at : at + 1] in ("?", "+"):
                return None  # lazy or possessive: where it stops would matter
        if most < least or most > _MANY:
            return None
        atoms.append(Atom(keys, least, most))
    return None if open_at else (tuple(atoms), tuple(spans))


def _keys(source: str, at: int) -> tuple[frozenset[str], int] | None:
    """The keys one atom stands for, and where it ends."""
    sign = source[at]
    if source.startswith("\\d", at):
        return DIGITS, at + 2
    if sign == "\\" and source[at + 1 : at + 2] in ("*", "#"):
        return frozenset(source[at + 1]), at + 2
    if sign == ".":
        return _ALL, at + 1
    if sign == "[" and (found := _CLASS.match(source, at)):
        try:
            matcher = re.compile(found[0].upper().replace("\\D", "\\d"))
        except re.error:
            return None
        keys = frozenset(key for key in KEYS if matcher.fullmatch(key))
        return (keys, found.end()) if keys else None
    if sign in _ALL and sign != "*":
        return frozenset(sign), at + 1
    return None


def _bounds(times: re.Match[str]) -> tuple[int, int]:
    match times[0]:
        case "?":
            return 0, 1
        case "*":
            return 0, _MANY
        case "+":
            return 1, _MANY
    least = int(times[1])
    return least, int(times[3]) if times[3] else _MANY if times[2] else least


def _times(least: int, most: int) -> str:
    match least, most:
        case 1, 1:
            return ""
        case 0, 1:
            return "?"
        case 0, 64:
            return "*"
        case 1, 64:
            return "+"
    return f"{{{least}}}" if least == most else f"{{{least},{'' if most == _MANY else most}}}"


def _ranges(ordered: str) -> str:
    """`0123456789` → `0-9`."""
    written = ""
    for run in _runs(ordered):
        written += run if len(run) < 3 else f"{run[0]}-{run[-1]}"
    return written


def _runs(ordered: str) -> Iterator[str]:
    run = ""
    for key in ordered:
        if run and ord(key) == ord(run[-1]) + 1:
            run += key
        else:
            if run:
                yield run
            run = key
    if run:
        yield run


def _condition(atoms: Sequence, name: str) -> str | None:
    """A beginning that is known and any digits behind it."""
    known = ""
    rest = list(atoms)
    while rest and len(rest[0].keys) == 1 and rest[0].least == rest[0].most:
        known += next(iter(rest[0].keys)) * rest.pop(0).least
    if any(not atom.keys >= DIGITS for atom in rest):
        return None
    least, most = len(known) + sum(a.least for a in rest), len(known) + sum(a.most for a in rest)
    said = [f"starts_with({name}, '{known}')"] if known else []
    if least == most:
        said.append(f"length({name}) == {least}")
    else:
        said += [f"length({name}) >= {least}"] * (least > max(1, len(known)))
        said += [f"length({name}) <= {most}"] * (most < _MANY)
    return " and ".join(said) or None


def _outside_groups(source: str) -> str:
    depth, outside = 0, ""
    for sign in source:
        depth += (sign == "(") - (sign == ")")
        outside += sign if depth == 0 else ""
    return outside


def _is_one_group(source: str) -> bool:
    if not (source.startswith("(") and source.endswith(")")):
        return False
    depth = 0
    for index, sign in enumerate(source):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return index == len(source) - 1
    return False


def _split(source: str) -> list[str]:
    """The alternatives at the top of an expression."""
    depth, parts = 0, [""]
    for sign in source:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
