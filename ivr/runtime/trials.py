"""Calls on a flow as it is being written: a name to dial, given to who asks for it, that nobody guesses.

Whoever tries a flow hears what its file says now; those who dial its number hear what serves, as ever.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from ivr.store.records.calls import TRIAL

T = TypeVar("T")

HOLDS: Final = 60.0
"""Seconds in which a name can be dialled."""
MOST: Final = 200
"""Names that hold at the same time; more of them, and the oldest goes."""


class Trials(Generic[T]):
    """The names, and what each leads to.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def give(self, to: T) -> str:
        """A new name that leads there."""
        name = f"{TRIAL}{secrets.token_hex(12)}"
        self.know(name, to)
        return name

    def know(self, name: str, to: T) -> None:
        """A name leads there that somebody else has given."""
        self._known[name] = self._clock() + HOLDS, to
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    def find(self, name: str) -> T | None:
        """Where a name leads; None: nowhere, or no longer."""
        until, to = self._known.get(name, (float("-inf"), None))
        return to if self._clock() < until else None
