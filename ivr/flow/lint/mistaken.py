"""Is what is written also what was meant? Texts and conditions that are right by every rule, and that callers
will hear, or never meet, as their author did not want."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ivr.errors import Finding
from ivr.flow import scope
from ivr.flow.checks import Path
from ivr.flow.expressions import Expression
from ivr.flow.lint.source import View
from ivr.flow.model import Part
from ivr.flow.prompts import ANY, EachItem, PromptModel, RepromptModel, SayItem
from ivr.flow.template import Template
from ivr.flow.types import shortened
from ivr.i18n import base
from ivr.registry import did_you_mean

_BRACES = re.compile(r"\$?\{\s*([a-z_][\w.]*\s*(?:\|[^{}]*)?)\}")
_LANGUAGE = re.compile(
    r"""call\.language\s*[!=]=\s*(['"])([^'"]*)\1|(['"])([^'"]*)\3\s*[!=]=\s*call\.language"""
)


def check(view: View) -> Iterator[Finding]:
    """F214, F309, F310."""
    for part, prompt in view.prompts:
        if len({base(tag) for tag in view.flow.languages}) > 1 and ANY in prompt.texts:
            yield from _one_language(view, part, prompt)
        for tag, items in prompt.texts.items():
            yield from _braces(view, (*part.path, tag) if tag else part.path, items)
    for part in view.parts:
        if isinstance(part.value, Expression):
            yield from _never(view, part, part.value)


def _one_language(view: View, part: Part, prompt: PromptModel | RepromptModel) -> Iterator[Finding]:
    """Words that callers of every language hear."""
    for path, item in _items(prompt.texts[ANY], part.path):
        text = item.say if isinstance(item, EachItem) else item
        if not isinstance(text, Template) or text.source.strip() in view.flow.prompts:
            continue  # a named prompt has languages of its own, and `{say: …, language: …}` is meant
        if any(sign.isalpha() for sign in "".join(_words(text))):
            others = " and ".join(view.flow.languages)
            message = f'callers in {others} all hear "{shortened("".join(_words(text)).strip(), 30)}"'
            first = view.flow.languages[0]
            hint = f"write it in each language: {{{first}: …, {view.flow.languages[1]}: …}}"
            yield view.finding(path, "F309", message, hint, "warning")
            return


def _braces(view: View, path: Path, items: Iterable[Any]) -> Iterator[Finding]:
    """Values in single braces, which are read aloud as they stand."""
    names = scope.names(view.flow.vars)
    for inner, item in _items(items, path):
        text = item.say if isinstance(item, EachItem | SayItem) else item
        for words in _words(text) if isinstance(text, Template) else ():
            found = _BRACES.search(words)
            if found and (found[0][0] == "$" or "|" in found[1] or _name(found[1]) in names):
                message = f'callers will hear "{found[0]}" as it is written'
                hint = f"write {{{{ {found[1].strip()} }}}} for the value"
                yield view.finding(inner, "F310", message, hint, "warning")


def _never(view: View, part: Part, expression: Expression) -> Iterator[Finding]:
    """Conditions about a language that no caller is spoken to in."""
    for found in _LANGUAGE.finditer(expression.source):
        language = found[2] if found[2] is not None else found[4]
        if language not in view.flow.languages:
            message = f'call.language is never "{language}": the flow speaks {", ".join(view.flow.languages)}'
            hint = did_you_mean(language, view.flow.languages)
            yield view.finding(part.path, "F214", message, hint, "warning")


def _items(items: Iterable[Any], path: Path) -> Iterator[tuple[Path, Any]]:
    """The items of a prompt, or of a reprompt's attempts, each with its place."""
    for index, item in enumerate(items):
        if isinstance(item, tuple):
            yield from _items(item, (*path, index))
        else:
            yield (*path, index), item


def _name(expression: str) -> str:
    return expression.strip().partition(".")[0]


def _words(text: Template) -> list[str]:
    return [part for part in text.parts if isinstance(part, str)]
