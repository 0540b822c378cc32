"""How a node type judges its own options: what it is shown, and what it says.

The loader has judged each option by itself; a node's `problems` judges what they refer to. A plugin's node is
checked as a built-in one is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ivr.registry import did_you_mean

if TYPE_CHECKING:
    from ivr.flow.model import Flow
    from ivr.flow.sayings import Said
    from ivr.settings import Http

Popular = Mapping[str, Mapping[str, Mapping[str, float]]]
"""What callers chose, from journeys: flow → menu → option (as pressed: `1`, `*`) → its share, 0 to 1."""

_TO_THE_PLAN = "add it to the plan: `ivr acd dump` shows that"

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


class People(Protocol):
    """Who is there to answer: skill groups, agents and what they can do."""

    @property
    def groups(self) -> Collection[str]:
        """The skill groups by name."""

    @property
    def agents(self) -> Collection[str]:
        """The agents by id."""

    @property
    def breaks(self) -> Collection[str]:
        """Reasons for a break; empty: any."""

    @property
    def dispositions(self) -> Collection[str]:
        """Codes for what became of a contact; empty: any."""

    def lacks(self, group: str, requires: Sequence[Mapping[str, int]]) -> str:
        """What nobody of a group has of any of `requires` (skills with least levels, beside what the group
        itself asks for), in words: `billing 9`; empty when somebody serves one of them."""


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
        people: who is there to answer; None where that is not known, and then nothing is said about it.
    """

    flow: Flow
    flows: Mapping[str, Flow]
    said: Said
    name: str = ""
    alone: bool = False
    secret: frozenset[str] = frozenset()
    http: Http | None = None
    wanted: Mapping[str, float] = field(default_factory=dict)
    people: People | None = None

    def group(self, path: Path, name: str) -> Iterator[Problem]:
        """F233 for a skill group there is none of."""
        if self.people is not None and name not in self.people.groups:
            yield unknown(path, "F233", "skill group", name, self.people.groups, _TO_THE_PLAN)

    def agent(self, path: Path, name: str) -> Iterator[Problem]:
        """F234 for an agent there is none of."""
        if self.people is not None and name not in self.people.agents:
            yield unknown(path, "F234", "agent", name, self.people.agents, _TO_THE_PLAN)

    def served(self, path: Path, group: str, *requires: Mapping[str, int]) -> Iterator[Problem]:
        """F235 for a skill group in which nobody has what is asked for: one of `requires`, the wish and each
        of its relaxations in full."""
        if self.people is None or group not in self.people.groups:
            return
        if lacking := self.people.lacks(group, requires or ({},)):
            message = f'nobody of "{group}" can serve this: {lacking}'
            hint = "ask for less, or relax it after a while; `ivr agent list` shows who has which skills"
            yield Problem(path, "F235", message, hint, "warning")


def unknown(path: Path, code: str, kind: str, name: str, known: Iterable[str], way_out: str = "") -> Problem:
    """The problem of a name that nothing of its `kind` carries."""
    hint = did_you_mean(name, list(known)) or way_out
    return Problem(path, code, f'there is no {kind} "{name}"', hint)
