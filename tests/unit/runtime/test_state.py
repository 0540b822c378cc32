"""A call's state as plain data: what goes in comes out again, and nothing secret is in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import IvoryError
from ivr.runtime.secrets import MASK, SHORT, Secrets
from ivr.runtime.state import State, pack, plain_data, unpack

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.times()
    | st.datetimes(timezones=st.sampled_from([UTC])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), plain, max_size=4))
def test_a_state_comes_back_as_it_was(variables: dict[str, Any]) -> None:
    variables = {name: value for name, value in variables.items() if value is not None}
    frame = {"flow": "f", "node": "n", "variables": variables, "back": [], "asked": {}, "lost": []}
    at = datetime(2026, 12, 1, 8, 30, 0, 250_000, tzinfo=UTC)
    state = State("f", "n", "en-US", variables, 3, ["a"], [frame], ["g"], entry="e", answered=at, talked=True)
    assert unpack(pack(state, Secrets())) == state


@pytest.mark.parametrize("key", ["$decimal", "$mapping", "$"])
def test_a_mapping_that_looks_like_a_tag_stays_a_mapping(key: str) -> None:
    state = State("f", "n", "en-US", {"x": {key: "1"}})
    assert unpack(pack(state, Secrets())).variables == {"x": {key: "1"}}


def test_money_keeps_its_places_and_a_moment_its_zone() -> None:
    at = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    values = {"a": Decimal("12.50"), "b": at, "c": date(2026, 12, 1), "d": time(8, 30)}
    back = unpack(pack(State("f", "n", "en-US", values), Secrets())).variables
    assert str(back["a"]) == "12.50"
    assert back["b"].utcoffset() == timedelta(0)
    assert (back["c"], back["d"]) == (date(2026, 12, 1), time(8, 30))


def test_what_was_typed_in_confidence_is_left_out() -> None:
    secrets = Secrets()
    secrets.add("1234")
    variables = {"pin": "1234", "copy": {"of": ["x1234"]}, "number": 1234, "other": "99"}
    frame = {"flow": "f", "node": "n", "variables": {"pin": "1234"}, "back": [], "asked": {}, "lost": []}
    packed = pack(State("f", "n", "en-US", variables, frames=[frame]), secrets)
    assert "1234" not in packed
    back = unpack(packed)
    assert back.variables == {"other": "99"}
    assert back.lost == ["pin", "copy", "number"]
    assert back.frames[0]["lost"] == ["pin"]


def test_a_frame_that_is_not_whole_is_not_believed() -> None:
    packed = pack(State("f", "n", "en-US", {}, frames=[{"variables": {}, "lost": []}]), Secrets())
    with pytest.raises(IvoryError, match="cannot be read"):
        unpack(packed)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", {"x": object()}])
def test_what_is_no_plain_data_cannot_be_kept(value: Any) -> None:
    with pytest.raises(IvoryError, match="cannot be kept"):
        plain_data(value)


def test_what_is_nested_too_deep_cannot_be_kept() -> None:
    value: list[Any] = []
    for _ in range(200):
        value = [value]
    with pytest.raises(IvoryError, match="nested deeper"):
        plain_data(value)


def test_a_state_does_not_show_its_variables() -> None:
    assert "1234" not in repr(State("f", "n", "en-US", {"pin": "1234"}))


# Secrets ----------------------------------------------------------------------------------------------


def test_a_secret_is_masked_wherever_it_stands() -> None:
    secrets = Secrets()
    secrets.add("12*4")
    seen = {"url": "https://x/12%2A4?a=12*4", "list": [("12*4",)], "12*4": 1, "number": 5}
    masked = {"url": f"https://x/{MASK}?a={MASK}", "list": [[MASK]], MASK: 1, "number": 5}
    assert secrets.mask(seen) == masked


def test_a_secret_that_became_a_number_is_masked() -> None:
    secrets = Secrets()
    secrets.add("1234")
    assert secrets.mask([1234, Decimal("1234"), 12345]) == [MASK, MASK, 12345]


def test_without_secrets_nothing_is_masked() -> None:
    secrets = Secrets()
    secrets.add("")
    assert secrets.mask({"a": ""}) == {"a": ""}
    assert not secrets.holds("anything")


@given(
    st.text(st.sampled_from("0123456789"), min_size=SHORT + 1, max_size=8),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_nothing_of_a_secret_is_left(secret: str, before: str, after: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    assert secret not in secrets.mask(before + secret + after)
