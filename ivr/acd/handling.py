"""How long contacts take: talk and wrap-up as they really were, for each set of skills asked for, and for
each group where a set is not known well enough yet."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

ENOUGH = 5
"""Contacts that must have been seen before a mean is told."""
MEMORY = 100
"""Contacts over which the mean reaches back."""
MOST = 10_000  # sets of skills


@dataclass(slots=True)
class _Mean:
    seen: int = 0
    mean: float = 0.0

    def add(self, seconds: float) -> None:
        self.seen += 1
        self.mean += (seconds - self.mean) / min(self.seen, MEMORY)


class Handling:
    """Means of handling times, seconds."""

    def __init__(self) -> None:
        self._means: dict[Hashable, _Mean] = {}

    def add(self, group: str, skills: Hashable, seconds: float) -> None:
        """A contact of a group, with a set of skills asked for, was handled in so many seconds."""
        for key in (group, (group, skills)):
            if key not in self._means and len(self._means) >= MOST:
                continue
            self._means.setdefault(key, _Mean()).add(seconds)

    def mean(self, group: str, skills: Hashable) -> float | None:
        """The mean for a set of skills, else for the group; None while too few were seen."""
        for key in ((group, skills), group):
            mean = self._means.get(key)
            if mean is not None and mean.seen >= ENOUGH:
                return mean.mean
        return None
