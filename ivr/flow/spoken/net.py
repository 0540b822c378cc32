"""Phrases as an automaton, which answers what rules cannot: what may follow, and what two phrases share.

Rules draw themselves in state by state. Nothing loops, so every way through is finite.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from ivr.flow.spoken.rules import Figures, Rule, Table
from ivr.flow.spoken.tokens import joined

Move = tuple[Table | Figures, int]


class Effort:
    """What may still be looked at, in pairs of moves: phrases made up to take for ever do not."""

    def __init__(self, left: int = 300_000) -> None:
        self.left = left


class Net:
    """An automaton; state 0 is its start.

    Attributes:
        moves: for each state, what leads on by a token, and where to.
        free: for each state, where it leads to without one.
        slots: the states within slots.
        idling: those which come of words that change nothing.
        spoken: for each state, the words that recognisers are told of, and where these lead.
    """

    def __init__(self) -> None:
        self.moves: list[list[Move]] = [[]]
        self.free: list[list[int]] = [[]]
        self.slots: set[int] = set()
        self.idling: set[int] = set()
        self.spoken: dict[int, list[tuple[tuple[str, ...], int]]] = {}

    def state(self) -> int:
        """A new state."""
        self.moves.append([])
        self.free.append([])
        return len(self.moves) - 1

    def step(self, start: int, end: int, what: Table | Figures | None, *, told: bool = True) -> None:
        """A way from one state to another, by a token or by none."""
        if what is None:
            self.free[start].append(end)
            return
        self.moves[start].append((what, end))
        if told and isinstance(what, Table):
            self.spoken.setdefault(start, []).append((tuple(what.meanings), end))

    def slot(self, start: int) -> None:
        """All states made since `start` are within a slot."""
        self.slots.update(range(start, len(self.moves)))

    def idle(self, start: int) -> None:
        """What leads to the states made since `start` changes no slot."""
        self.idling.update(range(start, len(self.moves)))

    def by_word(self, state: int) -> list[Move]:
        """What leads on by words, where anything does; else what leads on by figures."""
        words = [move for move in self.moves[state] if isinstance(move[0], Table)]
        return words or self.moves[state]

    def closure(self, states: Iterable[int]) -> frozenset[int]:
        """These states and all they lead to without a token."""
        seen = set(states)
        todo = list(seen)
        while todo:
            for state in self.free[todo.pop()]:
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
        return frozenset(seen)

    def after(self, said: Sequence[str], states: Iterable[int] = (0,)) -> frozenset[int]:
        """Where these tokens lead."""
        current = self.closure(states)
        for token in said:
            current = self.closure(
                end for state in current for what, end in self.moves[state] if _takes(what, token)
            )
            if not current:
                break
        return current

    def leading_to(self, wanted: Iterable[int]) -> frozenset[int]:
        """All states from which one of these can be reached, and these."""
        before: list[list[int]] = [[] for _ in self.moves]
        for state, (moves, free) in enumerate(zip(self.moves, self.free, strict=True)):
            for end in (*free, *(end for _, end in moves)):
                before[end].append(state)
        seen = set(wanted)
        todo = list(seen)
        while todo:
            for state in before[todo.pop()]:
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
        return frozenset(seen)


def drawn(rule: Rule) -> tuple[Net, int]:
    """A rule as an automaton of its own, and its final state."""
    net = Net()
    return net, rule.wire(net, 0)


def shared(one: tuple[Net, int], other: tuple[Net, int], effort: Effort) -> str | None:
    """Some words that both can be, the fewest there are; None where none were found with this effort."""
    (first, first_end), (second, second_end) = one, other
    came: dict[tuple[int, int], tuple[tuple[int, int] | None, str]] = {(0, 0): (None, "")}
    todo = deque([(0, 0)])
    while todo and effort.left > 0:
        pair = todo.popleft()
        if pair == (first_end, second_end):
            return joined(_way(came, pair))
        a, b = pair
        for free in ((end, b) for end in first.free[a]), ((a, end) for end in second.free[b]):
            for onward in free:
                if onward not in came:
                    came[onward] = (pair, "")
                    todo.appendleft(onward)
        effort.left -= 1
        for what, end in first.by_word(a):
            effort.left -= len(second.moves[b])
            for too, too_end in second.by_word(b):
                onward = (end, too_end)
                if onward not in came and (token := _common(what, too)):
                    came[onward] = (pair, token)
                    todo.append(onward)
    return None


def _way(came: dict[tuple[int, int], tuple[tuple[int, int] | None, str]], last: tuple[int, int]) -> list[str]:
    said: list[str] = []
    pair: tuple[int, int] | None = last
    while pair is not None:
        pair, token = came[pair]
        said.append(token)
    return [token for token in reversed(said) if token]


def _takes(what: Table | Figures, token: str) -> bool:
    return what.takes(token) if isinstance(what, Figures) else token in what.meanings


def _common(one: Table | Figures, other: Table | Figures) -> str:
    """A token that both take; empty when there is none."""
    if isinstance(one, Table):
        return next((token for token in one.meanings if _takes(other, token)), "")
    if isinstance(other, Table):
        return _common(other, one)
    low, length = max(one.low, other.low), max(one.length, other.length)
    token = str(low).zfill(length)
    return token if one.takes(token) and other.takes(token) else ""
