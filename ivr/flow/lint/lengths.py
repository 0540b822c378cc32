"""Do callers listen longer than they like, before they can do anything?"""

from __future__ import annotations

from collections.abc import Iterator

from ivr.errors import Finding
from ivr.flow.lint.source import View
from ivr.flow.model import Node, Part
from ivr.flow.prompts import PromptModel, RepromptModel
from ivr.flow.sayings import sayings, seconds

LONGEST = 20.0
"""Seconds of one prompt, or of all that is said before a caller may choose: nobody keeps more in mind."""


def check(view: View) -> Iterator[Finding]:
    """F302."""
    for part, prompt in view.prompts:
        if part.path[0] != "prompts":  # those are told where they are said
            yield from _prompt(view, part, prompt)
    yield from _beginning(view)


def _prompt(view: View, part: Part, prompt: PromptModel | RepromptModel) -> Iterator[Finding]:
    for said in view.said.of(prompt):
        lasts = seconds(said)
        if round(lasts) > LONGEST:
            tag = said[0].path[:-1]
            message = f"this prompt takes about {lasts:.0f} s to say{_in(view, said[0].language)}"
            hint = f"callers listen for {LONGEST:g} s at most; say less, or split it"
            yield view.finding((*part.path, *tag), "F302", message, hint, "warning", key=bool(tag))


def _beginning(view: View) -> Iterator[Finding]:
    """What is said one after the other before the first question: told where it becomes too long."""
    flow = view.flow
    for language in flow.languages:
        name, heard, way = flow.first, 0.0, list[str]()
        while name in flow.nodes and name not in way and not flow.nodes[name].listens:
            node = flow.nodes[name]
            lasts = _lasts(view, node, language)
            heard, way = heard + lasts, [*way, name]
            if round(lasts) > LONGEST:
                break  # told by itself
            if round(heard) > LONGEST:
                message = f"callers have listened for about {heard:.0f} s here{_in(view, language)}"
                message += ", and were not asked anything yet"
                hint = "say less before the first question, or ask earlier"
                yield view.finding(("nodes", name), "F302", message, hint, "warning", key=True)
                break
            name = node.next.name if node.next and node.needs_next() else ""


def _lasts(view: View, node: Node, language: str) -> float:
    prompt = getattr(node, "prompt", None)
    if not isinstance(prompt, PromptModel):
        return 0.0
    tag = prompt.tag(language)
    only = PromptModel.model_construct(texts={tag: prompt.texts[tag]})
    return sum(seconds(said) for said in sayings(only, language, view.flow.prompts))


def _in(view: View, language: str) -> str:
    return f" in {language}" if len(view.flow.languages) > 1 else ""
