"""What callers of flows may hear that is known before a call comes: constant sentences, recorded sounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.call import Speech
from ivr.flow.checks import Path
from ivr.flow.model import LoadedFlow, walk
from ivr.flow.prompts import AudioItem, PromptModel, RepromptModel
from ivr.flow.speaker import constant_parts


@dataclass(frozen=True, slots=True)
class Use:
    """Where a sentence is said: the flow, the place in it (`greet.prompt`), and the whole text as it is
    written, if the sentence is only a part of it, between values."""

    flow: str
    place: str
    whole: str = ""


def constant_speeches(flows: Mapping[str, LoadedFlow]) -> list[Speech]:
    """Every sentence of these flows that has no value in it."""
    return list(uses(flows))


def uses(flows: Mapping[str, LoadedFlow]) -> dict[Speech, list[Use]]:
    """Every sentence of these flows that has no value in it, with where it is said."""
    found: dict[Speech, list[Use]] = {}
    for loaded in flows.values():
        flow = loaded.flow
        for path, prompt in _prompts(loaded):
            place = ".".join(map(str, path[1:] if path[0] == "nodes" else path))
            for speech, text in constant_parts(prompt, flow.languages, flow.prompts, flow.manner):
                use = Use(loaded.id, place, "" if text.is_static else text.source)
                there = found.setdefault(speech, [])
                if use not in there:
                    there.append(use)
    return found


def recorded_sounds(flows: Mapping[str, LoadedFlow]) -> list[str]:
    """Every sound file that these flows name, as they name it."""
    prompts = (prompt for loaded in flows.values() for _, prompt in _prompts(loaded))
    return list(dict.fromkeys(file for prompt in prompts for file in _sounds(tuple(prompt.texts.values()))))


def _prompts(loaded: LoadedFlow) -> Iterator[tuple[Path, PromptModel | RepromptModel]]:
    for part in walk(loaded.flow):
        if isinstance(part.value, PromptModel | RepromptModel):
            yield part.path, part.value


def _sounds(items: Any) -> Iterator[str]:
    """The sounds among the items of a prompt, which may stand in lists of lists."""
    for item in items:
        if isinstance(item, tuple):
            yield from _sounds(item)
        elif isinstance(item, AudioItem):
            yield item.audio
