"""What a simulation supposes, as it is written: distributions, rates, scenarios."""

from __future__ import annotations

from itertools import islice
from math import inf

import numpy as np
import pytest

from ivr.acd.simulator import arrivals, distributions, document
from ivr.acd.simulator.arrivals import Changing, Recorded, Steady
from ivr.acd.simulator.distributions import (
    Distribution,
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Uniform,
)
from ivr.acd.simulator.scenario import Shift
from ivr.errors import FlowError, IvoryError


@pytest.mark.parametrize(
    ("text", "distribution"),
    [
        ("3m", Exponential(180.0)),
        ("exponential(90s)", Exponential(90.0)),
        ("fixed(20s)", Fixed(20.0)),
        ("fixed(0)", Fixed(0.0)),
        ("0s", Fixed(0.0)),
        ("lognormal(3m, 0.8)", Lognormal(180.0, 0.8)),
        (" Gamma( 1m30s ,0.5 ) ", Gamma(90.0, 0.5)),
        ("uniform(1m, 5m)", Uniform(60.0, 300.0)),
        ("never", Fixed(inf)),
    ],
)
def test_distributions_are_read_as_they_are_written(text: str, distribution: Distribution) -> None:
    assert distributions.parse(text) == distribution


@pytest.mark.parametrize(
    "text",
    ["", "3", "lognormal(3m)", "gamma(3m, x)", "gamma(3m, -1)", "gamma(0s, 1)", "uniform(5m, 1m)", "exp(3m)"],
)  # fmt: skip
def test_what_is_no_distribution_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(IvoryError, match="; "):
        distributions.parse(text)


@pytest.mark.parametrize(
    "distribution",
    [Exponential(60), Lognormal(60, 0.8), Gamma(60, 0.5), Gamma(60, 1.5), Uniform(20, 100), Fixed(60),
     Empirical((10, 60, 110), (1, 1, 1)), Empirical((110, 10), (1, 1))],
)  # fmt: skip
def test_what_is_drawn_has_the_mean_that_was_asked_for(distribution: Distribution) -> None:
    drawn = distribution.draw(np.random.default_rng(1), 40_000)
    assert drawn.mean() == pytest.approx(distribution.mean, rel=0.03)


def test_a_longer_mean_only_stretches_what_is_drawn() -> None:
    short = Gamma(60, 0.5).draw(np.random.default_rng(1), 100)
    assert Gamma(90, 0.5).draw(np.random.default_rng(1), 100) == pytest.approx(short * 1.5)


@pytest.mark.parametrize(
    ("text", "rate"), [("200/h", 200 / 3600), ("3.3/m", 0.055), ("2 / s", 2), ("24/d", 24 / 86400)]
)
def test_rates_are_read_as_they_are_written(text: str, rate: float) -> None:
    assert arrivals.rate(text) == pytest.approx(rate)


@pytest.mark.parametrize("text", ["200", "h/200", "-3/m", "3/w", ""])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(IvoryError, match="write 200/h"):
        arrivals.rate(text)


def test_changing_rates_bring_as_many_as_is_to_be_expected() -> None:
    day = Changing(((0.0, 1.0), (1000.0, 0.0), (2000.0, 3.0)))
    times = list(islice(day.times(np.random.default_rng(1)), 4000))
    assert times == sorted(times)
    assert sum(each < 1000 for each in times) == pytest.approx(day.expected(0, 1000), rel=0.1)
    assert sum(1000 <= each < 2000 for each in times) == day.expected(1000, 2000) == 0
    assert sum(2000 <= each < 3000 for each in times) == pytest.approx(day.expected(2000, 3000), rel=0.06)


def test_twice_the_load_is_the_same_customers_in_half_the_time() -> None:
    one = list(islice(Steady(1).times(np.random.default_rng(1)), 50))
    assert list(islice(Steady(2).times(np.random.default_rng(1)), 50)) == pytest.approx(
        [each / 2 for each in one]
    )


def test_recorded_arrivals_come_as_they_came() -> None:
    assert list(Recorded((1.0, 5.0)).times(np.random.default_rng(1))) == [1.0, 5.0]


WHOLE = """\
loads:
  billing: {rate: 3.3/m, aht: 3m, patience: 2m, wrap_up: fixed(20s), priority: 2}
  sales:
    rates: {0s: 2/m, 1h: 4/m}
    aht: lognormal(4m, 0.8)
    require: {english: 3}
lines: 120
answering: fixed(3s)
missing: 5%
length: 8h
warm_up: 10m
shifts:
  - {agents: [anna, bert], at: 0s..4h, breaks: [1h..1h15m]}
  - {agents: [anna], at: 5h..8h}
"""


def test_a_scenario_holds_all_that_its_file_says() -> None:
    found = document.load(WHOLE, "day.yaml")
    billing, sales = found.loads
    assert billing.arrivals == Steady(0.055)
    assert (billing.patience, billing.wrap_up, billing.priority) == (Exponential(120), Fixed(20), 2)
    assert sales.arrivals == Changing(((0.0, 2 / 60), (3600.0, 4 / 60)))
    assert (sales.handling, sales.require) == (Lognormal(240, 0.8), {"english": 3})
    assert (found.lines, found.answering, found.missing, found.length, found.warm_up) == (
        120,
        Fixed(3),
        0.05,
        28800,
        600,
    )
    assert found.shifts == {
        "anna": (Shift(0, 14400, ((3600, 4500),)), Shift(18000, 28800)),
        "bert": (Shift(0, 14400, ((3600, 4500),)),),
    }


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("- 3\n", "day.yaml:1:1 A300 this is no scenario"),
        ("loads: {a: {rate: 3/m, aht: soon}}\n", 'day.yaml:1:29 A301 "soon" is not a duration'),
        ("loads: {a: {rate: 3, aht: 3m}}\n", 'day.yaml:1:19 A302 "3" is not a rate'),
        ("loads: {a: {rates: {1h: 3/m, 0s: 2/m}, aht: 3m}}\n", "A302 the rates' times have to rise"),
        ("loads: {a: {aht: 3m}}\n", "A303 it is said by `rate` or by `rates`"),
        ("loads: {a: {rate: 3/m, rates: {0s: 2/m}, aht: 3m}}\n", "A303"),
        ("loads: {a: {rate: 3/m, aht: 3m, pateince: 2m}}\n", 'F104 unknown option "pateince"'),
        ("loads: {a: {rate: 3/m, aht: 3m}}\nshifts: [{agents: [x], at: 4h..1h}]\n", "day.yaml:2:28 A304"),
        ("loads: {a: {rate: 3/m, aht: 3m}}\nshifts: [{agents: [x], at: later}]\n", "A304"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_scenario_is_told_where_it_stands(text: str, finding: str) -> None:
    with pytest.raises(FlowError) as caught:
        document.load(text, "day.yaml")
    assert finding in str(caught.value)
