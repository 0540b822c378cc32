"""What a recogniser is told of what callers may say: a list of phrases, and a grammar in JSGF.

Recognisers that take phrases (vosk) learn from them which words there are and which word follows which. So
phrases of few wordings are written out in full, and of those with many (numbers, rows of digits) so many are
written that every word, and then every pair of neighbours, stands in one of them.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator, Sequence

from ivr.flow.spoken.language import Language
from ivr.flow.spoken.net import Net, drawn
from ivr.flow.spoken.phrasing import Phrase
from ivr.flow.spoken.rules import Rule, grouped
from ivr.flow.spoken.tokens import joined

MOST_PHRASES = 1000
FEW = 40
"""Wordings of one phrase that are all written out."""

_LONGEST_DETOUR = 12  # words by which a phrase grows so that more pairs stand in it


def jsgf(language: Language, phrases: Sequence[Phrase]) -> str:
    """A grammar whose public rule is `said`; polite words around what is said are taken, too."""
    named: dict[str, str] = {}
    said: list[str] = []
    for _, group in itertools.groupby(phrases, key=lambda phrase: phrase.choice):
        options = list(dict.fromkeys(filter(None, (phrase.rule.jsgf(named) for phrase in group))))
        if options:
            name = f"choice_{len(said) + 1}"
            named[name] = grouped(options)
            said.append(f"<{name}>")
    if not said:
        return ""
    around = [f"[{words}]" if words else "" for words in (language.before, language.after)]
    whole = " ".join(filter(None, [around[0], f"({' | '.join(said)})", around[1]]))
    lines = [f"<{name}> = {text};" for name, text in named.items() if text]
    return "\n".join(["#JSGF V1.0;", "grammar ivory;", *lines, f"public <said> = {whole};", ""])


def phrases(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Phrases that hold every word these rules have, and as many pairs of neighbours as there is room for."""
    found: dict[str, None] = {}
    seen: set[tuple[str, str]] = set()
    large: list[_Ways] = []
    for rule in rules:
        way = _Ways(*drawn(rule))
        few = list(itertools.islice(way.all(), FEW + 1))
        if len(few) > FEW:
            large.append(way)
            continue
        for said in few:
            found[joined(said)] = None
            seen.update(itertools.pairwise(("", *said, "")))
    words = {word for pair in seen for word in pair}
    rounds = deque(each.covering(seen, words) for each in large)
    while rounds and len(found) < MOST_PHRASES:  # in turn, so that none comes short
        turn = rounds.popleft()
        for said in itertools.islice(turn, 1):
            found[joined(said)] = None
            rounds.append(turn)
    return tuple(itertools.islice(found, MOST_PHRASES))


class _Ways:
    """The ways through one phrase's automaton, by words that are spoken: figures are not."""

    def __init__(self, net: Net, end: int) -> None:
        self.end = end
        self._net = net
        self._distance = self._distances()
        self._options: dict[int, list[tuple[tuple[str, ...], int]]] = {}

    def _distances(self) -> dict[int, int]:
        """How many words it is to the end at least, from each state from which it can be reached."""
        before: dict[int, list[tuple[int, int]]] = {}
        for state, free in enumerate(self._net.free):
            for end in free:
                before.setdefault(end, []).append((state, 0))
            for _, end in self._net.spoken.get(state, ()):
                before.setdefault(end, []).append((state, 1))
        distance = {self.end: 0}
        near = [self.end]
        while near:
            far: list[int] = []
            while near:
                state = near.pop()
                for start, words in before.get(state, ()):
                    if distance.get(start, 1 << 30) > distance[state] + words:
                        distance[start] = distance[state] + words
                        (far if words else near).append(start)
            near = far
        return distance

    def options(self, state: int) -> list[tuple[tuple[str, ...], int]]:
        """What may be said next, and where it leads."""
        if state not in self._options:
            self._options[state] = [
                (words, end)
                for each in sorted(self._net.closure([state]))
                for words, end in self._net.spoken.get(each, ())
                if end in self._distance
            ]
        return self._options[state]

    def final(self, state: int) -> bool:
        """Whether all may have been said."""
        return self._distance.get(state) == 0

    def all(self) -> Iterator[tuple[str, ...]]:
        """Every wording."""
        todo: list[tuple[tuple[str, ...], int]] = [((), 0)] if 0 in self._distance else []
        while todo:
            said, state = todo.pop()
            if self.final(state):
                yield said
            for words, end in reversed(self.options(state)):
                todo += [((*said, word), end) for word in reversed(words)]

    def covering(self, seen: set[tuple[str, str]], words: set[str]) -> Iterator[tuple[str, ...]]:
        """Wordings with words, then with pairs, that were not `seen` before; they are marked there."""
        ways = list(self._ways_to())
        for wanted_pairs in (False, True):
            for before, said, state in ways:
                for word in said:
                    for after, end in [*self.options(state), *([(("",), -1)] if self.final(state) else [])]:
                        for follower in after:
                            if ((word, follower) in seen) if wanted_pairs else (follower in words):
                                continue
                            row = (*before, word) if word else before
                            whole = (*row, follower, *self._onward(follower, end, seen)) if follower else row
                            seen.update(itertools.pairwise(("", *whole, "")))
                            words.update(whole, ("",))
                            yield whole

    def _ways_to(self) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], int]]:
        """Each state that words lead to: the shortest way to the last of these, that one's words, and it."""
        if 0 not in self._distance:
            return
        yield (), ("",), 0
        known: dict[int, tuple[str, ...]] = {0: ()}
        seen: set[tuple[tuple[str, ...], int]] = set()
        todo = [0]
        for state in todo:
            for words, end in self.options(state):
                if (words, end) in seen:
                    continue
                seen.add((words, end))
                turn = words[len(todo) % len(words)]
                if end not in known:
                    known[end] = (*known[state], turn)
                    todo.append(end)
                yield known[state], words, end

    def _onward(self, last: str, state: int, seen: set[tuple[str, str]]) -> Iterator[str]:
        """From a state to the end, by pairs that were not seen where that is no great detour."""
        detour = 0
        while True:
            new = [
                (word, end)
                for words, end in self.options(state)
                for word in words
                if (last, word) not in seen
            ]
            if new and detour < _LONGEST_DETOUR:
                word, state = min(new, key=lambda option: self._distance[option[1]])
                detour += 1
            elif self.final(state):
                return
            else:
                words, state = min(self.options(state), key=lambda option: self._distance[option[1]])
                word = next((each for each in words if (last, each) not in seen), words[0])
            seen.add((last, word))
            yield word
            last = word
