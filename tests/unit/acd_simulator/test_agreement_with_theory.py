"""The real router, simulated, against what queueing theory knows exactly.

Each table has its own runs with fixed seeds. An interval belongs to each of the 49 quantities, and is so wide
that all 49 together hold with 99.9 % where simulation and theory agree (Šidák). What is known beforehand (how
many contacts are to be expected, how long they talk, how many were there at the beginning) takes part of the
noise out; it depends on the customers alone, never on what the router does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ivr.acd.model import Plan, Tier
from ivr.acd.router import Router
from ivr.acd.simulator.statistics import each_of
from tests.unit.acd_simulator.centres import (
    LINES,
    Sample,
    drawn,
    n_design,
    numbers_of,
    one_queue,
    wallace_whitt,
)

QUANTITIES = 15 + 16 + 12 + 6
CONFIDENCE = each_of(0.999, QUANTITIES)

ERLANG_C = [  # contacts a minute, minutes each, agents; runs, minutes; P(wait), E[W] s, answered in 20 s
    (10 / 3, 3, 14, 40, 240, 0.1741, 7.84, 0.8884),
    (10 / 3, 3, 11, 80, 120, 0.6821, 122.78, 0.3896),
    (48, 1, 50, 100, 8, 0.6945, 20.83, 0.6435),
    (48, 1, 55, 60, 8, 0.2387, 2.05, 0.9769),
    (20, 5, 105, 60, 20, 0.5157, 30.94, 0.6305),
]
ERLANG_A = [  # patience 2 minutes; P(wait), P(abandon), E[W] s, occupancy
    (48, 1, 50, 40, 12, 0.4678, 0.0309, 3.71, 0.9303),
    (48, 1, 45, 40, 10, 0.7869, 0.0836, 10.03, 0.9775),
    (10 / 3, 3, 10, 60, 90, 0.4969, 0.1375, 16.50, 0.8625),
    (20, 5, 100, 40, 24, 0.4040, 0.0488, 5.86, 0.9512),
]
N_DESIGN = [  # contacts a minute of both classes; P(wait), P(abandon), occupancy, of each class or pool
    ((9, 9), (0.26581, 0.63056), (0.02782, 0.09011), (0.7941, 0.8998)),
    ((12, 6), (0.35979, 0.49810), (0.03972, 0.04565), (0.8817, 0.8432)),
]
WALLACE_WHITT = [  # skills; blocked, E[W] in minutes of those who are not
    # The product form of six M/M/15 queues that share 120 lines. The figures that were published, 3.7 % and
    # 2.46 minutes, are of one simulation; a queue of 15 agents at 93 % forgets its state only in ten hours.
    (1, 0.041659, 3.054324),
    # Published: 0.42 %, 0.59 minutes. A simulation of its own, without this router, over 8 million contacts:
    # 0.4201 % ± 0.0113 %, 0.5886 ± 0.0052 (standard errors).
    (2, 0.004201, 0.5886),
    # M/M/90/120. Published: 0.40 %, 0.47 minutes, of one simulation.
    (6, 0.003643, 0.450023),
]

States = tuple[list[list[int]], list[list[float]]]
"""How many of each type are there at the beginning of each run, and how far that is from the mean."""


def check(sample: Sample, **truth: float) -> None:
    """Whether each quantity lies within its interval."""
    found = {name: sample.interval(name.replace("_", " "), CONFIDENCE) for name in truth}
    off = [
        f"{name}: {found[name].value:.5f} ± {found[name].half:.5f}, not {value}"
        for name, value in truth.items()
        if not found[name].holds(value)
    ]
    assert not off, "; ".join(off)


@pytest.mark.parametrize("row", ERLANG_C)
def test_nobody_hangs_up_as_erlang_c_says(
    row: tuple[float, float, int, int, float, float, float, float],
) -> None:
    rate, aht, agents, runs, minutes, waits, wait, within = row
    check(one_queue(rate, aht, agents, None, runs, minutes), waits=waits, wait=wait, within=within)


@pytest.mark.parametrize("row", ERLANG_A)
def test_callers_lose_patience_as_erlang_a_says(
    row: tuple[float, float, int, int, float, float, float, float, float],
) -> None:
    rate, aht, agents, runs, minutes, waits, abandons, wait, occupancy = row
    sample = one_queue(rate, aht, agents, 2.0, runs, minutes)
    check(sample, waits=waits, abandons=abandons, wait=wait, occupancy=occupancy)


@pytest.mark.parametrize(("rates", "waits", "abandons", "occupancy"), N_DESIGN)
def test_two_classes_share_a_pool_as_the_exact_n_design_says(
    rates: tuple[float, float], waits: Sequence[float], abandons: Sequence[float], occupancy: Sequence[float]
) -> None:
    check(n_design(rates, 40, 20), **both(waits, abandons, occupancy))


@pytest.mark.parametrize(("skills", "blocked", "wait"), WALLACE_WHITT)
def test_more_skills_block_fewer_as_wallace_and_whitt_found(skills: int, blocked: float, wait: float) -> None:
    if skills == 2:  # no exact state to begin with is known: it warms up
        sample = wallace_whitt(2, 60, 60, together(30)[0], [])
    else:
        states, known = alone(60) if skills == 1 else together(80)
        sample = wallace_whitt(skills, 30, 0, states, known)
    check(sample, blocked=blocked, wait=wait * (1 - blocked))


def test_a_router_that_serves_the_wrong_class_first_is_caught() -> None:
    sample = n_design((9, 9), 24, 12, router=lambda plan, seed: Router(swapped(plan), seed))
    with pytest.raises(AssertionError, match="abandons_2"):
        check(sample, **both(*N_DESIGN[0][1:]))


def test_a_router_that_forgets_one_of_ten_agents_is_caught() -> None:
    sample = one_queue(10 / 3, 3, 10, 2.0, 30, 60, router=lambda plan, seed: Router(forgetful(plan), seed))
    with pytest.raises(AssertionError, match="waits"):
        check(sample, waits=0.4969, abandons=0.1375, wait=16.50, occupancy=0.8625)


def both(waits: Sequence[float], abandons: Sequence[float], occupancy: Sequence[float]) -> dict[str, float]:
    pairs = {"waits": waits, "abandons": abandons, "occupancy": occupancy}
    return {f"{name}_{place + 1}": value[place] for name, value in pairs.items() for place in (0, 1)}


def swapped(plan: Plan) -> Plan:
    """Pool 2 serves the other class first."""
    agents = {
        name: replace(each, tiers={"one": Tier(1), "two": Tier(2)}) if len(each.tiers) == 2 else each
        for name, each in plan.agents.items()
    }
    return replace(plan, agents=agents)


def forgetful(plan: Plan) -> Plan:
    """All agents but the first."""
    return replace(plan, agents=dict(list(plan.agents.items())[1:]))


@cache
def alone(runs: int) -> States:
    """States of six queues that share their lines, from the product form: six independent ones, left out
    where together they need more lines than there are. Then spread over what was drawn, by how many wait."""
    chances, draws = numbers_of(14.0, 15, LINES), np.random.default_rng(1)
    states = draws.choice(len(chances), (400_000, 6), p=chances)
    states = states[states.sum(axis=1) <= LINES]
    waiting = np.maximum(0, states - 15).sum(axis=1)
    known = np.column_stack([states.sum(axis=1), waiting])
    order = np.lexsort((states.sum(axis=1), waiting))
    places = order[((np.arange(runs) + draws.random(runs)) / runs * len(order)).astype(int)]
    return states[places].tolist(), (known[places] - known.mean(axis=0)).tolist()


@cache
def together(runs: int) -> States:
    """States of M/M/90/120, each contact of any type alike."""
    draws, chances = np.random.default_rng(2), numbers_of(84.0, 90, LINES)
    totals = np.asarray(drawn(chances, runs, 3))
    count = np.arange(len(chances))
    every = np.column_stack([count, np.maximum(0, count - 90), np.maximum(0, count - 90) ** 2])
    states = [draws.multinomial(total, [1 / 6] * 6).tolist() for total in totals]
    return states, (every[totals] - chances @ every).tolist()
