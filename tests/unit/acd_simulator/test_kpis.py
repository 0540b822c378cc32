"""The figures a centre is judged by, on a day whose counts are known."""

from __future__ import annotations

import pytest

from ivr.acd.kpis import KPIS, SERVICE_LEVELS, Counts


@pytest.mark.parametrize(
    ("form", "percent"), [("F1", 83.0), ("F2", 86.0), ("F3", 81.1), ("F4", 82.7), ("F5", 82.1)]
)
def test_five_service_levels_of_one_day(form: str, percent: float) -> None:
    day = Counts(answered=1000, answered_within=860, abandoned=60, abandoned_within=20, abandoned_short=10)
    share = SERVICE_LEVELS[form].of(day)
    assert share is not None
    assert round(100 * share, 1) == percent


def test_the_other_figures() -> None:
    day = Counts(
        offered=120, blocked=10, queued=110, answered=100, abandoned=8, elsewhere=2, at_once=55, wait=900,
        wait_answered=500, talk=18_000, wrap_up=2_000, busy=20_000, available=5_000, resolved=75, calls=200,
        contained=70,
    )  # fmt: skip
    figures = {name: kpi.of(day) for name, kpi in KPIS.items() if name != "service_level"}
    assert figures == pytest.approx(
        {
            "asa": 5.0, "abandonment": 8 / 110, "waits": 0.5, "wait": 900 / 110, "blocked": 10 / 120,
            "elsewhere": 2 / 110, "aht": 200.0, "occupancy": 0.8, "fcr": 0.75, "containment": 0.35,
        }
    )  # fmt: skip


def test_a_day_on_which_nothing_happened_has_no_figures() -> None:
    assert {kpi.of(Counts()) for kpi in (*KPIS.values(), *SERVICE_LEVELS.values())} == {None}


def test_counts_of_two_days_add_up() -> None:
    both = Counts(answered=3, wait=10)
    both += Counts(answered=4, abandoned=1)
    assert (both.answered, both.abandoned, both.wait) == (7, 1, 10)
