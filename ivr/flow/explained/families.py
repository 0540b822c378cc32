"""Every code there is, with its few words: what docs/errors.md lists and `ivr flow explain` knows."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.errors import ExpressionError, FlowError, IvoryError
from ivr.flow import codes, expressions, lint, spoken, template, yaml
from ivr.translations import said


@dataclass(frozen=True, slots=True)
class Family:
    """Codes that belong together: `codes` has a few words for each."""

    title: str
    about: str
    codes: Mapping[str, str]

    def told(self, language: str) -> Family:
        """In a language, as far as its words are there in it."""
        codes = {code: said(words, language, "codes") for code, words in self.codes.items()}
        return Family(said(self.title, language, "codes"), said(self.about, language, "codes"), codes)


def families() -> Iterator[Family]:
    """All codes, in the order of the reference."""
    meaning = {code: words for code, words in lint.CODES.items() if not code.startswith("F3")}
    callers = {code: words for code, words in lint.CODES.items() if code.startswith("F3")}
    yield Family("Files", "What is wrong with the YAML, before anything in it is looked at.", yaml.CODES)
    options = dict(sorted({**codes.CODES, **spoken.CODES}.items()))
    yield Family("Options", "What is wrong with one option, judged by itself.", options)
    yield Family("Meaning", "What names refer to, and where a flow leads.", meaning)
    yield Family("Callers", "Warnings: it works, and callers will not like it.", callers)
    yield Family("Expressions", "In `when:`, `set`, `save` and between `{{` and `}}`.", expressions.CODES)
    yield Family("Texts", "In texts with `{{ }}`.", template.CODES)
    about = "What goes wrong outside of flows; commands end with these."
    yield Family("While running", about, {kind.code: _words(kind) for kind in raised()})


def raised() -> list[type[IvoryError]]:
    """Every error with a code of its own, in the order of the codes."""
    return sorted(_tree(IvoryError), key=lambda kind: kind.code)


def _tree(kind: type[IvoryError]) -> Iterator[type[IvoryError]]:
    if kind not in (FlowError, ExpressionError):  # these carry the codes of their findings
        yield kind
    for below in kind.__subclasses__():
        if below.__module__ == IvoryError.__module__:
            yield from _tree(below)


def _words(kind: type[IvoryError]) -> str:
    return " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split())
