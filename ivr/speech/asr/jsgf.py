"""JSGF grammars, cut down to the words that a recogniser can pronounce.

An engine refuses a grammar for a single word that its dictionary lacks. Here every alternative that needs
such a word is taken out, and with it the rules that nothing is left of. What is read is the part of JSGF that
grammars of alternatives are made of (https://www.w3.org/TR/jsgf/): rules, groups, options, repeats, weights;
tags are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ivr.errors import RecognitionError

DEEPEST = 50  # groups within groups
_TOKEN = re.compile(
    r"""\s* (?: (?P<tag>\{(?:\\.|[^}\\])*\}) | (?P<weight>/[\d.eE+-]+/) | (?P<rule><[\w.$-]+>)
              | (?P<quoted>"[^"]*") | (?P<sign>[;=|*+()\[\]]) | (?P<word>[^\s;=|*+<>()\[\]{}/"]+) )""",
    re.VERBOSE,
)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_HEAD = re.compile(r"\s*#JSGF[^;]*;\s*grammar\s+[\w.]+\s*;")

Known = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Cut:
    """A grammar that has known words only, lower case, and the words that were missing. `text` is empty when
    nothing is left that could be said."""

    text: str
    words: frozenset[str]
    strangers: frozenset[str]


def of_phrases(phrases: Iterable[str]) -> str:
    """A grammar whose public rule `said` is any of `phrases`."""
    spoken = [re.sub(r"[^\w\s'’-]", " ", phrase) for phrase in phrases]
    return (
        f"#JSGF V1.0; grammar ivory; public <said> = {' | '.join(each for each in spoken if each.strip())};"
    )


def cut(text: str, known: Known) -> Cut:
    """`text` without all that cannot be pronounced.

    Raises RecognitionError when it is not a grammar."""
    text = _COMMENT.sub(" ", text)
    head = _HEAD.match(text)
    if head is None:
        raise RecognitionError("this is no JSGF grammar", hint="it begins with #JSGF V1.0; grammar NAME;")
    rules = dict(_Reader(text[head.end() :], known).rules())
    words = frozenset(word for rule in rules.values() for word in rule.words)
    void: set[str] = set()
    while found := {name for name in rules.keys() - void if rules[name].without(void) is None}:
        void |= found
    kept = [
        f"{'public ' * rule.public}{name} = {body};"
        for name, rule in rules.items()
        if (body := rule.without(void)) is not None
    ]
    strangers = frozenset(word for word in words if not known(word))
    said = any(rule.public for name, rule in rules.items() if name not in void)
    grammar = "\n".join(["#JSGF V1.0;", "grammar ivory;", *kept]) if said else ""
    return Cut(grammar, words - strangers, strangers)


# One node of a rule: its text with words or rules taken out, or None when nothing of it is left.
_Body = Callable[[set[str]], str | None]


@dataclass(frozen=True, slots=True)
class _Rule:
    public: bool
    words: frozenset[str]
    without: _Body


class _Reader:
    """Reads rules, keeping each as what it becomes without some of its words and rules."""

    def __init__(self, text: str, known: Known) -> None:
        self._tokens = self._split(text)
        self._place = 0
        self._known = known
        self._words: set[str] = set()

    def rules(self) -> Iterable[tuple[str, _Rule]]:
        while self._peek():
            public = self._peek() == "public"
            self._place += public
            name = self._next()
            self._expect("=")
            self._words = set()
            body = self._choices(0)
            self._expect(";")
            yield name, _Rule(public, frozenset(self._words), body)

    def _choices(self, depth: int) -> _Body:
        if depth > DEEPEST:
            raise RecognitionError(f"the grammar has groups more than {DEEPEST} deep")
        choices = [self._sequence(depth)]
        while self._peek() == "|":
            self._next()
            choices.append(self._sequence(depth))

        def without(void: set[str]) -> str | None:
            left = [text for choice in choices if (text := choice(void)) is not None]
            return " | ".join(left) if left else None

        return without

    def _sequence(self, depth: int) -> _Body:
        items: list[_Body] = []
        weight = ""
        while self._peek() not in ("", ";", "|", ")", "]"):
            if self._peek().startswith("/"):
                weight = self._next()
            else:
                items.append(self._item(depth))

        def without(void: set[str]) -> str | None:
            texts = [item(void) for item in items]
            if not items or None in texts:
                return None
            return " ".join([weight, *(text for text in texts if text)]).strip()

        return without

    def _item(self, depth: int) -> _Body:
        part = self._next()
        if part in "([":
            inner = self._choices(depth + 1)
            closing = ")" if part == "(" else "]"
            self._expect(closing)
            repeat = self._repeat()
            optional = part == "[" or repeat == "*"

            def group(void: set[str]) -> str | None:
                text = inner(void)
                if text is None:
                    return "" if optional else None
                return f"{part}{text}{closing}{repeat}"

            return group
        repeat = self._repeat()
        if part.startswith("<"):
            special = part in ("<NULL>", "<VOID>")

            def rule(void: set[str]) -> str | None:
                gone = part in void or part == "<VOID>"
                return ("" if repeat == "*" else None) if gone else f"{part}{repeat}"

            return (lambda _void: "") if special and part == "<NULL>" else rule
        if part in "=)]*+":
            raise RecognitionError(f'the grammar has a "{part}" where nothing of the kind can be')
        word = part.strip('"').lower()
        self._words.add(word)
        text = f"{word}{repeat}" if self._known(word) else ("" if repeat == "*" else None)
        return lambda _void: text

    def _repeat(self) -> str:
        return self._next() if self._peek() in ("*", "+") else ""

    def _peek(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _next(self) -> str:
        self._place += 1
        return self._tokens[self._place - 1] if self._place <= len(self._tokens) else ""

    def _expect(self, sign: str) -> None:
        if (found := self._next()) != sign:
            raise RecognitionError(f'the grammar has "{found}" where "{sign}" should be')

    @staticmethod
    def _split(text: str) -> list[str]:
        tokens: list[str] = []
        place, text = 0, text.rstrip()
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise RecognitionError(f'the grammar cannot be read from "{text[place : place + 20]}" on')
            place = match.end()
            if not match["tag"]:
                tokens.append(match[0].strip())
        return tokens
