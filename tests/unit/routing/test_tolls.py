"""What agents may dial outside, and how often."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.errors import CommandTimeout, RefusedInput
from ivr.esl.commands import ApiCall
from ivr.routing.tolls import Tolls
from ivr.settings import Calls

MOBILE = "+8613800138000"


class Hash:
    """FreeSWITCH's store, as far as it is used."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def __call__(self, call: ApiCall) -> str:
        verb, _, rest = call.removeprefix("hash ").partition("/")
        realm, key, *value = rest.split("/")
        if verb == "insert":
            self.kept[f"{realm}/{key}"] = value[0]
            return "+OK"
        return self.kept.get(f"{realm}/{key}", "")


def tolls(now: Callable[[], float], store: Callable[[ApiCall], str], **limits: int) -> Tolls:
    options = {"number": "sofia/gateway/trunk/{address}", "allow": ["+86"], **limits}
    return Tolls(Calls.model_validate(options), store, now)


def test_a_number_is_dialled_in_one_form() -> None:
    assert tolls(lambda: 0.0, Hash()).take("138 0013 8000") == MOBILE


@pytest.mark.parametrize("number", ["+19005551234", "+8613", "110", "", "1001;x"])
def test_what_the_list_does_not_allow_is_refused(number: str) -> None:
    with pytest.raises(RefusedInput, match="may not be dialled"):
        tolls(lambda: 0.0, Hash()).take(number)


def test_a_minute_has_so_many_and_the_next_has_them_again() -> None:
    now = [1000.0]
    counted = tolls(lambda: now[0], Hash(), outward_per_minute=2)
    counted.take(MOBILE)
    counted.take(MOBILE)
    with pytest.raises(RefusedInput, match="last minute"):
        counted.take(MOBILE)
    now[0] += 60
    assert counted.take(MOBILE) == MOBILE


def test_a_day_has_so_many_also_for_the_worker_after() -> None:
    store = Hash()
    tolls(lambda: 0.0, store, outward_per_day=1).take(MOBILE)
    with pytest.raises(RefusedInput, match="today"):
        tolls(lambda: 3600.0, store, outward_per_day=1).take(MOBILE)
    assert tolls(lambda: 86_400.0, store, outward_per_day=1).take(MOBILE) == MOBILE


def test_nothing_is_dialled_while_it_cannot_be_counted() -> None:
    def silent(_: ApiCall) -> str:
        raise CommandTimeout("no answer")

    with pytest.raises(RefusedInput, match="cannot be counted"):
        tolls(lambda: 0.0, silent).take(MOBILE)
