"""Where a caller has said it all: what follows could make neither another choice of it nor another value."""

from __future__ import annotations

from collections.abc import Iterable

from ivr.flow.spoken.net import Net
from ivr.flow.spoken.phrasing import Phrase
from ivr.flow.spoken.tokens import Tokens


class Endings:
    """All phrases of a place in one automaton."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._net = Net()
        self._choice: dict[int, str] = {}
        self._final: dict[int, str] = {}
        for phrase in phrases:
            start = self._net.state()
            self._net.step(0, start, None)
            self._final[phrase.rule.wire(self._net, start)] = phrase.choice
            self._choice.update(dict.fromkeys(range(start, len(self._net.moves)), phrase.choice))
        moves = list(enumerate(self._net.moves))
        filling = self._net.slots - self._net.idling
        within = (state for state, each in moves if any(end in filling for _, end in each))
        self._filling = self._net.leading_to(within)
        self._open = self._net.leading_to(state for state, each in moves if each)

    def whole(self, readings: Iterable[Tokens]) -> bool:
        """Whether the first reading that any phrase begins with is all of one choice.

        What would change nothing (the 的 of 是的) is not waited for.
        """
        states = next(filter(None, map(self._net.after, readings)), frozenset())
        choices = {self._final[state] for state in states if state in self._final}
        return len(choices) == 1 and not any(
            state in self._filling or (state in self._open and self._choice[state] not in choices)
            for state in states
        )
