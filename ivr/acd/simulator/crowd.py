"""Virtual customers: when each comes, how long they talk and wait, decided before anything happens to them.

Common random numbers: each span has a stream of its own, numbered by the customer and nothing else. Whatever
a plan does with the third customer, the fourth is the same one.
"""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

import numpy as np

from ivr.acd.simulator.distributions import NOTHING, Draws, Empirical
from ivr.acd.simulator.scenario import Known, Load, Scenario

_BLOCK = 512


class Customer:
    """One who comes; what is drawn for them does not change, the rest is their fate. Times are seconds."""

    __slots__ = (
        "arrived", "at_once", "batch", "delay", "id", "load", "luck", "offers", "patience", "talk", "wrap_up",
    )  # fmt: skip

    def __init__(
        self, name: str, load: Load, arrived: float, talk: float, patience: float, wrap_up: float,
        delay: float, luck: float,
    ) -> None:  # fmt: skip
        self.id, self.load, self.arrived = name, load, arrived
        self.talk, self.patience, self.wrap_up = talk, patience, wrap_up
        self.delay, self.luck = delay, luck
        self.batch = -1
        self.offers = 0
        self.at_once = False


class Crowd:
    """The customers of one load, in the order in which they come.

    Args:
        number: which of the scenario's loads.
        seed: the same seed, the same customers.
    """

    def __init__(self, scenario: Scenario, number: int, seed: tuple[int, ...]) -> None:
        self._scenario, self._load, self._number = scenario, scenario.loads[number], number
        self._seed = (*seed, crc32(self._load.group.encode()), number)
        self._count = 0
        self._spans = self._drawn()

    def __iter__(self) -> Iterator[Customer]:
        for _ in range(self._scenario.present.get(self._load.group, 0)):
            yield self._customer(0.0)
        for at in self._load.arrivals.times(self._stream(0)):
            yield self._customer(at)

    def again(self, customer: Customer) -> tuple[float, float]:
        """Delay and luck of a customer's next offer."""
        draws = self._stream(9, int(customer.id.rpartition("-")[2]), customer.offers)
        return float(self._scenario.answering.draw(draws, 1)[0]), float(draws.random())

    def _customer(self, at: float) -> Customer:
        number, self._count = self._count, self._count + 1
        customer = Customer(f"{self._number}-{number}", self._load, at, *next(self._spans))
        if number < len(self._load.known):
            self._remembered(customer, self._load.known[number], number)
        return customer

    def _remembered(self, customer: Customer, known: Known, number: int) -> None:
        """What is on record takes the place of what was drawn. Of somebody's patience who was answered it is
        only known that it lasted longer."""
        if known.talk is not None:
            customer.talk = known.talk
        if known.wrap_up is not None:
            customer.wrap_up = known.wrap_up
        if known.patience is not None:
            customer.patience = known.patience
        elif isinstance(self._load.patience, Empirical):
            customer.patience = self._load.patience.beyond(known.waited, self._stream(8, number))

    def _drawn(self) -> Iterator[tuple[float, float, float, float, float]]:
        load, scenario = self._load, self._scenario
        spans = (load.handling, load.patience, load.wrap_up or NOTHING, scenario.answering)
        streams = [self._stream(purpose) for purpose in range(1, 6)]
        while True:
            columns = [span.draw(draws, _BLOCK).tolist() for span, draws in zip(spans, streams, strict=False)]
            yield from zip(*columns, streams[-1].random(_BLOCK).tolist(), strict=True)

    def _stream(self, *purpose: int) -> Draws:
        return np.random.default_rng([*self._seed, *purpose])
