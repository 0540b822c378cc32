"""Can every prompt be said: in each language, with every sound that it names?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ivr.errors import Finding
from ivr.flow.lint.circles import circles
from ivr.flow.lint.source import View
from ivr.flow.model import Part
from ivr.flow.prompts import ANY, AudioItem, PromptModel, RepromptModel, SayItem, flattened
from ivr.flow.template import Template
from ivr.i18n import base
from ivr.registry import did_you_mean


def check(view: View) -> Iterator[Finding]:
    """F207, F210, F214, F220."""
    for part, prompt in view.prompts:
        yield from _languages(view, part, prompt)
        yield from _sounds(view, part, prompt)
    yield from _voices(view)
    names = {name: set(_named(view, prompt)) for name, prompt in view.flow.prompts.items()}
    for circle in circles(names):
        message = f"prompts that name each other never end: {' → '.join(circle)}"
        hint = "write out what one of them says"
        yield view.finding(("prompts", circle[0]), "F220", message, hint, key=True)


def _languages(view: View, part: Part, prompt: PromptModel | RepromptModel) -> Iterator[Finding]:
    if ANY in prompt.texts:
        return
    spoken = {base(tag) for tag in view.flow.languages}
    for language in unspoken(view.flow.languages, prompt):
        message = f"this prompt is missing in {language}"
        yield view.finding(part.path, "F207", message, f"add `{language}:`", key=True)
    for tag in prompt.texts:
        if base(tag) not in spoken:
            message = f"nobody will hear this: the flow does not speak {tag}"
            hint = did_you_mean(tag, view.flow.languages)
            yield view.finding((*part.path, tag), "F214", message, hint, "warning", key=True)


def unspoken(languages: Sequence[str], prompt: PromptModel | RepromptModel) -> list[str]:
    """Those of a flow's languages that a prompt has no words for."""
    if ANY in prompt.texts:
        return []
    said = {base(tag) for tag in prompt.texts}
    return [language for language in languages if base(language) not in said]


def _voices(view: View) -> Iterator[Finding]:
    """Voices that nobody will hear: those of a language that is neither the flow's nor a sentence's own."""
    texts = (texts for _, prompt in view.prompts for texts in prompt.texts.values())
    own = (item.language for each in texts for item in flattened(each) if isinstance(item, SayItem))
    spoken = {base(tag) for tag in (*view.flow.languages, *own)}
    for tag in view.flow.voices:
        if base(tag) not in spoken:
            message = f"nobody will hear this voice: the flow does not speak {tag}"
            hint = did_you_mean(tag, view.flow.languages)
            yield view.finding(("voices", tag), "F214", message, hint, "warning", key=True)


def _sounds(view: View, part: Part, prompt: PromptModel | RepromptModel) -> Iterator[Finding]:
    for tag, items in prompt.texts.items():
        path = (*part.path, tag) if tag else part.path
        for inner, item in _items(items):
            if isinstance(item, AudioItem) and not view.has_sound(item.audio):
                message = f'there is no sound "{item.audio}"'
                yield view.finding((*path, *inner, "audio"), "F210", message, "put it into the sounds folder")


def _items(items: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Each item of a prompt with its place in the list, or the lists, it stands in."""
    for index, item in enumerate(items):
        if isinstance(item, tuple):
            yield from (((index, *inner), each) for inner, each in _items(item))
        else:
            yield (index,), item


def _named(view: View, prompt: PromptModel) -> Iterator[str]:
    """The flow's prompts that a prompt names."""
    for items in prompt.texts.values():
        for item in items:
            text = item if isinstance(item, Template) else item.say if isinstance(item, SayItem) else None
            if text is not None and text.source in view.flow.prompts:
                yield text.source
