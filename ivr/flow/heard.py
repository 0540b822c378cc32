"""What callers of flows may hear that is known before a call comes: constant sentences, recorded sounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ivr.call import Speech
from ivr.flow.model import LoadedFlow, walk
from ivr.flow.prompts import AudioItem, PromptModel, RepromptModel
from ivr.flow.speaker import constant_speech


def constant_speeches(flows: Mapping[str, LoadedFlow]) -> list[Speech]:
    """Every sentence of these flows that has no value in it."""
    speeches: dict[Speech, None] = {}
    for loaded in flows.values():
        flow = loaded.flow
        for prompt in _prompts(loaded):
            speeches.update(dict.fromkeys(constant_speech(prompt, flow.languages, flow.prompts)))
    return list(speeches)


def recorded_sounds(flows: Mapping[str, LoadedFlow]) -> list[str]:
    """Every sound file that these flows name, as they name it."""
    prompts = (prompt for loaded in flows.values() for prompt in _prompts(loaded))
    return list(dict.fromkeys(file for prompt in prompts for file in _sounds(tuple(prompt.texts.values()))))


def _prompts(loaded: LoadedFlow) -> Iterator[PromptModel | RepromptModel]:
    return (part.value for part in walk(loaded.flow) if isinstance(part.value, PromptModel | RepromptModel))


def _sounds(items: Any) -> Iterator[str]:
    """The sounds among the items of a prompt, which may stand in lists of lists."""
    for item in items:
        if isinstance(item, tuple):
            yield from _sounds(item)
        elif isinstance(item, AudioItem):
            yield item.audio
