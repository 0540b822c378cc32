"""A version: a flow with all that a call in it may meet (other flows, sounds), named by its content.

Whoever has a version has everything: what is edited, renamed or deleted afterwards does not touch it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ivr.flow.model import Flow, LoadedFlow

ID_LENGTH = 12
"""Hex digits of a version's name: short enough to be said aloud, long enough for all versions ever."""


def digest(content: bytes) -> str:
    """The name of a content: its SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Manifest:
    """What a version consists of: the digests of its flows' files by flow, and of its sounds by the name that
    prompts have for them."""

    flow: str
    flows: Mapping[str, str]
    sounds: Mapping[str, str]

    @cached_property
    def id(self) -> str:
        """The version's name: equal content, equal name."""
        return digest(self.text.encode())[:ID_LENGTH]

    @cached_property
    def text(self) -> str:
        """As JSON, always in the same way."""
        whole = {"flow": self.flow, "flows": dict(self.flows), "sounds": dict(self.sounds)}
        return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Manifest:
        """What `text` says. Raises ValueError for what is no manifest."""
        try:
            whole = json.loads(text)
            manifest = cls(str(whole["flow"]), _names(whole["flows"]), _names(whole["sounds"]))
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"no manifest of a version: {error!r}") from None
        if manifest.flow not in manifest.flows:
            raise ValueError("no manifest of a version: its own flow is not in it")
        return manifest

    @property
    def contents(self) -> frozenset[str]:
        """The digests of all that belongs to it."""
        return frozenset((*self.flows.values(), *self.sounds.values()))


@dataclass(frozen=True)
class Bundle:
    """A version with its contents by digest."""

    manifest: Manifest
    contents: Mapping[str, bytes]

    @classmethod
    def of(cls, flow: str, flows: Mapping[str, bytes], sounds: Mapping[str, bytes]) -> Bundle:
        """The version of these files."""
        contents = {digest(content): content for content in (*flows.values(), *sounds.values())}
        names = {name: digest(content) for name, content in flows.items()}
        heard = {name: digest(content) for name, content in sounds.items()}
        return cls(Manifest(flow, names, heard), contents)

    @property
    def id(self) -> str:
        return self.manifest.id


def leads_to(flow: Flow) -> set[str]:
    """The other flows a call in `flow` may come to from there."""
    others = {target.name for target in flow.targets if target.kind == "flow"}
    others.update(other for node in flow.nodes.values() for other in node.subflows())
    return others - {flow.id}


def closure(name: str, flows: Mapping[str, LoadedFlow]) -> dict[str, LoadedFlow]:
    """The flow `name` and all it may lead to, over however many others; those that are not in `flows` are
    left out."""
    found: dict[str, LoadedFlow] = {}
    todo = [name]
    while todo:
        one = todo.pop()
        if one in flows and one not in found:
            found[one] = flows[one]
            todo += sorted(leads_to(flows[one].flow))
    return found


def _names(digests: Mapping[str, str]) -> dict[str, str]:
    return {str(name): str(one) for name, one in digests.items()}
