"""What queueing theory knows exactly of one group of equal agents: how many wait, how long, how many leave.

It answers "how many agents?" in milliseconds, and it is what the simulator is tested against. Everything here
supposes that contacts come at random at a steady rate, and that handling times and patience are exponential.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, exp, inf, isfinite, lgamma, log

import numpy as np

from ivr.errors import IvoryError

_NEGLIGIBLE = 1e-14
_MOST_STATES = 2_000_000
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(200)
MOST_AGENTS = 100_000


def erlang_b(load: float, agents: int) -> float:
    """The share of contacts that find all agents busy where nobody can wait (M/M/n/n).

    By the recursion 1/B(n) = 1 + n/(a·B(n−1)): Jagerman, "Some properties of the Erlang loss function",
    Bell System Technical Journal 53 (1974). `load` is in erlangs, arrivals × handling time.
    """
    inverse = 1.0
    for n in range(1, agents + 1):
        inverse = 1 + inverse * n / load if load else inf
    return 1 / inverse


def erlang_c(load: float, agents: int) -> float:
    """The share of contacts that have to wait where everybody waits as long as it takes (M/M/n).

    C = n·B / (n − a·(1 − B)): Cooper, "Introduction to Queueing Theory" (1981), section 3.6. 1 where the load
    is more than the agents can do.
    """
    if load >= agents:
        return 1.0
    blocked = erlang_b(load, agents)
    return agents * blocked / (agents - load * (1 - blocked))


@dataclass(frozen=True)
class Queue:
    """A group of equal agents in its steady state: Erlang C, Erlang A, and both with a bounded number of
    lines.

    The numbers of contacts form a birth-death chain: M/M/n, M/M/n+M (Palm 1957), M/M/n/K. A contact that
    finds everybody busy would be offered an agent after a time V whose density is

        v(t) = p(n)·n·μ · exp(x(t) − n·μ·t) · P(Poisson(x(t)) < K − n),    x(t) = λ·(1 − exp(−θt))/θ

    (the M/M/n+G result of Baccelli and Hébuterne, "On queues with impatient customers", 1981, in the form of
    Zeltyn and Mandelbaum, Queueing Systems 51 (2005); the last factor is 1 where lines are not bounded).

    Args:
        rate: contacts per second, λ.
        aht: mean handling time in seconds, 1/μ.
        agents: how many there are, n.
        patience: mean seconds after which somebody who waits hangs up, 1/θ; None: nobody does (Erlang C).
        lines: contacts that can be there at once, talking or waiting, K; None: any number.

    Raises IvoryError where there is no steady state: more work than agents, and nobody who hangs up.
    """

    rate: float
    aht: float
    agents: int
    patience: float | None = None
    lines: int | None = None

    def __post_init__(self) -> None:
        for what, value in (("rate", self.rate), ("aht", self.aht), ("agents", self.agents)):
            if not (isfinite(value) and value > 0):
                raise IvoryError(f"{what} is {value:g}; it has to be more than zero")
        if self.patience is not None and not self.patience > 0:
            raise IvoryError("patience has to be more than zero", hint="leave it out: nobody hangs up")
        if self.lines is not None and self.lines < self.agents:
            raise IvoryError(f"{self.lines} lines are fewer than {self.agents} agents")
        if self.patience is None and self.lines is None and self.load >= self.agents:
            raise IvoryError(
                f"{self.load:.2f} erlangs are more than {self.agents} agents can do: their queue never ends",
                hint="more agents, or say how long callers have patience",
            )

    @property
    def load(self) -> float:
        """The work that comes, in erlangs: as many agents would talk all the time."""
        return self.rate * self.aht

    @cached_property
    def _chain(self) -> tuple[float, float, float, float]:
        """p(n), P(N ≥ n) without blocked states' arrivals taken off, E[waiting], p(K)."""
        if self.patience is None and self.lines is None:
            waits, busy = erlang_c(self.load, self.agents), self.load / self.agents
            return waits * (1 - busy), waits, waits * busy / (1 - busy), 0.0
        below = [0.0]  # logarithms of p(k), k up to n, up to a constant
        for k in range(1, self.agents + 1):
            below.append(below[-1] + log(self.load / k))
        top = max(below)
        free = sum(exp(each - top) for each in below[:-1])
        at_n = each = exp(below[-1] - top)
        leaving = 0.0 if self.patience is None else 1 / self.patience
        busy, waiting, last, count = 0.0, 0.0, each, 0
        room = _MOST_STATES if self.lines is None else self.lines - self.agents
        for count in range(room + 1):
            busy, waiting, last = busy + each, waiting + count * each, each
            step = self.rate / (self.agents / self.aht + (count + 1) * leaving)
            if step < 1 and each * (count + 1) < _NEGLIGIBLE * (1 - step) * (busy + waiting):
                break
            each *= step
        total = free + busy
        full = last / total if self.lines is not None and count == room else 0.0
        return at_n / total, busy / total, waiting / total, full

    @property
    def blocked(self) -> float:
        """The share of contacts that find all lines taken. The other shares are of those who do not."""
        return self._chain[3]

    @property
    def waits(self) -> float:
        """The share of contacts that are not answered at once."""
        return (self._chain[1] - self.blocked) / (1 - self.blocked)

    @property
    def mean_wait(self) -> float:
        """Seconds that a contact waits on average, until an agent is there or it leaves (Little's law)."""
        return self._chain[2] / (self.rate * (1 - self.blocked))

    @property
    def abandons(self) -> float:
        """The share of contacts that leave unanswered: θ × the mean wait."""
        return 0.0 if self.patience is None else self.mean_wait / self.patience

    @property
    def occupancy(self) -> float:
        """The share of their time that agents are at work."""
        return self.load * (1 - self.blocked) * (1 - self.abandons) / self.agents

    @property
    def asa(self) -> float:
        """Mean seconds until an answer, of those who get one."""
        until = _far(self)
        return self._integral(until, weight=1) / (1 - self.abandons)

    def within(self, seconds: float) -> float:
        """The share of contacts that are answered within so many seconds (of all that are not blocked)."""
        return 1 - self.waits + self._integral(seconds, weight=0)

    def _integral(self, until: float, weight: int) -> float:
        """∫ t^weight · v(t) · exp(−θt) dt from 0, by Gauss and Legendre on ever wider pieces."""
        total, start, width = 0.0, 0.0, self.aht / self.agents
        while start < until:
            end = min(start + width, until)
            t = start + (end - start) * (_POINTS + 1) / 2
            total += float(np.sum(_WEIGHTS * t**weight * self._served(t))) * (end - start) / 2
            start, width = end, width * 2
        return total

    def _served(self, t: np.ndarray) -> np.ndarray:
        """The density of an answer at t, among those who are not blocked."""
        leaving = 0.0 if self.patience is None else 1 / self.patience
        x = self.rate * (-np.expm1(-leaving * t) / leaving if leaving else t)
        pace = self.agents / self.aht
        density = np.exp(x - (pace + leaving) * t)
        if self.lines is not None:
            density *= _poisson_below(self.lines - self.agents, x)
        return np.asarray(self._chain[0] * pace / (1 - self.blocked) * density)


def _far(queue: Queue) -> float:
    """Seconds beyond which next to nobody is answered."""
    pace = queue.agents / queue.aht
    if queue.lines is not None:
        return (queue.lines + 50) * 3 / pace
    if queue.patience is None:
        return 40 / (pace - queue.rate)
    fluid = max(0.0, queue.patience * log(queue.rate / pace))
    return fluid + 40 * queue.patience


def _poisson_below(bound: int, mean: np.ndarray) -> np.ndarray:
    """P(Poisson(mean) < bound)."""
    counts = np.arange(bound)[:, None]
    logs = np.array([lgamma(count + 1) for count in range(bound)])[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(counts == 0, 0.0, counts * np.log(mean)) - mean - logs
    return np.asarray(np.exp(terms).sum(axis=0))


def fewest(
    rate: float,
    aht: float,
    *,
    share: float,
    seconds: float,
    patience: float | None = None,
    most_busy: float = 1.0,
) -> Queue:
    """The fewest agents who answer `share` of the contacts within so many seconds, and are at work for at
    most `most_busy` of their time. Raises IvoryError where no number of agents does it."""
    if not 0 < share < 1:
        raise IvoryError(f"{share:.0%} can not be promised", hint="a share above 0 % and below 100 %")
    if not 0 < most_busy <= 1:
        raise IvoryError(f"an occupancy of {most_busy:.0%} is none", hint="write 85%")

    def enough(agents: int) -> bool:
        if patience is None and rate * aht >= agents:
            return False
        queue = Queue(rate, aht, agents, patience)
        return queue.within(seconds) >= share and queue.occupancy <= most_busy

    low, high = 0, max(1, ceil(rate * aht))  # low: too few; high: doubled until enough
    while not enough(high):
        low, high = high, high * 2
        if high > MOST_AGENTS:
            raise IvoryError(f"more than {MOST_AGENTS} agents would be needed")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return Queue(rate, aht, high, patience)
