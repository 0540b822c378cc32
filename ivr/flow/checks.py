"""How a node type judges its own options: what it is shown, and what it says.

The loader has judged each option by itself; a node's `problems` judges what they refer to. A plugin's node is
checked as a built-in one is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.registry import did_you_mean

if TYPE_CHECKING:
    from ivr.flow.model import Flow
    from ivr.flow.sayings import Said
    from ivr.settings import Http

Popular = Mapping[str, Mapping[str, Mapping[str, float]]]
"""What callers chose, from journeys: flow → menu → option (as pressed: `1`, `*`) → its share, 0 to 1."""

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
    """What a node is checked against.

    Attributes:
        flow: its own flow.
        flows: all flows by name.
        name: what the node is called.
        alone: whether it runs only after the caller left.
        secret: variables that hold something confidential.
        http: what operations may call; None where that is not known, and then nothing is said about it.
        wanted: share of callers for each option of this node; empty where that is not known.
        said: what the flow's prompts say.
    """

    flow: Flow
    flows: Mapping[str, Flow]
    said: Said
    name: str = ""
    alone: bool = False
    secret: frozenset[str] = frozenset()
    http: Http | None = None
    wanted: Mapping[str, float] = field(default_factory=dict)


def unknown(path: Path, code: str, kind: str, name: str, known: Iterable[str], way_out: str = "") -> Problem:
    """The problem of a name that nothing of its `kind` carries."""
    hint = did_you_mean(name, list(known)) or way_out
    return Problem(path, code, f'there is no {kind} "{name}"', hint)
