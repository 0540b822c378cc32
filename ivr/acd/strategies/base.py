"""The door for strategies with logic of their own: members of the entry-point group `ivr.strategies`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from random import Random
from typing import Protocol

from ivr.acd.model import Agent, Contact, Group
from ivr.acd.tallies import Tallies


class Candidate(Protocol):
    """A free agent who may have the contact. To be looked at, not changed."""

    id: str
    agent: Agent
    tallies: Tallies
    used: float
    """What they serve already costs so much of their total; 0: nobody."""


class Strategy(ABC):
    """Chooses among agents. One object serves all groups that name it; it keeps nothing between two choices
    that a replay of the same events would not bring back."""

    @abstractmethod
    def choose(
        self, candidates: Sequence[Candidate], contact: Contact, group: Group, now: float, chance: Random
    ) -> Candidate:
        """One of `candidates`: never empty, of one tier, in the order in which they became free. What is left
        to chance comes from `chance`."""
