"""How a node type judges its own options: what it is shown, and what it says.

The loader has judged each option by itself; a node's `problems` judges what they refer to. A plugin's node is
checked as a built-in one is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.registry import did_you_mean

if TYPE_CHECKING:
    from ivr.flow.model import Flow

Path = tuple[str | int, ...]
"""The way to an option, as in the YAML: `("options", "1", "next")`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a node. `path` leads to it within the node; with `key`, to its key."""

    path: Path
    code: str
    message: str
    hint: str = ""
    severity: str = "error"
    key: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What a node is checked against: its flow, and all flows by name."""

    flow: Flow
    flows: Mapping[str, Flow]


def unknown(path: Path, code: str, kind: str, name: str, known: Iterable[str], way_out: str = "") -> Problem:
    """The problem of a name that nothing of its `kind` carries."""
    hint = did_you_mean(name, list(known)) or way_out
    return Problem(path, code, f'there is no {kind} "{name}"', hint)
