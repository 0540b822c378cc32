"""Does a question say what it takes? Its prompt, read as callers hear it, against the keys that work.

For the `problems` of node types that ask. Guessing at language gives warnings, never errors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ivr.flow.announced import may_name, told
from ivr.flow.checks import Around, Path, Problem
from ivr.flow.prompts import PromptModel, RepromptModel
from ivr.flow.sayings import Saying, seconds

_NAMES = {"*": "star", "#": "pound"}


def dead_keys(
    path: Path, prompt: PromptModel | RepromptModel | None, takes: Collection[str], around: Around
) -> Iterator[Problem]:
    """F307 for each key that a prompt tells callers to press, and that is not one of `takes`."""
    for said in _sayings(prompt, around):
        met: set[str] = set()
        for saying in said:
            for key in told(saying.words):
                if key not in takes and key not in met:
                    met.add(key)
                    message = f"callers are told to press {shown(key)} here, which does nothing"
                    there = ", ".join(map(shown, sorted(takes, key=lambda each: (not each.isdigit(), each))))
                    hint = f"there is {there}; say one of those, or add an option for it"
                    yield Problem((*path, *saying.path), "F307", message, hint, "warning")


def untold_keys(prompt: PromptModel, keys: Mapping[str, Path], around: Around) -> Iterator[Problem]:
    """F308 for each key (with the path to its option) that nothing names in some language, where the prompt
    does name others."""
    missing: dict[str, list[str]] = {}
    judged: list[str] = []
    for said in _sayings(prompt, around):
        language = str(said[0].path[0]) if said and len(said[0].path) > 1 else around.flow.languages[0]
        if any(saying.recorded for saying in said) or not any(told(saying.words) for saying in said):
            continue
        judged.append(language)
        silent = [key for key in keys if not any(may_name(saying.words, key) for saying in said)]
        before = list(_said_before(language, around)) if silent else []
        for key in silent:
            if not any(may_name(saying.words, key) for saying in before):
                missing.setdefault(key, []).append(language)
    for key, languages in missing.items():
        within = "" if languages == judged else f" in {' and '.join(languages)}"
        message = f"nobody tells callers{within} of the key {shown(key)}"
        hint = "say in the prompt what it is for, or take the option out"
        yield Problem(keys[key], "F308", message, hint, "warning", key=True)


def length(prompt: PromptModel | RepromptModel, around: Around) -> float:
    """Seconds that a prompt takes in the language where it takes longest."""
    return max(map(seconds, _sayings(prompt, around)), default=0.0)


def order(prompt: PromptModel, keys: Collection[str], around: Around) -> list[str]:
    """`keys` as callers hear them: in the order of the prompt, else as they are written."""
    heard = [key for said in _sayings(prompt, around) for saying in said for key in told(saying.words)]
    named = [key for key in dict.fromkeys(heard) if key in keys]
    return [*named, *(key for key in keys if key not in named)]


def shown(key: str) -> str:
    """A key as designers write it: `star`, `pound`, `1`."""
    return _NAMES.get(key, key)


def _sayings(prompt: PromptModel | RepromptModel | None, around: Around) -> list[list[Saying]]:
    return around.said.of(prompt) if prompt is not None else []


def _said_before(language: str, around: Around) -> Iterator[Saying]:
    """What callers hear at nodes that only speak: a greeting may tell of a key."""
    for node in around.flow.nodes.values():
        prompt = None if node.listens else getattr(node, "prompt", None)
        if isinstance(prompt, PromptModel):
            for said in _sayings(prompt, around):
                yield from (saying for saying in said if saying.language == language)
