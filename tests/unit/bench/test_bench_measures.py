"""The benchmark's own measuring: which prompt a packet holds, percentiles, histograms, slopes."""

from __future__ import annotations

import math

import pytest

from tests.bench.freeswitch.intervals import difference, slope
from tests.bench.freeswitch.metrics import Metrics
from tests.bench.freeswitch.sounds import ALL, FIRST, SECOND, heard
from tests.freeswitch.sipp import ULAW

LATER = """
# TYPE ivory_hub_lag_seconds histogram
ivory_hub_lag_seconds_bucket{le="0.01"} 110.0
ivory_hub_lag_seconds_bucket{le="0.02"} 190.0
ivory_hub_lag_seconds_bucket{le="+Inf"} 200.0
ivory_hub_lag_seconds_count 200.0
ivory_calls_total{end="completed"} 3.0
ivory_calls_total{end="abandoned"} 4.0
"""
EARLIER = "".join(f'ivory_hub_lag_seconds_bucket{{le="{le}"}} 100.0\n' for le in ("0.01", "0.02", "+Inf"))


def test_a_packet_is_of_the_prompt_that_fills_most_of_it() -> None:
    assert heard(bytes([FIRST.code]) * 160) is FIRST
    assert heard(bytes([FIRST.code]) * 60 + bytes([SECOND.code]) * 100) is SECOND
    assert heard(b"\xff" * 160) is None
    assert heard(bytes(range(160))) is None
    assert heard(b"") is None


def test_prompts_survive_the_way_through_linear_samples() -> None:
    assert len({ULAW[sound.code] for sound in ALL}) == len(ALL)


def test_a_difference_lies_in_its_interval_and_has_the_right_sign() -> None:
    ours, theirs = [10.0 + n % 7 for n in range(100)], [5.0 + n % 7 for n in range(100)]
    found = difference(ours, theirs, 50)
    assert found.value == pytest.approx(5.0)
    assert found.low <= found.value <= found.high
    assert found.low > 0


def test_a_quantile_is_that_of_what_was_observed_since() -> None:
    before, after = Metrics.parse(EARLIER), Metrics.parse(LATER)
    # Of 100 new observations 10 are below 10 ms, 80 between 10 and 20, 10 above.
    assert after.since(before, "ivory_hub_lag_seconds", 0.5) == pytest.approx(0.015)
    assert after.since(before, "ivory_hub_lag_seconds", 0.99) == pytest.approx(0.02)
    assert math.isnan(after.since(after, "ivory_hub_lag_seconds", 0.5))
    assert math.isnan(after.since(before, "ivory_no_such_thing", 0.5))


def test_counters_are_summed_over_their_labels() -> None:
    assert Metrics.parse(LATER).values["ivory_calls_total"] == 7.0


def test_a_slope_is_growth_per_unit() -> None:
    assert slope([0.0, 10.0, 20.0], [5.0, 6.0, 7.0]) == pytest.approx(0.1)
    assert slope([0.0], [5.0]) == 0.0
