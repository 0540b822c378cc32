"""Brings packets that arrive in disorder back into the order in which they were sent, without waiting for any
that is on time: what follows a packet at once is handed on at once.

A player has to even out their pace anyway, so they are not held back here for its sake, too.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

T = TypeVar("T")

DEPTH: Final = 3
"""Packets that may be here before one that is missing is given up: 60 ms."""
JUMP: Final = 100
"""A number further off than this: the sender counts anew."""


class Reorder(Generic[T]):
    """What arrives at one port, by its numbers."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._early: dict[int, T] = {}
        self.lost = 0

    def take(self, number: int, thing: T) -> list[T | None]:
        """What can be handed on now that this one has come; None stands for one that never came."""
        expected = number if self._next is None else self._next
        ahead = _distance(expected, number)
        if not -JUMP <= ahead <= JUMP:
            expected, ahead = number, 0
            self._early.clear()
        if ahead < 0 or number in self._early:
            return []  # late, or twice
        self._early[number] = thing
        out: list[T | None] = []
        while self._early:
            if expected in self._early:
                out.append(self._early.pop(expected))
            elif max(_distance(expected, early) for early in self._early) < DEPTH:
                break  # it may still come
            else:
                self.lost += 1
                out.append(None)
            expected = (expected + 1) & 0xFFFF
        self._next = expected
        return out


def _distance(first: int, second: int) -> int:
    """From one number to another, the short way round."""
    return ((second - first + 0x8000) & 0xFFFF) - 0x8000
