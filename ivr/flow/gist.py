"""What a node is about, in one line: the first words it says, or whom it rings, what it asks, what it sets.

For pictures and lists, where a name alone tells too little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ivr.flow.expressions import Expression
from ivr.flow.model import Flow, Node
from ivr.flow.prompts import AudioItem, EachItem, PromptModel, SayItem
from ivr.flow.template import Template

MOST = 300  # characters; whoever shows it cuts it to what there is room for


def gist(node: Node, flow: Flow, language: str) -> str:
    """The words of a node's prompt in a language, values as their names in braces; where it says nothing, its
    first option that was given."""
    prompt = getattr(node, "prompt", None)
    if isinstance(prompt, PromptModel):
        return _cut(_said(prompt, flow, language))
    for name in type(node).model_fields:
        own = name not in Node.model_fields and name in node.model_fields_set
        if own and (words := " ".join(_words(getattr(node, name)))):
            return _cut([words])
    return ""


def _said(prompt: PromptModel, flow: Flow, language: str, trail: tuple[str, ...] = ()) -> Iterator[str]:
    for item in prompt.texts[prompt.tag(language)]:
        if isinstance(item, Template):
            named = flow.prompts.get(item.source)
            if named is not None and item.source not in trail:
                yield from _said(named, flow, language, (*trail, item.source))
            else:
                yield _plain(item)
        elif isinstance(item, AudioItem):
            yield f"♪ {item.audio}"
        elif isinstance(item, SayItem | EachItem):
            yield _plain(item.say)


def _plain(text: Template) -> str:
    """A text with `{account}` where `{{ account | digits }}` stands."""
    return "".join(
        f"{{{part.source.partition('|')[0].strip()}}}" if isinstance(part, Expression) else part
        for part in text.parts
    )


def _words(option: Any) -> Iterator[str]:
    """An option as words; nothing for one that leads somewhere, which edges show."""
    if isinstance(option, Template):
        yield _plain(option)
    elif isinstance(option, Expression):
        yield option.source
    elif isinstance(option, str | int | float) and not isinstance(option, bool):
        yield str(option)
    elif isinstance(option, Mapping):
        if all(isinstance(value, Template | Expression) for value in option.values()):
            yield ", ".join(f"{name} = {value.source}" for name, value in option.items())
    elif (url := getattr(option, "url", None)) is not None:
        yield str(getattr(option, "method", ""))
        yield from _words(url)


def _cut(pieces: Iterator[str] | list[str]) -> str:
    """Pieces in one line. Cut well behind what any picture shows, so a hostile text costs nothing."""
    words = ""
    for piece in pieces:
        words = " ".join(f"{words} {piece}"[: 2 * MOST].split())
        if len(words) >= MOST:
            return words[:MOST]
    return words
