"""Plain values: how they are written for machines."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from ivr.errors import ExpressionError
from ivr.flow import values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        ("x", "x"),
        (7, "7"),
        (0.1, "0.1"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-9"), "0.000000001"),
        (date(2026, 12, 1), "2026-12-01"),
        (time(8, 30), "08:30:00"),
        (datetime(2026, 12, 1, 8, tzinfo=UTC), "2026-12-01T08:00:00+00:00"),
    ],
)
def test_a_value_is_written_as_a_machine_reads_it(value: object, expected: str) -> None:
    assert values.text(value) == expected


@pytest.mark.parametrize("value", [[1], {"a": 1}, object()])
def test_what_is_not_one_value_has_no_text(value: object) -> None:
    with pytest.raises(ExpressionError, match="E012"):
        values.text(value)
