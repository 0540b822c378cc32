"""The strategy `random`: any free agent, each as likely as the other."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random as Chance

from ivr.acd.model import Contact, Group
from ivr.acd.strategies.base import Candidate, Strategy


class Random(Strategy):
    """Chance decides."""

    def choose(
        self, candidates: Sequence[Candidate], contact: Contact, group: Group, now: float, chance: Chance
    ) -> Candidate:
        return candidates[chance.randrange(len(candidates))]
