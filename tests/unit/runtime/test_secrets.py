from __future__ import annotations

import pytest

from ivr.runtime.secrets import MASK, Secrets


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


def test_a_value_is_hidden_wherever_it_turns_up(secrets: Secrets) -> None:
    secrets.add("6222 0212")
    assert secrets.mask({"url": "x?card=6222%200212&y=6222 0212"}) == {"url": f"x?card={MASK}&y={MASK}"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [("1", MASK), ("key 1, 2", f"key {MASK}, 2"), ("1001", "1001"), ("-5-1", f"-5-{MASK}"), ("n1", "n1")],
)
def test_a_short_one_is_hidden_where_it_stands_alone(secrets: Secrets, text: str, masked: str) -> None:
    secrets.add("1")
    assert secrets.mask(text) == masked


def test_a_number_is_hidden_as_its_digits_are(secrets: Secrets) -> None:
    secrets.add("1234")
    assert secrets.mask([1234, 12345, {"1234": "a"}]) == [MASK, 12345, {MASK: "a"}]
    assert secrets.holds({"pin": 1234})
    assert not secrets.holds({"pin": 12345})
