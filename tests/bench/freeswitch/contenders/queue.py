"""What a contender for queueing is: a number where callers wait with music, and agents who come and go.

An agent's telephone is `null/<agent>`, which answers at once, so that nothing is measured but the queue.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from tests.bench.freeswitch.contenders.base import Contender
from tests.freeswitch.client import Client

AGENTS = 100


@dataclass
class Queue(Contender, ABC):
    """A contender with agents."""

    line: Client = field(init=False)

    @property
    def agents(self) -> tuple[str, ...]:
        """All agents by name; the names of two contenders differ."""
        return tuple(f"{self.name}{number:03}" for number in range(1, AGENTS + 1))

    def dial(self, agent: str) -> str:
        """The dial string of an agent's telephone."""
        return f"null/{agent}"

    def start(self) -> None:
        self.line = Client(self.place.switch)

    @abstractmethod
    def ready(self, agent: str) -> None:
        """Let an agent take calls."""

    @abstractmethod
    def away(self, agent: str) -> None:
        """Let an agent take no more calls."""

    def api(self, command: str) -> None:
        """Run an API command. Raises RuntimeError when FreeSWITCH refuses it."""
        answer = self.line.api(command)
        if answer.startswith("-"):
            raise RuntimeError(f"{command}: {answer}")
