"""What an editor offers within `{{ }}` and `when:`: names, functions and filters, a line about each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ivr.flow import functions, phrases, scope
from ivr.flow.phrases.base import Phrases
from ivr.translations import said


@dataclass(frozen=True, slots=True)
class Word:
    """A function or filter.

    Attributes:
        takes: its arguments as they are written, the value in front of a filter left out: `old, new`.
    """

    name: str
    takes: str
    words: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All there is, whatever the flow; its own variables come to it."""

    names: dict[str, tuple[str, ...]]
    """Names, with what stands behind their dot."""
    functions: tuple[Word, ...]
    filters: tuple[Word, ...]


def vocabulary(language: str = "en") -> Vocabulary:
    """What expressions of flows can say, explained in a language."""
    return Vocabulary(
        names={"call": scope.CALL, "caller": scope.CALLER, "now": ()},
        functions=tuple(_explained(_functions(), language)),
        filters=tuple(_explained(_filters(), language)),
    )


def _explained(words: Iterator[Word], language: str) -> Iterator[Word]:
    return (replace(word, words=said(word.words, language)) for word in words)


def _functions() -> Iterator[Word]:
    for name, function in sorted(functions.FUNCTIONS.items()):
        yield Word(name, _takes(function), _first(function))
    for name, words in sorted(scope.FUNCTIONS.items()):
        yield Word(name, "name", words)


def _filters() -> Iterator[Word]:
    for name, function in sorted(functions.FILTERS.items()):
        yield Word(name, _takes(function, of=1), _first(function))
    for name in phrases.NAMES:
        method = getattr(Phrases, name, None) or getattr(Phrases, f"{name}_")
        yield Word(name, _takes(method, of=2), phrases.DOCS[name])


def _takes(function: Callable[..., Any], of: int = 0) -> str:
    parameters = list(inspect.signature(function).parameters.values())[of:]
    return ", ".join(f"{'…' if one.kind is one.VAR_POSITIONAL else one.name}" for one in parameters)


def _first(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or "").splitlines()[0]
